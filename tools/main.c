// SPDX-License-Identifier: GPL-2.0
/* parbiter: see who has the parallel ports, hold one, find what is wrong. */
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
	const char *what;
} commands[] = {
	{ "list", list_main, "show every port: who has it, who waits, what it is" },
	{ "run", run_main, "run a command that owns a port" },
	{ "print", print_main, "send files to a printer, each in its turn" },
	{ "watch", watch_main, "show changes as they happen" },
	{ "test", test_main, "check whether a port can be used; say what is wrong" },
};

static int print_usage(void)
{
	unsigned int i;

	puts("Usage: parbiter [COMMAND [ARGUMENT...]]\n"
	     "Share parallel ports: at most one owner each, in order of arrival.\n");
	for (i = 0; i < ARRAY_SIZE(commands); i++)
		printf("  %-8s%s\n", commands[i].name, commands[i].what);
	puts("\nWithout a command: list. PORT is 0, parport0, parbiter0 or a path.\n"
	     "'parbiter COMMAND --help' tells more, parbiter(1) everything.\n"
	     "\n"
	     "  -h, --help     this text\n"
	     "  -V, --version  the version");
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
	complain("no command '%s'", name);
	fputs("Try 'parbiter --help'.\n", stderr);
	return EXIT_USAGE;
}

/* A port must not become somebody's standard output. */
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
		complain("standard output: %s", strerror(errno));
		return EXIT_OUTPUT;
	}
	return status;
}
