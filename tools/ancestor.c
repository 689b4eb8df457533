// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ancestor.h"
#include "kernel.h"

/* Return the parent of a process; 0: it has none, or it is not visible. */
static pid_t parent_of(pid_t pid)
{
	char path[32], stat[256], *end;
	int parent;

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	if (!kernel_read_all(stat, sizeof(stat), path))
		return 0;
	/* The name in parentheses may contain anything, even a line feed. */
	end = strrchr(stat, ')');
	return end && sscanf(end, ") %*c %d", &parent) == 1 ? parent : 0;
}

/* Does /proc have the numbers of this pid namespace, and not those of another? */
static bool knows_pids(void)
{
	char self[16];
	ssize_t len;

	len = readlink("/proc/self", self, sizeof(self) - 1);
	if (len < 0)
		return false;
	self[len] = '\0';
	return atoi(self) == getpid();
}

bool ancestor_is(pid_t pid)
{
	pid_t at;

	if (!knows_pids())
		return pid == getpid() || pid == getppid();
	for (at = getpid(); at > 0; at = parent_of(at))
		if (at == pid)
			return true;
	return false;
}
