// SPDX-License-Identifier: GPL-2.0
/* parbiter list: print ports as a table, as tab-separated values or as JSON */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "columns.h"
#include "command.h"
#include "device.h"
#include "error.h"
#include "option.h"
#include "port.h"
#include "row.h"
#include "table.h"
#include "terminal.h"
#include "text.h"

static const char list_help[] =
"Usage: parbiter [list] [OPTION...] [PORT...]\n"
"Show every PORT, or all: its state, its owner and for how long it has owned the\n"
"port, the number of waiters, the hardware, and the IEEE 1284 devices that\n"
"answered when the port appeared. On a terminal, print a table. Otherwise, print\n"
"a line of column names and one line for each port; columns are separated by\n"
"tabs, and '-' stands for no value. See parbiter(1).\n"
"\n"
"  -j, --json            print an array with one object for each port\n"
"      --names           print only the names of the ports; do not open them\n"
"      --queue           show who waits, in order, and since when\n"
"  -o, --output=COLUMNS  print these columns, separated by commas, in this order\n"
"  -n, --no-headings     do not print the names of the columns\n"
"  -h, --help            print this text\n"
"\n"
"Exit status: 0 all ports are shown; 64 wrong usage, 66 no such port, 69 module\n"
"not loaded or port gone, 71 system error, 74 standard output cannot be written,\n"
"75 a native driver has the port exclusively, 77 no permission.\n";

/**
 * struct list - arguments of parbiter list
 * @json: print JSON
 * @names: print names only
 * @queue: show the waiters
 * @no_headings: do not print the names of the columns
 * @columns: names of the columns; NULL: the usual ones
 * @ports: the ports
 * @count: number of @ports
 */
struct list {
	bool json;
	bool names;
	bool queue;
	bool no_headings;
	const char *columns;
	struct port *ports;
	unsigned int count;
};

/* Print the devices that share a port, one on a line. */
static void print_devices(const struct row *row)
{
	char number[16], text[DEVICE_TEXT_LEN];
	struct device info;
	int device;

	for (device = 0; device <= PARBITER_DEVICE_END; device++) {
		if (!device_read(&info, row->port.number, device))
			continue;
		device_number(number, sizeof(number), device);
		device_text(text, sizeof(text), &info);
		printf("%s device %s: %s%s\n", row->port.name, number, text,
		       row_is_owned(row) && row->status.device == device ?
		       ", selected" : "");
	}
}

/* Lay the table out. Return 0, or EXIT_USAGE after printing an error. */
static int lay_out(struct table *table, const struct list *list)
{
	const struct column *columns = list->queue ? queue_columns : port_columns;

	table->headings = !list->no_headings;
	table->aligned = terminal_width(stdout);
	if (list->columns)
		return table_add_named(table, columns, "list", list->columns);
	if (table->aligned && !list->queue)
		columns = screen_columns;
	table_add_all(table, columns);
	return 0;
}

static void print_ports(const struct table *table, const struct list *list,
			const struct row *first)
{
	const void *items[list->count];
	const struct row *row;
	unsigned int n = 0;

	for (row = first; row; row = row->next)
		items[n++] = row;
	table_print(table, items, n);
	if (!table->aligned || list->columns)
		return;
	for (row = first; row; row = row->next)
		print_devices(row);
}

static unsigned int count_waiters(const struct row *row)
{
	unsigned int n = 0;

	for (; row; row = row->next)
		n += row->count;
	return n;
}

/* Return an exit code after printing an error, or 0. */
static int print_queues(const struct table *table, const struct row *row)
{
	unsigned int n = 0, most = count_waiters(row);
	const void **items = calloc(most + 1, sizeof(*items));
	struct place *places = calloc(most + 1, sizeof(*places));
	int i;

	for (; items && places && row; row = row->next) {
		for (i = 0; i < row->count; i++, n++) {
			places[n].row = row;
			places[n].waiter = &row->waiters[i];
			items[n] = &places[n];
		}
	}
	if (items && places)
		table_print(table, items, n);
	else
		print_error("cannot show the queue: %s", strerror(ENOMEM));
	i = items && places ? 0 : EXIT_SYSTEM;
	free(items);
	free(places);
	return i;
}

static int list_names(const struct list *list)
{
	unsigned int i;

	for (i = 0; i < list->count; i++)
		puts(list->ports[i].name);
	return 0;
}

static int list(const struct list *list)
{
	struct table table = { 0 };
	struct row *first;
	int ret, error = 0;

	if (list->names)
		return list_names(list);
	ret = lay_out(&table, list);
	if (ret)
		return ret;
	first = row_read_all(list->ports, list->count, list->queue, &ret);
	if (list->json)
		row_print_json(first, list->queue);
	else if (first && list->queue)
		error = print_queues(&table, first);
	else if (first)
		print_ports(&table, list, first);
	if (!list->count)
		ret = port_explain_no_ports();
	row_free_all(first);
	return ret ? ret : error;
}

/* Fill in all ports that have a device node. */
static void add_all_ports(struct list *list)
{
	unsigned int *numbers;
	int i, n;

	n = port_scan(&numbers);
	list->ports = calloc(n + 1, sizeof(*list->ports));
	for (i = 0; list->ports && i < n; i++)
		port_init(&list->ports[list->count++], numbers[i]);
	free(numbers);
}

/* Fill in the ports that are named. Return 0, or an exit code after an error. */
static int add_named_ports(struct list *list, char **names, unsigned int count)
{
	int ret = 0;

	list->ports = calloc(count, sizeof(*list->ports));
	while (!ret && list->ports && list->count < count) {
		ret = port_parse(&list->ports[list->count], "list",
				 names[list->count]);
		list->count++;
	}
	return ret;
}

static int check(const struct list *list, bool named)
{
	if (list->json + list->names > 1)
		return usage_error("list", "--json and --names exclude each other");
	if (list->names && (list->queue || list->columns || named))
		return usage_error("list", "--names fits neither a port nor --queue nor --output");
	if (list->json && list->columns)
		return usage_error("list", "--json and --output exclude each other");
	return 0;
}

/* Options without a character; the values are more than that. */
enum {
	LIST_NAMES = 256,
	LIST_QUEUE,
};

static int parse_option(struct list *list, int option)
{
	switch (option) {
	case 'j':
		list->json = true;
		return 0;
	case LIST_NAMES:
		list->names = true;
		return 0;
	case LIST_QUEUE:
		list->queue = true;
		return 0;
	case 'o':
		list->columns = optarg;
		return 0;
	case 'n':
		list->no_headings = true;
		return 0;
	default:
		return usage_hint("list");
	}
}

int list_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "json", no_argument, NULL, 'j' },
		{ "names", no_argument, NULL, LIST_NAMES },
		{ "queue", no_argument, NULL, LIST_QUEUE },
		{ "output", required_argument, NULL, 'o' },
		{ "no-headings", no_argument, NULL, 'n' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct list args = { 0 };
	int option, ret;

	while ((option = option_next(argc, argv, ":jo:nh", options)) != -1) {
		if (option == 'h') {
			fputs(list_help, stdout);
			return 0;
		}
		ret = parse_option(&args, option);
		if (ret)
			return ret;
	}
	ret = check(&args, optind < argc);
	if (!ret && optind < argc)
		ret = add_named_ports(&args, argv + optind, argc - optind);
	else if (!ret)
		add_all_ports(&args);
	if (!ret)
		ret = list(&args);
	free(args.ports);
	return ret;
}
