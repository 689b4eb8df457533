// SPDX-License-Identifier: GPL-2.0
/* parbiter: show, own and check the parallel ports of this machine. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "output.h"
#include "port.h"
#include "util.h"

static const struct command {
	const char *name;
	int (*main)(int argc, char **argv);
	const char *description;
} commands[] = {
	{ "list", list_main, "show every port: its owner, the waiters, the hardware" },
	{ "run", run_main, "own a port while a command runs" },
	{ "print", print_main, "send files to the printer on a port" },
	{ "watch", watch_main, "show changes of owner and queue as they happen" },
	{ "test", test_main, "check whether a port can be used, and explain why not" },
};

static const struct command *find_command(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(commands); i++)
		if (!strcmp(name, commands[i].name))
			return &commands[i];
	print_error("unknown command '%s'", name);
	fputs("Try 'parbiter --help'.\n", stderr);
	return NULL;
}

static int print_usage(void)
{
	unsigned int i;

	puts("Usage: parbiter [COMMAND] [ARGUMENT...]\n"
	     "Share parallel ports. Each port has at most one owner; requests are granted in\n"
	     "the order of their arrival.\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s%s\n", commands[i].name, commands[i].description);
	puts("  help    print this text, or that of a command\n"
	     "\nThe default command is list, whose arguments may follow at once. A PORT is named\n"
	     "as 0, parport0, parbiter0 or /dev/parbiter0. See 'parbiter COMMAND --help' and\n"
	     "parbiter(1).\n"
	     "\n"
	     "  -h, --help     print this text\n"
	     "  -V, --version  print the version");
	return 0;
}

static int print_version(void)
{
	puts("parbiter " PARBITER_VERSION);
	return 0;
}

/* getopt() needs a name of the program in argv[0]. */
static int run_command(int argc, char **argv)
{
	const struct command *command = find_command(argv[0]);

	argv[0] = "parbiter";
	return command ? command->main(argc, argv) : EXIT_USAGE;
}

static int print_help(const char *name)
{
	char *args[3] = { (char *)name, "--help" };

	return name && strcmp(name, "help") ? run_command(2, args) : print_usage();
}

static int dispatch(int argc, char **argv)
{
	const char *name = argv[1];

	if (argc < 2)
		return list_main(argc, argv);
	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		return print_usage();
	if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		return print_version();
	if (!strcmp(name, "help"))
		return print_help(argv[2]);
	if (name[0] == '-' || port_is_named(name))
		return list_main(argc, argv);
	return run_command(argc - 1, argv + 1);
}

/*
 * Open descriptors 0 to 2 if the caller closed them. Otherwise the port would get
 * one of these numbers, and messages would be sent to the port. To read the first
 * fails as if it were closed, and so does to write the others. The command of
 * 'parbiter run' finds them closed.
 */
static int open_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
		if (fd < 0)
			return -1;
		if (fd == STDOUT_FILENO || fd == STDERR_FILENO) {
			close(fd);
			fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
		}
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	int status, error;

	if (open_standard_descriptors())
		return EXIT_SYSTEM;
	output_begin();
	status = dispatch(argc, argv);
	error = output_finish();
	if (error) {
		print_error("cannot write standard output: %s", strerror(error));
		return EXIT_OUTPUT;
	}
	return status;
}
