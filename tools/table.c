// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <string.h>

#include "clean.h"
#include "error.h"
#include "table.h"

void table_add_all(struct table *table, const struct column *columns)
{
	for (; columns->name; columns++)
		table->columns[table->count++] = columns;
}

static const struct column *find(const struct column *columns, const char *name,
				 size_t len)
{
	for (; columns->name; columns++)
		if (strlen(columns->name) == len && !strncmp(columns->name, name, len))
			return columns;
	return NULL;
}

static void join_names(char *s, size_t size, const struct column *columns)
{
	size_t len = 0;

	for (; columns->name && len < size; columns++)
		len += snprintf(s + len, size - len, "%s%s", len ? ", " : "",
				columns->name);
}

int table_add_named(struct table *table, const struct column *columns,
		    const char *command, const char *names)
{
	const struct column *column;
	char known[CELL_LEN];
	size_t len;

	for (;;) {
		len = strcspn(names, ",");
		column = find(columns, names, len);
		if (!column || table->count == TABLE_COLUMNS) {
			join_names(known, sizeof(known), columns);
			return usage_error(command, column ? "too many columns" :
					   "'%.*s' is not a column; the columns are %s",
					   (int)len, names, known);
		}
		table->columns[table->count++] = column;
		if (!names[len])
			return 0;
		names += len + 1;
	}
}

/* Format the heading of a column; @item is NULL. Otherwise the cell of an item. */
static void format_cell(char *s, const struct table *table, unsigned int i,
			const void *item)
{
	if (item) {
		table->columns[i]->format(s, CELL_LEN, item);
		/* A process may have an empty name. */
		if (!*s)
			snprintf(s, CELL_LEN, "-");
		return;
	}
	snprintf(s, CELL_LEN, "%s", table->columns[i]->name);
	/* Not toupper(): in Turkish, it makes something else of an i. */
	for (; table->aligned && *s; s++)
		if (*s >= 'a' && *s <= 'z')
			*s += 'A' - 'a';
}

/* Make the columns wide enough for an item. */
static void measure(const struct table *table, unsigned int *widths,
		    const void *item)
{
	char cell[CELL_LEN];
	unsigned int i, len;

	for (i = 0; i < table->count; i++) {
		format_cell(cell, table, i, item);
		len = clean_width(cell);
		if (widths[i] < len)
			widths[i] = len;
	}
}

static void print_line(const struct table *table, const unsigned int *widths,
		       const void *item)
{
	char cell[CELL_LEN];
	unsigned int i;

	for (i = 0; i < table->count; i++) {
		format_cell(cell, table, i, item);
		fputs(cell, stdout);
		if (i == table->count - 1)
			putchar('\n');
		else if (table->aligned)
			printf("%*s", (int)(widths[i] - clean_width(cell) + 2), "");
		else
			putchar('\t');
	}
}

void table_print(const struct table *table, const void **items, unsigned int count)
{
	unsigned int widths[TABLE_COLUMNS] = { 0 };
	unsigned int i;

	if (table->headings)
		measure(table, widths, NULL);
	for (i = 0; table->aligned && i < count; i++)
		measure(table, widths, items[i]);
	if (table->headings)
		print_line(table, widths, NULL);
	for (i = 0; i < count; i++)
		print_line(table, widths, items[i]);
}
