/* SPDX-License-Identifier: GPL-2.0 */
/* A table on standard output: aligned for a person, or with tabs for a program */
#ifndef TOOLS_TABLE_H
#define TOOLS_TABLE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

#define TABLE_COLUMNS	16	/* columns of a table at most */
#define CELL_LEN	PATH_MAX	/* bytes; a path is the longest text of a cell */

/**
 * struct column - a column
 * @name: its name, in small letters
 * @format: format the cell of an item; "-" stands for no value
 */
struct column {
	const char *name;
	void (*format)(char *s, size_t size, const void *item);
};

/**
 * struct table - layout of a table
 * @columns: the columns, in their order
 * @count: number of @columns
 * @headings: print the names of the columns first
 * @aligned: align the columns, with names in capitals; otherwise separate them by tabs
 */
struct table {
	const struct column *columns[TABLE_COLUMNS];
	unsigned int count;
	bool headings;
	bool aligned;
};

/* Add all columns of an array that ends with a column without a name. */
void table_add_all(struct table *table, const struct column *columns);

/*
 * Add the columns whose names are in a list that is separated by commas. Return 0, or
 * EXIT_USAGE after printing an error.
 */
int table_add_named(struct table *table, const struct column *columns,
		    const char *command, const char *names);

/* Print the table with a line for each item. */
void table_print(const struct table *table, const void **items, unsigned int count);

#endif /* TOOLS_TABLE_H */
