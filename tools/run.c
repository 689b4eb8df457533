// SPDX-License-Identifier: GPL-2.0
/*
 * parbiter run: own a port while a command runs
 *
 * The parent opens the port. The child requests it, so that other clients see
 * the command's process as the owner, and then executes the command. The parent
 * keeps the descriptor open for two reasons: a command that closes its inherited
 * descriptors still owns the port, and the parent can free the port when the
 * command has ended, even if another process has inherited the descriptor.
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

#include "allocate.h"
#include "command.h"
#include "error.h"
#include "port.h"
#include "util.h"

static const char run_help[] =
"Usage: parbiter run [-n | -w SECONDS] PORT [--] COMMAND [ARGUMENT...]\n"
"Wait for PORT, run COMMAND as its owner, and free the port when COMMAND has\n"
"ended. COMMAND inherits the open descriptor of the port; its number is in the\n"
"environment variable PARBITER_FD.\n"
"\n"
WAIT_HELP
"  -h, --help          print this text\n"
"\n"
"Ctrl-C while waiting withdraws the request.\n"
"\n"
"Exit status: that of COMMAND, or 128 plus the number of the signal that ended it;\n"
"64 wrong usage, 66 no such port, 69 module not loaded or port gone, 71 system\n"
"error, 75 port busy or time over, 77 no permission, 126 COMMAND cannot be\n"
"executed, 127 COMMAND not found.\n";

/**
 * struct run - arguments of parbiter run
 * @port: the port
 * @wait: how long to wait for the port
 * @command: argv of the command
 */
struct run {
	struct port port;
	struct wait_options wait;
	char **command;
};

/*
 * Prepare the descriptor for the command: requests wait (no O_NONBLOCK), and exec
 * does not close it.
 */
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

/* The child: request the port, then execute the command. Return an exit code. */
static int run_child(const struct run *run, pid_t parent)
{
	int ret, error;

	/*
	 * If the parent dies while the child waits, nobody needs the port any
	 * more: end the child, too. This is undone for the command.
	 */
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent)
		return EXIT_SYSTEM;
	/* The module copies the owner's name when the port is requested. */
	prctl(PR_SET_NAME, base_name(run->command[0]));
	ret = allocate_port(&run->wait, &run->port);
	if (ret)
		return ret;
	prctl(PR_SET_PDEATHSIG, 0);
	if (pass_descriptor(run->port.fd)) {
		print_error("%s: cannot pass the descriptor to the command: %s",
			    run->port.name, strerror(errno));
		return EXIT_SYSTEM;
	}
	execvp(run->command[0], run->command);
	error = errno;
	print_error("%s: %s", run->command[0], strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
}

static int exit_code(int status)
{
	if (WIFEXITED(status))
		return WEXITSTATUS(status);
	/* End the line in which the terminal shows ^C. */
	if (WTERMSIG(status) == SIGINT && isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return EXIT_SIGNAL + WTERMSIG(status);
}

/* Forward signals to the child until it has ended. Return the exit code. */
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
			/* Ctrl-C (SI_KERNEL) has signalled the child, too. */
			kill(child, info.si_signo);
		}
	}
}

static int run(struct run *run)
{
	static const int forwarded[] = { SIGCHLD, SIGINT, SIGQUIT, SIGTERM, SIGHUP };
	pid_t child, parent = getpid();
	sigset_t signals, old;
	unsigned int i;
	int ret;

	ret = port_open(&run->port);
	if (ret)
		return ret;
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&signals);
	for (i = 0; i < ARRAY_SIZE(forwarded); i++)
		sigaddset(&signals, forwarded[i]);
	sigprocmask(SIG_BLOCK, &signals, &old);
	child = fork();
	if (child < 0) {
		print_error("cannot start a process: %s", strerror(errno));
		return EXIT_SYSTEM;
	}
	if (!child) {
		sigprocmask(SIG_SETMASK, &old, NULL);
		_exit(run_child(run, parent));
	}
	ret = wait_child(child, &signals);
	free_port(&run->port);
	port_close(&run->port);
	return ret;
}

static int parse_operands(struct run *run, int argc, char **argv)
{
	int ret;

	ret = port_parse(&run->port, "run", argv[optind]);
	if (ret)
		return ret;
	optind++;
	if (optind < argc && !strcmp(argv[optind], "--"))
		optind++;
	if (optind >= argc)
		return usage_error("run", "no command given");
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
	struct run args = { .wait.limit = NO_LIMIT };
	int option, ret;

	while ((option = getopt_long(argc, argv, "+nw:h", options,
				     NULL)) != -1) {
		switch (option) {
		case 'n':
			args.wait.now = true;
			break;
		case 'w':
			ret = parse_wait_limit(&args.wait, "run", optarg);
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
	ret = parse_operands(&args, argc, argv);
	return ret ? ret : run(&args);
}
