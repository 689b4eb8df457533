/* SPDX-License-Identifier: GPL-2.0 */
/* How parbiter watch prints a change: for a person, in columns, or as JSON */
#ifndef TOOLS_REPORT_H
#define TOOLS_REPORT_H

#include <stdbool.h>

#include "watched.h"

/* How to print */
enum report_form {
	REPORT_TABS,	/* columns that are separated by tabs */
	REPORT_SCREEN,	/* a sentence on a terminal */
	REPORT_JSON,	/* a JSON object on each line */
};

/**
 * struct report - how to print
 * @form: the form
 * @utc: print times in UTC
 */
struct report {
	enum report_form form;
	bool utc;
};

/* Print the names of the columns, if there are columns. */
void report_begin(const struct report *report);

/* Print the new status of a port, which is open. */
void report_change(const struct report *report, const struct watched *w,
		   const struct parbiter_status *status);

/* Print that a port has gone. */
void report_gone(const struct report *report, const struct watched *w);

#endif /* TOOLS_REPORT_H */
