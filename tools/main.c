// SPDX-License-Identifier: GPL-2.0
/* parbiter: show, own and check the parallel ports of this machine. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
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

static int print_usage(void)
{
	unsigned int i;

	puts("Usage: parbiter [COMMAND [ARGUMENT...]]\n"
	     "Share parallel ports. Each port has at most one owner; requests are granted in\n"
	     "the order of their arrival.\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s%s\n", commands[i].name, commands[i].description);
	puts("\nThe default command is list. A PORT is named as 0, parport0, parbiter0 or\n"
	     "/dev/parbiter0. See 'parbiter COMMAND --help' and parbiter(1).\n"
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

static int dispatch(int argc, char **argv)
{
	const char *name = argv[1];
	unsigned int i;

	if (argc < 2)
		return list_main(argc, argv);
	if (!strcmp(name, "-h") || !strcmp(name, "--help"))
		return print_usage();
	if (!strcmp(name, "-V") || !strcmp(name, "--version"))
		return print_version();
	/* getopt() begins its messages with argv[0]. */
	for (i = 0; i < ARRAY_SIZE(commands); i++) {
		if (strcmp(name, commands[i].name))
			continue;
		argv[1] = "parbiter";
		return commands[i].main(argc - 1, argv + 1);
	}
	print_error("unknown command '%s'", name);
	fputs("Try 'parbiter --help'.\n", stderr);
	return EXIT_USAGE;
}

/*
 * Open descriptors 0 to 2 if the caller closed them. Otherwise the port would get
 * one of these numbers, and messages would be sent to the port.
 */
static int open_standard_descriptors(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR);
		if (fd < 0)
			return -1;
	} while (fd <= STDERR_FILENO);
	close(fd);
	return 0;
}

int main(int argc, char **argv)
{
	int status;

	if (open_standard_descriptors())
		return EXIT_SYSTEM;
	status = dispatch(argc, argv);
	if (fflush(stdout) || ferror(stdout)) {
		print_error("cannot write standard output: %s", strerror(errno));
		return EXIT_OUTPUT;
	}
	return status;
}
