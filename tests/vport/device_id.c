// SPDX-License-Identifier: GPL-2.0
/*
 * The IEEE 1284 device ID of a peripheral, which it sends in nibble mode
 */
#include <linux/kernel.h>
#include <linux/slab.h>
#include <linux/string.h>

#include "peripheral.h"

/* The length that comes first counts its own two bytes. */
#define VPORT_ID_LENGTH		2

static int vport_id_from_text(const char *text, u8 *bytes)
{
	size_t len = strlen(text);

	bytes[0] = (len + VPORT_ID_LENGTH) >> 8;
	bytes[1] = (len + VPORT_ID_LENGTH) & 0xff;
	memcpy(bytes + VPORT_ID_LENGTH, text, len);
	return len + VPORT_ID_LENGTH;
}

static int vport_id_from_hex(const char *digits, u8 *bytes)
{
	size_t len = strlen(digits), i;
	char byte[3] = "";

	if (len % 2)
		return -EINVAL;
	for (i = 0; i < len / 2; i++) {
		memcpy(byte, digits + 2 * i, 2);
		if (kstrtou8(byte, 16, &bytes[i]))
			return -EINVAL;
	}
	return len / 2;
}

/**
 * parbiter_vport_set_id - give a new peripheral its device ID
 * @peripheral: the peripheral
 * @id: the ID as text, before which its length is put; after "0x", all the bytes,
 *	with the length, as hexadecimal digits; NULL or "" for none
 *
 * Context: process; may sleep.
 * Return: 0, -EINVAL or -ENOMEM.
 */
int parbiter_vport_set_id(struct vport_peripheral *peripheral, const char *id)
{
	size_t size;
	int len;

	if (!id || !*id)
		return 0;
	/* Only peripherals that send anything can send an ID. */
	if (!peripheral->config.kind->offer)
		return -EINVAL;
	size = strlen(id) + VPORT_ID_LENGTH;
	if (size > U16_MAX)
		return -EINVAL;
	peripheral->id = kmalloc(size, GFP_KERNEL);
	if (!peripheral->id)
		return -ENOMEM;
	if (!strncmp(id, "0x", 2))
		len = vport_id_from_hex(id + 2, peripheral->id);
	else
		len = vport_id_from_text(id, peripheral->id);
	if (len < 0)
		return len;
	peripheral->id_len = len;
	return 0;
}
