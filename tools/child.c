// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "child.h"
#include "error.h"
#include "util.h"

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

/* Tell the parent that the port is ours. If the parent has died, it needs no byte. */
static void report_grant(int fd)
{
	ssize_t done = write(fd, "", 1);

	(void)done;
}

static int execute(char **command)
{
	int error;

	execvp(command[0], command);
	error = errno;
	print_error("%s: %s", command[0], strerror(error));
	return error == ENOENT ? EXIT_NOT_FOUND : EXIT_CANNOT_EXEC;
}

int child_run(const struct child *child, struct port *port, pid_t parent)
{
	int ret;

	/*
	 * If the parent dies while this process waits, nobody needs the port any
	 * more: end this process, too, by the signal that nobody can ignore. This
	 * is undone for the command.
	 */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		return EXIT_SYSTEM;
	/* The module copies the owner's name when the port is requested. */
	prctl(PR_SET_NAME, base_name(child->command[0]));
	ret = allocate_port(&child->wait, port);
	if (ret)
		return wait_status(&child->wait, ret);
	prctl(PR_SET_PDEATHSIG, 0);
	/* An outer parbiter run may have set it, for another port. */
	unsetenv("PARBITER_FD");
	if (!child->close && pass_descriptor(port->fd)) {
		print_error("%s: cannot pass the descriptor to the command: %s",
			    port->name, strerror(errno));
		return EXIT_SYSTEM;
	}
	report_grant(child->granted_fd);
	return execute(child->command);
}
