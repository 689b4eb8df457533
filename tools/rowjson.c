// SPDX-License-Identifier: GPL-2.0
/* The rows of parbiter list as JSON */
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "device.h"
#include "json.h"
#include "queue.h"
#include "row.h"
#include "text.h"

static void print_modes(const struct row *row)
{
	char modes[TEXT_LEN];
	char *word, *rest = modes;
	bool first = true;

	row_modes(modes, sizeof(modes), row);
	fputs(", \"modes\": [", stdout);
	while ((word = strsep(&rest, ","))) {
		if (!strcmp(word, "-"))
			continue;
		printf("%s\"%s\"", first ? "" : ", ", word);
		first = false;
	}
	putchar(']');
}

static void print_devices(const struct row *row)
{
	struct device info;
	bool first = true;
	int device;

	fputs(", \"devices\": [", stdout);
	for (device = 0; device <= PARBITER_DEVICE_END; device++) {
		if (!device_read(&info, row->port.number, device))
			continue;
		printf("%s{\"device\": %d", first ? "" : ", ", device);
		json_string("class", info.class, info.class[0]);
		json_string("manufacturer", info.manufacturer,
			    info.manufacturer[0]);
		json_string("model", info.model, info.model[0]);
		putchar('}');
		first = false;
	}
	putchar(']');
}

/* The user has named the path, perhaps with characters that JSON does not have. */
static void print_path(const struct row *row)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s", row->port.path);
	clean_text(path, stdout);
	json_string("device", path, true);
}

static void print_row(const struct row *row, bool queue)
{
	const struct parbiter_status *status = &row->status;
	const struct parbiter_port_info *info = &row->info;
	bool known = row->known;

	printf("  {\"port\": \"%s\"", row->port.name);
	print_path(row);
	json_string("state", text_state_word(status), true);
	json_string("owner", status->owner, row_is_owned(row));
	json_string("owner_kind", text_kind_word(status->owner_kind),
		    status->owner_kind != PARBITER_KIND_NONE);
	json_number("pid", status->owner_pid,
		    row_is_owned(row) && status->owner_pid);
	json_seconds("held", status->held_ns, row_is_owned(row));
	json_number("waiters", status->waiters, known);
	json_string("native", status->owner, row_is_native(row));
	json_number("base", info->base, info->base);
	json_number("base_hi", info->base_hi, info->base_hi);
	json_number("irq", info->irq, info->irq >= 0);
	json_number("dma", info->dma, info->dma >= 0);
	print_modes(row);
	json_number("selected", status->device, row_is_owned(row) &&
		    status->device != PARBITER_DEVICE_NONE);
	print_devices(row);
	json_number("allocates", status->allocates, known);
	json_number("frees", status->frees, known);
	json_number("cancels", status->cancels, known);
	json_number("timeouts", status->timeouts, known);
	json_number("refused_frees", status->refused_frees, known);
	json_seconds("longest_hold", status->longest_hold_ns, known);
	json_seconds("longest_wait", status->longest_wait_ns, known);
	if (queue)
		queue_json(row->waiters, row->count);
	puts(row->next ? "}," : "}");
}

void row_print_json(const struct row *row, bool queue)
{
	puts("[");
	for (; row; row = row->next)
		print_row(row, queue);
	puts("]");
}
