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
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "command.h"
#include "error.h"
#include "port.h"
#include "terminal.h"
#include "text.h"
#include "util.h"

const char run_help[] =
"Usage: parbiter run [-n | -w SECONDS] PORT [--] COMMAND [ARGUMENT...]\n"
"Wait until PORT is ours, run COMMAND, and free the port when it has ended. The\n"
"port's open descriptor is passed on; its number is in PARBITER_FD.\n"
"\n"
"  -n, --no-wait       do not wait: now or not at all\n"
"  -w, --wait=SECONDS  wait for at most so long; fractions are fine\n"
"  -h, --help          this text\n"
"\n"
"Exit status: COMMAND's own, or 128 plus the number of the signal that ended it;\n"
"64 usage, 66 no such port, 69 no module or port unplugged, 71 system error,\n"
"75 busy or time ran out, 77 permission, 126 COMMAND cannot be executed,\n"
"127 no such COMMAND. Ctrl-C while waiting withdraws the request.\n";

#define FOREVER		-1.0
#define LONGEST		1e6	/* seconds that poll() can count */
#define LOOK_MS		200	/* between looks at the place in the queue */

/**
 * struct run - what was asked for
 * @port: the port
 * @now: do not wait
 * @limit: seconds to wait, or FOREVER
 * @command: the command's argv
 */
struct run {
	struct port port;
	bool now;
	double limit;
	char **command;
};

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

/* "parport0: waiting for avrdude (pid 12); place 2 of 3" */
static void wait_text(char *s, size_t size, const struct port *port)
{
	struct parbiter_status status;
	struct port_place place;
	char owner[TEXT_LEN];

	if (port_status(port, &status) || port_place(port, &place)) {
		snprintf(s, size, "parbiter: %s: waiting", port->name);
		return;
	}
	text_owner(owner, sizeof(owner), &status);
	snprintf(s, size, "parbiter: %s: waiting for %s; place %u of %u",
		 port->name, owner, place.position, place.waiters);
}

/* Tells a terminal what it waits for, if that is not what it said before. */
static void show_wait(const struct port *port, char *said, size_t size)
{
	char text[2 * TEXT_LEN];

	wait_text(text, sizeof(text), port);
	if (!strcmp(text, said))
		return;
	snprintf(said, size, "%s", text);
	terminal_line(stderr, text);
}

/* How long poll() may sleep: to the deadline, or to the next look */
static int wait_ms(double deadline, bool look)
{
	double left = deadline - now_seconds();

	if (deadline == FOREVER)
		return look ? LOOK_MS : -1;
	if (left <= 0)
		return 0;
	if (look && left > LOOK_MS / 1e3)
		return LOOK_MS;
	return (int)(left * 1e3) + 1;
}

/* Queued: 0 once the port is ours, a negative error number otherwise */
static int wait_granted(const struct port *port, double deadline)
{
	struct pollfd pollfd = { .fd = port->fd, .events = POLLIN };
	bool look = terminal_width(stderr);
	char said[2 * TEXT_LEN] = "";
	int ret, ms;

	for (;;) {
		if (look)
			show_wait(port, said, sizeof(said));
		ms = wait_ms(deadline, look);
		ret = poll(&pollfd, 1, ms);
		if (ret < 0 && errno != EINTR)
			ret = -errno;
		else if (ret > 0)
			ret = pollfd.revents & POLLIN ? 0 : -ENODEV;
		else if (!ms && !ret)
			ret = -ETIMEDOUT;
		else
			continue;
		break;
	}
	if (look)
		terminal_line(stderr, "");
	return ret;
}

static int acquire_waiting(const struct run *run)
{
	const struct port *port = &run->port;
	double deadline = FOREVER;
	int ret;

	if (run->limit != FOREVER)
		deadline = now_seconds() + run->limit;
	ret = port_request(port, PARBITER_ALLOCATE, NULL);
	if (ret == -EINPROGRESS)
		ret = wait_granted(port, deadline);
	/* A grant may just have come: then there is nothing to withdraw. */
	if (ret == -ETIMEDOUT &&
	    port_request(port, PARBITER_CANCEL, NULL) == -ENOENT)
		ret = 0;
	return ret;
}

/* Returns 0 as owner, or an exit code. */
static int acquire(const struct run *run)
{
	char what[64];
	int ret;

	if (run->now)
		ret = port_request(&run->port, PARBITER_TRY_ALLOCATE, NULL);
	else
		ret = acquire_waiting(run);
	if (!ret)
		return 0;
	if (ret == -EBUSY)
		return port_explain_busy(&run->port, "busy");
	if (ret != -ETIMEDOUT)
		return port_explain(&run->port, -ret);
	snprintf(what, sizeof(what), "gave up after %g s", run->limit);
	return port_explain_busy(&run->port, what);
}

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
	ret = acquire(run);
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

static void free_port(struct port *port)
{
	struct pollfd pollfd = { .fd = port->fd, .events = POLLIN };

	/* The command may have freed it. */
	if (poll(&pollfd, 1, 0) > 0 && (pollfd.revents & POLLIN))
		port_request(port, PARBITER_FREE, NULL);
	port_close(port);
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
	free_port(&run->port);
	return ret;
}

static int parse_limit(struct run *run, const char *arg)
{
	char *end;

	run->limit = strtod(arg, &end);
	if (end == arg || *end || !(run->limit >= 0))
		return usage_error("run", "'%s' is no number of seconds", arg);
	if (run->limit > LONGEST)
		run->limit = FOREVER;
	return 0;
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
	struct run what = { .limit = FOREVER };
	int option, ret;

	while ((option = getopt_long(argc, argv, "+nw:h", options,
				     NULL)) != -1) {
		switch (option) {
		case 'n':
			what.now = true;
			break;
		case 'w':
			ret = parse_limit(&what, optarg);
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
