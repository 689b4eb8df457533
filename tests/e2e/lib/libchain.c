// SPDX-License-Identifier: GPL-2.0
/* IEEE 1284.3 daisy chains of virtual ports */
#include "libchain.h"

/* Return the number behind "NAME" and a separator in a copy of an answer. */
static long number_of(const char *answer, const char *name)
{
	size_t len = strlen(name);
	const char *at = answer;

	for (; *at; at += strcspn(at, "\n "), at += strspn(at, "\n "))
		if (!strncmp(at, name, len) && at[len] == '=')
			return strtol(at + len + 1, NULL, 10);
	fail("no %s= in: %s", name, answer);
}

long chain_value(unsigned int port, const char *name)
{
	return number_of(vport("chain %u show", port), name);
}

int chain_selected(unsigned int port)
{
	return (int)chain_value(port, "selected");
}

long chain_device(unsigned int port, int place, const char *name)
{
	return number_of(vport("chain %u.%d show", port, place), name);
}

long chain_peripheral(unsigned int port, int place, const char *name)
{
	const char *answer, *at;
	size_t len = strlen(name);

	if (place < 0)
		return vport_peripheral_number(port, name);
	answer = vport("peripheral %u.%d show", port, place);
	for (at = answer; at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (!strncmp(at, name, len) && at[len] == ' ')
			return strtol(at + len + 1, NULL, 10);
	}
	fail("no %s in: %s", name, answer);
}

static void put(int fd, unsigned int byte)
{
	check_eq(set_byte(fd, PPWDATA, byte), 0);
}

bool chain_command(int fd, unsigned int command)
{
	static const unsigned char begin[] = { 0xaa, 0x55, 0, 0xff, 0x87, 0x78 };
	unsigned int i, control, status;

	for (i = 0; i < sizeof(begin); i++)
		put(fd, begin[i]);
	put(fd, command);
	control = get_byte(fd, PPRCONTROL);
	check_eq(set_byte(fd, PPWCONTROL, control | PARPORT_CONTROL_STROBE), 0);
	status = get_byte(fd, PPRSTATUS);
	check_eq(set_byte(fd, PPWCONTROL, control), 0);
	put(fd, 0xff);
	return status & PARPORT_STATUS_ERROR;
}
