// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter run: hold a port while a command runs
 *
 * The parent opens the port. The child asks for it, so that others see the
 * command's process as the owner, and becomes the command. The parent keeps
 * the descriptor, so that a command that closes what it inherited still owns
 * the port, and frees it when the command has ended, whoever inherited it.
 */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "port.h"
#include "turn.h"
#include "util.h"

const char run_help[] =
"Usage: parbiter run [-n | -w SECONDS] PORT [--] COMMAND [ARGUMENT...]\n"
"Wait until PORT is ours, run COMMAND, and free the port when it has ended. The\n"
"port's open descriptor is passed on; its number is in PARBITER_FD.\n"
"\n"
TURN_HELP
"  -h, --help          this text\n"
"\n"
"Exit status: COMMAND's own, or 128 plus the number of the signal that ended it;\n"
"64 usage, 66 no such port, 69 no module or port unplugged, 71 system error,\n"
"75 busy or time ran out, 77 permission, 126 COMMAND cannot be executed,\n"
"127 no such COMMAND. Ctrl-C while waiting withdraws the request.\n";

/**
 * struct run - what was asked for
 * @port: the port
 * @turn: how to wait for it
 * @command: the command's argv
 */
struct run {
	struct port port;
	struct turn turn;
	char **command;
};

/* The descriptor's flags go to the command: requests wait by default. */
static int pass_descriptor(int fd)
{
	char number[16];
	int flags;

	flags = fcntl(fd, F_GETFL);
	if (flags < 0 || fcntl(fd, F_SETFL, flags & ~O_NONBLOCK) ||
	    fcntl(fd, F_SETFD, 0))
		return -1;
	snprintf(number, sizeof(number), "%d", fd);
	return setenv("PARBITER_FD", number, 1);
}

/* In the child: returns only an exit code. */
static int become_command(const struct run *run, pid_t parent)
{
	int ret;

	/* Nobody is left to wait for. The command itself is not told. */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return EXIT_SYSTEM;
	/* The owner's name, as others see it, is taken with the request. */
	prctl(PR_SET_NAME, base_name(run->command[0]));
	ret = turn_take(&run->turn, &run->port);
	if (ret)
		return ret;
	prctl(PR_SET_PDEATHSIG, 0);
	if (pass_descriptor(run->port.fd)) {
		complain("%s: cannot pass the descriptor on: %s",
			 run->port.name, strerror(errno));
		return EXIT_SYSTEM;
	}
	execvp(run->command[0], run->command);
	complain("%s: %s", run->command[0], strerror(errno));
	return errno == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
}

static int exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	/* The terminal has shown ^C. */
	if (WTERMSIG(status) == SIGINT && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return EXIT_SIGNAL + WTERMSIG(status);
}

/* Passes signals on until the child has ended. */
static int wait_child(pid_t child, const sigset_t *signals)
{
	siginfo_t info;
	int status;

	for (;;) {
		if (sigwaitinfo(signals, &info) < 0)
			continue;
		if (info.si_signo == SIGCHLD) {
			if (waitpid(child, &status, WNOHANG) == child)
				return exit_code(status);
		} else if (info.si_code != SI_KERNEL) {
			/* From the terminal it went to the child as well. */
			kill(child, info.si_signo);
		}
	}
}

static int run(struct run *run)
{
	static const int passed[] = { SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	pid_t child, parent = getpid();
	sigset_t signals, old;
	unsigned int i;
	int ret;

	ret = port_open(&run->port);
	if (ret)
		return ret;
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&signals);
	for (i = 0; i < ARRAY_SIZE(passed); i++)
		sigaddset(&signals, passed[i]);
	sigprocmask(SIG_BLOCK, &signals, &old);
	child = fork();
	if (child < 0) {
		complain("cannot start a process: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	if (!child) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		_exit(become_command(run, parent));
	}
	ret = wait_child(child, &signals);
	turn_end(&run->port);
	port_close(&run->port);
	return ret;
}

static int parse_operands(struct run *run, int argc, char **argv)
{
	int ret;

	if (optind >= argc)
		return usage_error("run", "no port named");
	ret = port_parse(&run->port, argv[optind++]);
	if (ret)
		return ret;
	if (optind < argc && !strcmp(argv[optind], "--"))
		optind++;
	if (optind >= argc)
		return usage_error("run", "no command to run");
	run->command = argv + optind;
	return 0;
}

int run_main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "no-wait", no_argument, NULL, 'n' },
		{ "wait", required_argument, NULL, 'w' },
		{ "help", no_argument, NULL, 'h' },
		{ }
	};
	struct run what = { .turn.limit = TURN_FOREVER };
	int option, ret;

	while ((option = getopt_long(argc, argv, "+nw:h", options,
				     NULL)) != -1) {
		switch (option) {
		case 'n':
			what.turn.now = true;
			break;
		case 'w':
			ret = turn_parse_limit(&what.turn, "run", optarg);
			if (ret)
				return ret;
			break;
		case 'h':
			fputs(run_help, stdout);
			return 0;
		default:
			return usage_hint("run");
		}
	}
	ret = parse_operands(&what, argc, argv);
	return ret ? ret : run(&what);
}
