/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The commands. Each takes its own argv, in which argv[0] is the program's name,
 * and returns an exit code.
 */
#ifndef TOOLS_COMMAND_H
#define TOOLS_COMMAND_H

int list_main(int argc, char **argv);
int run_main(int argc, char **argv);
int print_main(int argc, char **argv);
int watch_main(int argc, char **argv);
int test_main(int argc, char **argv);

#endif /* TOOLS_COMMAND_H */
