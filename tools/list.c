// SPDX-License-Identifier: GPL-2.0
/* parbiter list: every port in one table */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "kernel.h"
#include "module.h"
#include "port.h"
#include "terminal.h"
#include "text.h"

const char list_help[] =
"Usage: parbiter list [--json | --names]\n"
"Show every port: its state, who has it and for how long, who waits, and what\n"
"it is. In a terminal a table for people; else a header line and one line per\n"
"port with fields separated by tabs, '-' for what there is not. See parbiter(1).\n"
"\n"
"  -j, --json   an array with one object per port\n"
"      --names  only the names of the ports, without opening them\n"
"  -h, --help   this text\n";

/**
 * struct row - what there is to know of a port
 * @port: the port
 * @known: its device answered: @info and @status are there
 * @info: what it is
 * @status: how it is doing
 * @next: the next one, or NULL
 */
struct row {
	struct port port;
	bool known;
	struct parbiter_port_info info;
	struct parbiter_status status;
	struct row *next;
};

/* What the parport core tells of a port that does not let us in */
static void read_unknown(struct row *row)
{
	unsigned long base = 0, base_hi = 0;
	char value[128];

	row->info.irq = -1;
	row->info.dma = -1;
	if (kernel_port_value(value, sizeof(value), row->port.number, "irq"))
		row->info.irq = atoi(value);
	if (kernel_port_value(value, sizeof(value), row->port.number, "dma"))
		row->info.dma = atoi(value);
	if (kernel_port_value(value, sizeof(value), row->port.number,
			      "base-addr"))
		sscanf(value, "%lu %lu", &base, &base_hi);
	row->info.base = base;
	row->info.base_hi = base_hi;
	row->status.state = ~0U;
}

/* Closed again at once: an open port keeps others from exclusive use. */
static int read_row(struct row *row)
{
	int ret = port_open(&row->port);

	if (!ret) {
		row->known = !port_info(&row->port, &row->info) &&
			     !port_status(&row->port, &row->status);
		port_close(&row->port);
	}
	if (!row->known)
		read_unknown(row);
	return ret;
}

static void free_rows(struct row *row)
{
	struct row *next;

	for (; row; row = next) {
		next = row->next;
		free(row);
	}
}

/* All ports in order; *ret is the exit code of the last that did not answer. */
static struct row *read_rows(int *ret)
{
	struct row *first = NULL, **last = &first;
	unsigned int *numbers;
	int i, n, error;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++) {
		*last = calloc(1, sizeof(**last));
		if (!*last)
			break;
		port_init(&(*last)->port, numbers[i]);
		error = read_row(*last);
		if (error)
			*ret = error;
		last = &(*last)->next;
	}
	free(numbers);
	return first;
}

/* Owner by parbiter, not a native driver */
static bool is_owned(const struct row *row)
{
	return row->known && row->status.state == PARBITER_STATE_OWNED;
}

static bool is_native(const struct row *row)
{
	return row->known && row->status.state == PARBITER_STATE_NATIVE;
}

static void row_modes(char *s, size_t size, const struct row *row)
{
	if (row->known)
		text_modes(s, size, row->info.modes);
	else if (!kernel_port_value(s, size, row->port.number, "modes"))
		snprintf(s, size, "-");
}

static const char *number_or_dash(char *s, size_t size, int number, bool there)
{
	snprintf(s, size, there ? "%d" : "-", number);
	return s;
}

#define COLUMNS	8

/* A table's cells, and how wide its columns are */
struct table {
	unsigned int width[COLUMNS];
};

static void print_cells(struct table *table, char cells[COLUMNS][TEXT_LEN],
			bool print)
{
	unsigned int i, len;

	for (i = 0; i < COLUMNS; i++) {
		len = strlen(cells[i]);
		if (table->width[i] < len)
			table->width[i] = len;
		if (print)
			printf("%-*s%s", i < COLUMNS - 1 ? table->width[i] : 0,
			       cells[i], i < COLUMNS - 1 ? "  " : "\n");
	}
}

static void row_cells(const struct row *row, char cells[COLUMNS][TEXT_LEN])
{
	char (*cell)[TEXT_LEN] = cells;

	snprintf(*cell++, TEXT_LEN, "%s", row->port.name);
	snprintf(*cell++, TEXT_LEN, "%s", text_state_word(&row->status));
	if (is_owned(row) || is_native(row))
		text_owner(*cell++, TEXT_LEN, &row->status);
	else
		snprintf(*cell++, TEXT_LEN, "-");
	if (is_owned(row))
		text_duration(*cell++, TEXT_LEN, row->status.held_ns);
	else
		snprintf(*cell++, TEXT_LEN, "-");
	number_or_dash(*cell++, TEXT_LEN, row->status.waiters, row->known);
	text_address(*cell++, TEXT_LEN, row->info.base, row->info.base_hi);
	number_or_dash(*cell++, TEXT_LEN, row->info.irq, row->info.irq >= 0);
	row_modes(*cell++, TEXT_LEN, row);
}

static void print_table(const struct row *first)
{
	char header[COLUMNS][TEXT_LEN] = { "PORT", "STATE", "OWNER", "FOR",
					   "WAITING", "ADDRESS", "IRQ", "MODES" };
	char cells[COLUMNS][TEXT_LEN];
	struct table table = { 0 };
	const struct row *row;

	print_cells(&table, header, false);
	for (row = first; row; row = row->next) {
		row_cells(row, cells);
		print_cells(&table, cells, false);
	}
	print_cells(&table, header, true);
	for (row = first; row; row = row->next) {
		row_cells(row, cells);
		print_cells(&table, cells, true);
	}
}

/* For scripts. The columns are documented: new ones go to the end. */
static void print_tabs(const struct row *row)
{
	char address[TEXT_LEN], modes[TEXT_LEN];
	char pid[16], waiters[16], irq[16], held[32];

	puts("port\tdevice\tstate\towner\tpid\theld\twaiters\tnative\taddress\tirq\tmodes");
	for (; row; row = row->next) {
		snprintf(held, sizeof(held), is_owned(row) ? "%.3f" : "-",
			 row->status.held_ns / 1e9);
		text_address(address, sizeof(address), row->info.base,
			     row->info.base_hi);
		row_modes(modes, sizeof(modes), row);
		printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
		       row->port.name, row->port.path,
		       text_state_word(&row->status),
		       is_owned(row) ? row->status.owner : "-",
		       number_or_dash(pid, sizeof(pid), row->status.owner_pid,
				      is_owned(row) && row->status.owner_pid),
		       held,
		       number_or_dash(waiters, sizeof(waiters),
				      row->status.waiters, row->known),
		       is_native(row) ? row->status.owner : "-", address,
		       number_or_dash(irq, sizeof(irq), row->info.irq,
				      row->info.irq >= 0), modes);
	}
}

/* Names have been cleaned: only these two would end a string early. */
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
	json_string("owner", status->owner, is_owned(row));
	json_number("pid", status->owner_pid,
		    is_owned(row) && status->owner_pid);
	json_seconds("held", status->held_ns, is_owned(row));
	json_number("waiters", status->waiters, known);
	json_string("native", status->owner, is_native(row));
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

static void print_json(const struct row *row)
{
	puts("[");
	for (; row; row = row->next)
		json_row(row);
	puts("]");
}

static int list_names(void)
{
	unsigned int *numbers;
	int i, n;

	n = port_scan(&numbers);
	for (i = 0; i < n; i++)
		printf("parport%u\n", numbers[i]);
	free(numbers);
	return 0;
}

/* Nothing to show: why? */
static int explain_none(void)
{
	struct port port;

	if (!module_is_loaded())
		return module_explain();
	port_init(&port, 0);
	return port_explain(&port, ENOENT);
}

static int list(bool json)
{
	struct row *first;
	int ret = 0;

	first = read_rows(&ret);
	if (json)
		print_json(first);
	else if (first && terminal_width(stdout))
		print_table(first);
	else if (first)
		print_tabs(first);
	if (!first)
		ret = explain_none();
	free_rows(first);
	return ret;
}

int list_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "names", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	bool json = false, names = false;
	int option;

	while ((option = getopt_long(argc, argv, "jh", options, NULL)) != -1) {
		switch (option) {
		case 'j':
			json = true;
			break;
		case 'n':
			names = true;
			break;
		case 'h':
			fputs(list_help, stdout);
			return 0;
		default:
			return usage_hint("list");
		}
	}
	if (optind < argc)
		return usage_error("list", "list takes no argument: '%s'",
				   argv[optind]);
	if (json && names)
		return usage_error("list", "--json or --names, not both");
	return names ? list_names() : list(json);
}
