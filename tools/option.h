/* SPDX-License-Identifier: GPL-2.0 */
#ifndef TOOLS_OPTION_H
#define TOOLS_OPTION_H

#include <getopt.h>

/*
 * getopt_long(), but with messages in which nothing controls the terminal. @known
 * begins with "+:" or ":". Return '?' after such a message.
 */
int option_next(int argc, char **argv, const char *known,
		const struct option *options);

#endif /* TOOLS_OPTION_H */
