// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>

#include "clean.h"
#include "columns.h"
#include "device.h"
#include "text.h"
#include "timestamp.h"

static void format_number(char *s, size_t size, int number, bool there)
{
	snprintf(s, size, there ? "%d" : "-", number);
}

static void format_text(char *s, size_t size, const char *text, bool there)
{
	snprintf(s, size, "%s", there ? text : "-");
}

static void port_name(char *s, size_t size, const void *item)
{
	format_text(s, size, ((const struct row *)item)->port.name, true);
}

static void port_path(char *s, size_t size, const void *item)
{
	format_text(s, size, ((const struct row *)item)->port.path, true);
	clean_text(s, stdout);
}

static void port_state(char *s, size_t size, const void *item)
{
	format_text(s, size, text_state_word(&((const struct row *)item)->status), true);
}

static void port_owner(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	format_text(s, size, row->status.owner, row_is_owned(row));
}

static void port_pid(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	format_number(s, size, row->status.owner_pid,
		      row_is_owned(row) && row->status.owner_pid);
}

static void port_held(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	snprintf(s, size, row_is_owned(row) ? "%.3f" : "-", row->status.held_ns / 1e9);
}

static void port_waiters(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	format_number(s, size, row->status.waiters, row->known);
}

static void port_native(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	format_text(s, size, row->status.owner, row_is_native(row));
}

static void port_address(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	text_address(s, size, row->info.base, row->info.base_hi);
}

static void port_irq(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	format_number(s, size, row->info.irq, row->info.irq >= 0);
}

static void port_modes(char *s, size_t size, const void *item)
{
	row_modes(s, size, item);
}

static void port_selected(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	device_number(s, size, row_is_owned(row) ? row->status.device :
		      PARBITER_DEVICE_NONE);
}

/* Format the devices as "0 ACME Disk (MEDIA);end ACME Printer"; "-": none. */
static void port_devices(char *s, size_t size, const void *item)
{
	const struct row *row = item;
	char number[16], text[DEVICE_TEXT_LEN];
	struct device info;
	size_t len = 0;
	int device;

	snprintf(s, size, "-");
	for (device = 0; device <= PARBITER_DEVICE_END; device++) {
		if (!device_read(&info, row->port.number, device) || len >= size)
			continue;
		device_number(number, sizeof(number), device);
		device_text(text, sizeof(text), &info);
		len += snprintf(s + len, size - len, "%s%s %s", len ? ";" : "",
				number, text);
	}
}

const struct column port_columns[] = {
	{ "port", port_name },
	{ "device", port_path },
	{ "state", port_state },
	{ "owner", port_owner },
	{ "pid", port_pid },
	{ "held", port_held },
	{ "waiters", port_waiters },
	{ "native", port_native },
	{ "address", port_address },
	{ "irq", port_irq },
	{ "modes", port_modes },
	{ "selected", port_selected },
	{ "devices", port_devices },
	{ }
};

static void screen_owner(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	if (row_is_owned(row) || row_is_native(row))
		text_owner(s, size, &row->status);
	else
		snprintf(s, size, "-");
}

static void screen_held(char *s, size_t size, const void *item)
{
	const struct row *row = item;

	if (row_is_owned(row))
		text_duration(s, size, row->status.held_ns);
	else
		snprintf(s, size, "-");
}

const struct column screen_columns[] = {
	{ "port", port_name },
	{ "state", port_state },
	{ "owner", screen_owner },
	{ "for", screen_held },
	{ "waiting", port_waiters },
	{ "address", port_address },
	{ "irq", port_irq },
	{ "modes", port_modes },
	{ }
};

static void queue_port(char *s, size_t size, const void *item)
{
	port_name(s, size, ((const struct place *)item)->row);
}

static void queue_place(char *s, size_t size, const void *item)
{
	format_number(s, size, ((const struct place *)item)->waiter->position, true);
}

static void queue_name(char *s, size_t size, const void *item)
{
	format_text(s, size, ((const struct place *)item)->waiter->name, true);
}

static void queue_pid(char *s, size_t size, const void *item)
{
	const struct place *place = item;

	format_number(s, size, place->waiter->pid, place->waiter->pid);
}

static void queue_kind(char *s, size_t size, const void *item)
{
	format_text(s, size,
		    text_kind_word(((const struct place *)item)->waiter->kind), true);
}

static void queue_device(char *s, size_t size, const void *item)
{
	device_number(s, size, ((const struct place *)item)->waiter->device);
}

static void queue_waiting(char *s, size_t size, const void *item)
{
	const struct place *place = item;

	snprintf(s, size, "%.3f", place->waiter->waiting_ns / 1e9);
}

static void queue_since(char *s, size_t size, const void *item)
{
	const struct place *place = item;

	timestamp_seconds(s, size, place->row->read_ns - place->waiter->waiting_ns);
}

const struct column queue_columns[] = {
	{ "port", queue_port },
	{ "place", queue_place },
	{ "name", queue_name },
	{ "pid", queue_pid },
	{ "kind", queue_kind },
	{ "device", queue_device },
	{ "waiting", queue_waiting },
	{ "since", queue_since },
	{ }
};
