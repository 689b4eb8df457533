/* SPDX-License-Identifier: GPL-2.0 */
/* Text of others, such as names of files and processes, made fit to be printed */
#ifndef TOOLS_CLEAN_H
#define TOOLS_CLEAN_H

#include <stddef.h>
#include <stdio.h>

/*
 * Replace each byte by a question mark that could control a terminal: control
 * characters, marks that turn the direction of writing, and what is not UTF-8. If the
 * stream is a terminal that does not know UTF-8, replace all but ASCII.
 */
void clean_text(char *s, FILE *stream);

/* Return such a copy, which the caller frees; NULL: no memory. */
char *clean_copy(const char *s, FILE *stream);

/* Return how many cells of a terminal a clean text takes. */
size_t clean_width(const char *s);

/* Return how many bytes of a clean text fit into @most cells of a terminal. */
size_t clean_bytes(const char *s, size_t most);

#endif /* TOOLS_CLEAN_H */
