// SPDX-License-Identifier: GPL-2.0
/* parbiter list: print all ports as a table, as tab-separated values or as JSON */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "command.h"
#include "error.h"
#include "port.h"
#include "row.h"
#include "terminal.h"
#include "text.h"

static const char list_help[] =
"Usage: parbiter list [--json | --names]\n"
"Show every port: its state, its owner and for how long it has owned the port,\n"
"the number of waiters, and the hardware. On a terminal, print a table.\n"
"Otherwise, print a line of column names and one line for each port; columns\n"
"are separated by tabs, and '-' stands for no value. See parbiter(1).\n"
"\n"
"  -j, --json   print an array with one object for each port\n"
"      --names  print only the names of the ports; do not open them\n"
"  -h, --help   print this text\n";

static const char *number_or_dash(char *s, size_t size, int number, bool there)
{
	snprintf(s, size, there ? "%d" : "-", number);
	return s;
}

#define COLUMNS	8

/**
 * struct table - layout of a table
 * @width: width of each column, in characters
 */
struct table {
	unsigned int width[COLUMNS];
};

/* Make the columns wide enough for the cells of a row, and perhaps print it. */
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
	if (row_is_owned(row) || row_is_native(row))
		text_owner(*cell++, TEXT_LEN, &row->status);
	else
		snprintf(*cell++, TEXT_LEN, "-");
	if (row_is_owned(row))
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

/* Scripts use this output, and parbiter(1) documents it: add columns at the end. */
static void print_tabs(const struct row *row)
{
	char address[TEXT_LEN], modes[TEXT_LEN];
	char pid[16], waiters[16], irq[16], held[32];

	puts("port\tdevice\tstate\towner\tpid\theld\twaiters\tnative\taddress\tirq\tmodes");
	for (; row; row = row->next) {
		snprintf(held, sizeof(held), row_is_owned(row) ? "%.3f" : "-",
			 row->status.held_ns / 1e9);
		text_address(address, sizeof(address), row->info.base,
			     row->info.base_hi);
		row_modes(modes, sizeof(modes), row);
		printf("%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
		       row->port.name, row->port.path,
		       text_state_word(&row->status),
		       row_is_owned(row) ? row->status.owner : "-",
		       number_or_dash(pid, sizeof(pid), row->status.owner_pid,
				      row_is_owned(row) && row->status.owner_pid),
		       held,
		       number_or_dash(waiters, sizeof(waiters),
				      row->status.waiters, row->known),
		       row_is_native(row) ? row->status.owner : "-", address,
		       number_or_dash(irq, sizeof(irq), row->info.irq,
				      row->info.irq >= 0), modes);
	}
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

static int list(bool json)
{
	struct row *first;
	int ret = 0;

	first = row_read_all(&ret);
	if (json)
		json_print(first);
	else if (first && terminal_width(stdout))
		print_table(first);
	else if (first)
		print_tabs(first);
	if (!first)
		ret = port_explain_no_ports();
	row_free_all(first);
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
		return usage_error("list", "--json and --names exclude each other");
	return names ? list_names() : list(json);
}
