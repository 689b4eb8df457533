/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_DURATION_H
#define TOOLS_DURATION_H

#include <stdbool.h>

/*
 * Parse a duration into seconds: a number of seconds, or a number with the suffix ms, s,
 * m (minutes), h or d. Return false if the text is none.
 */
bool duration_parse(double *seconds, const char *text);

#endif /* TOOLS_DURATION_H */
