// SPDX-License-Identifier: GPL-2.0
/* Native drivers: ppdev, used as another program uses it */
#include "libnative.h"

#include <sys/syscall.h>

int ppdev_open(unsigned int number)
{
	return node_open("/dev/parport", number, 0);
}

int ppdev_claim(int fd)
{
	return port_request(fd, PPCLAIM, NULL);
}

int ppdev_release(int fd)
{
	return port_request(fd, PPRELEASE, NULL);
}

/*
 * Close all descriptors but the standard ones, @a and @b. Otherwise a forked
 * child would keep the clients of its parent open.
 */
static void close_all_but(int a, int b)
{
	unsigned int low = (unsigned int)(a < b ? a : b);
	unsigned int high = (unsigned int)(a < b ? b : a);

	syscall(SYS_close_range, 3, low - 1, 0);
	syscall(SYS_close_range, low + 1, high - 1, 0);
	syscall(SYS_close_range, high + 1, ~0U, 0);
}

static void native_child(unsigned int number, int claimed, int go)
{
	char byte = 0;
	int ret;
	int fd;

	close_all_but(claimed, go);
	pin_to_cpu(cpus() - 1);
	fd = ppdev_open(number);
	ret = ppdev_claim(fd);
	if (ret)
		_exit(-ret);
	if (write(claimed, &byte, 1) != 1)
		_exit(255);
	if (read(go, &byte, 1) != 1)
		_exit(254);
	close(fd);
	_exit(0);
}

void native_start(struct native *native, unsigned int number)
{
	int claimed[2], go[2];

	check_eq(pipe2(claimed, O_CLOEXEC), 0);
	check_eq(pipe2(go, O_CLOEXEC), 0);
	native->pid = fork();
	check(native->pid >= 0);
	if (native->pid == 0) {
		close(claimed[0]);
		close(go[1]);
		native_child(number, claimed[1], go[0]);
	}
	close(claimed[1]);
	close(go[0]);
	native->claimed = claimed[0];
	native->go = go[1];
}

bool native_owns(const struct native *native)
{
	struct pollfd pfd = { .fd = native->claimed, .events = POLLIN };

	return poll(&pfd, 1, 0) == 1 && (pfd.revents & POLLIN);
}

/* Wait until the process sleeps in PPCLAIM. */
void native_wait_asleep(const struct native *native)
{
	wait_asleep(native->pid, PPCLAIM);
}

void native_wait_owner(const struct native *native)
{
	struct pollfd pfd = { .fd = native->claimed, .events = POLLIN };

	if (poll(&pfd, 1, HANG_LIMIT * 1000) != 1 || !(pfd.revents & POLLIN))
		fail("the native driver never got the port");
}

void native_let_go(struct native *native)
{
	check_eq(write(native->go, "", 1), 1);
	close(native->go);
	check_eq(join(native->pid), 0);
	close(native->claimed);
}

const char *core_owner(unsigned int number)
{
	static char name[128];
	char path[96];

	snprintf(path, sizeof(path),
		 "/proc/sys/dev/parport/parport%u/devices/active", number);
	if (!read_file(path, name, sizeof(name)))
		name[0] = '\0';
	name[strcspn(name, "\n")] = '\0';
	if (strcmp(name, "none") == 0)
		name[0] = '\0';
	return name;
}
