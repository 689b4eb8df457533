// SPDX-License-Identifier: GPL-2.0
/*
 * This process opens the port. The child requests it, so that other clients see the
 * command's process as the owner. This process keeps the descriptor open for two
 * reasons: a command that closes its inherited descriptors still owns the port, and
 * this process can free the port when the command has ended, even if another process
 * has inherited the descriptor.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "guard.h"
#include "interrupt.h"
#include "util.h"

/**
 * struct guard - state of the process that watches
 * @child: what the child does
 * @port: the port
 * @pid: the child's number
 * @signal_fd: signals come from this descriptor
 * @granted_fd: a byte comes from this descriptor when the child owns the port; -1: it
 *	has come, or the child has ended
 * @owned: the byte has come
 * @granted: the byte has come, and the port was there since then
 */
struct guard {
	struct child *child;
	struct port *port;
	pid_t pid;
	int signal_fd;
	int granted_fd;
	bool owned;
	bool granted;
};

/*
 * Was the signal sent to the whole foreground process group? The keyboard does that
 * with these signals. SIGHUP and SIGALRM of the kernel may be for this process alone.
 */
static bool is_from_keyboard(const struct signalfd_siginfo *info)
{
	return info->ssi_code == SI_KERNEL &&
	       (info->ssi_signo == SIGINT || info->ssi_signo == SIGQUIT);
}

/*
 * Pass a signal on, unless it is sure that the child has it already. Nobody can tell
 * whether a program has sent a signal to this process or to the whole group: the child
 * had better get it twice than never. Before the grant, the child dies of the first
 * signal, so the second does no harm; and a signal that arrived before fork() is passed
 * on, because watch() begins with the signals, and looks at the grant after that.
 */
static void pass_on(const struct guard *guard, const struct signalfd_siginfo *info)
{
	if (!guard->owned || !is_from_keyboard(info) ||
	    getpgid(guard->pid) != getpgrp())
		kill(guard->pid, info->ssi_signo);
}

/*
 * Has the child ended? Then set its result. It stays a zombie, whose number others see as
 * that of the owner or waiter, until the port is closed.
 */
static bool has_ended(const struct guard *guard, int *result)
{
	siginfo_t info = { 0 };

	if (waitid(P_PID, guard->pid, &info, WEXITED | WNOHANG | WNOWAIT) ||
	    info.si_pid != guard->pid)
		return false;
	*result = info.si_code == CLD_EXITED ? info.si_status : -info.si_status;
	return true;
}

/* Handle one signal. Return true, and the result of the command, if it has ended. */
static bool handle_signal(const struct guard *guard, int *result)
{
	struct signalfd_siginfo info;

	if (read(guard->signal_fd, &info, sizeof(info)) != sizeof(info))
		return false;
	if (info.ssi_signo != SIGCHLD) {
		pass_on(guard, &info);
		return false;
	}
	return has_ended(guard, result);
}

/* Find out whether the child owns the port; a child that has ended may have owned it. */
static void read_grant(struct guard *guard)
{
	char byte;

	if (guard->granted_fd < 0)
		return;
	guard->owned = read(guard->granted_fd, &byte, 1) == 1;
	guard->granted = guard->owned;
	close(guard->granted_fd);
	guard->granted_fd = -1;
}

static bool is_gone(const struct port *port)
{
	struct pollfd pollfd = { .fd = port->fd };

	return poll(&pollfd, 1, 0) > 0;
}

/* While the child waits, it says itself that the port is gone. */
static void report_gone(struct guard *guard)
{
	port_explain(guard->port, ENODEV);
	print_error("%s: %s goes on without it", guard->port->name,
		    base_name(guard->child->command[0]));
	guard->granted = false;
}

/* Return the result of the command. */
static int watch(struct guard *guard)
{
	bool is_early = true;
	int result;

	for (;;) {
		struct pollfd pollfds[] = {
			{ .fd = guard->signal_fd, .events = POLLIN },
			{ .fd = guard->granted_fd, .events = POLLIN },
			{ .fd = guard->granted ? guard->port->fd : -1 },
		};

		if (poll(pollfds, ARRAY_SIZE(pollfds), is_early ? 0 : -1) < 0)
			continue;
		/* First, pass on what has come before fork(). */
		is_early = is_early && pollfds[0].revents;
		if (!is_early && pollfds[1].revents)
			read_grant(guard);
		if (pollfds[0].revents && handle_signal(guard, &result)) {
			read_grant(guard);
			/* The command may have ended because of that. */
			if (guard->granted && is_gone(guard->port))
				port_explain(guard->port, ENODEV);
			return result;
		}
		if (pollfds[2].revents)
			report_gone(guard);
	}
}

/* Start the child, in which the signals are as @old says. Return 0 or -1. */
static int start_child(struct guard *guard, const sigset_t *old)
{
	pid_t parent = getpid();
	int pipe_fds[2];

	if (pipe2(pipe_fds, O_CLOEXEC))
		return -1;
	guard->granted_fd = pipe_fds[0];
	guard->child->granted_fd = pipe_fds[1];
	guard->pid = fork();
	if (!guard->pid) {
		sigprocmask(SIG_SETMASK, old, NULL);
		_exit(child_run(guard->child, guard->port, parent));
	}
	close(pipe_fds[1]);
	return guard->pid < 0 ? -1 : 0;
}

/* Start the child. Return 0, or an exit code after printing an error. */
static int start(struct guard *guard)
{
	sigset_t signals, old;

	signal(SIGCHLD, SIG_DFL);
	interrupt_set(&signals);
	sigaddset(&signals, SIGCHLD);
	sigprocmask(SIG_BLOCK, &signals, &old);
	guard->signal_fd = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK);
	if (guard->signal_fd >= 0 && !start_child(guard, &old))
		return 0;
	print_error("cannot make a process: %s", strerror(errno));
	return EXIT_SYSTEM;
}

int guard_run(struct child *child, struct port *port)
{
	struct guard guard = { .child = child, .port = port };
	int ret;

	ret = start(&guard);
	if (ret) {
		port_close(port);
		return ret;
	}
	ret = watch(&guard);
	/* A child that a signal has ended while it waited could not do so. */
	if (ret < 0 && !guard.owned)
		clear_wait(&child->wait);
	free_port(port);
	port_close(port);
	waitpid(guard.pid, NULL, 0);
	return ret;
}
