// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "row.h"
#include "text.h"

/* text_clean() has replaced control characters; escape what else JSON requires. */
static void json_string(const char *key, const char *value, bool there)
{
	printf(", \"%s\": ", key);
	if (!there) {
		fputs("null", stdout);
		return;
	}
	putchar('"');
	for (; *value; value++)
		printf(*value == '"' || *value == '\\' ? "\\%c" : "%c", *value);
	putchar('"');
}

static void json_number(const char *key, unsigned long long value, bool there)
{
	if (there)
		printf(", \"%s\": %llu", key, value);
	else
		printf(", \"%s\": null", key);
}

static void json_seconds(const char *key, unsigned long long ns, bool there)
{
	if (there)
		printf(", \"%s\": %llu.%09llu", key, ns / 1000000000,
		       ns % 1000000000);
	else
		printf(", \"%s\": null", key);
}

static void json_modes(const struct row *row)
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

static void json_row(const struct row *row)
{
	const struct parbiter_status *status = &row->status;
	const struct parbiter_port_info *info = &row->info;
	bool known = row->known;

	printf("  {\"port\": \"%s\"", row->port.name);
	json_string("device", row->port.path, true);
	json_string("state", text_state_word(status), true);
	json_string("owner", status->owner, row_is_owned(row));
	json_string("owner_kind", text_kind_word(status),
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
	json_modes(row);
	json_number("allocates", status->allocates, known);
	json_number("frees", status->frees, known);
	json_number("cancels", status->cancels, known);
	json_number("timeouts", status->timeouts, known);
	json_number("refused_frees", status->refused_frees, known);
	json_seconds("longest_hold", status->longest_hold_ns, known);
	json_seconds("longest_wait", status->longest_wait_ns, known);
	puts(row->next ? "}," : "}");
}

void json_print(const struct row *row)
{
	puts("[");
	for (; row; row = row->next)
		json_row(row);
	puts("]");
}
