/* SPDX-License-Identifier: GPL-2.0 */
/* The commands: each takes its own argv and returns an exit code. */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

int list_main(int argc, char **argv);
int run_main(int argc, char **argv);
int print_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int test_main(int argc, char **argv);

extern const char list_help[];
extern const char run_help[];
extern const char print_help[];
extern const char watch_help[];
extern const char test_help[];

#endif /* TOOLS_COMMAND_H */
