// SPDX-License-Identifier: GPL-2.0
/* The requests of parbiter, and what /proc reports about a descriptor */
#include "lib.h"

static void node_path(char *path, size_t size, unsigned int number)
{
	snprintf(path, size, "/dev/parbiter%u", number);
}

bool port_present(unsigned int number)
{
	char path[32];

	node_path(path, sizeof(path), number);
	return access(path, F_OK) == 0;
}

/*
 * Wait for the node before opening it: it is made a moment after the port is
 * announced.
 */
int node_open(const char *prefix, unsigned int number, int flags)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "%s%u", prefix, number);
	wait_for(access(path, F_OK) == 0);
	fd = open(path, O_RDWR | O_CLOEXEC | flags);
	if (fd < 0)
		fail("open %s: %s", path, strerror(errno));
	return fd;
}

int port_open_flags(unsigned int number, int flags)
{
	return node_open("/dev/parbiter", number, flags);
}

int port_open(unsigned int number)
{
	return port_open_flags(number, 0);
}

/* Return why open() fails, 0 if it does not. */
int port_open_error(unsigned int number)
{
	char path[32];
	int fd;

	node_path(path, sizeof(path), number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	close(fd);
	return 0;
}

int port_request(int fd, unsigned long request, void *arg)
{
	int ret = ioctl(fd, request, arg);

	return ret < 0 ? -errno : ret;
}

int port_allocate(int fd)
{
	return port_request(fd, PARBITER_ALLOCATE, NULL);
}

int port_allocate_timeout(int fd, uint64_t ns)
{
	__u64 limit = ns;

	return port_request(fd, PARBITER_ALLOCATE_TIMEOUT, &limit);
}

int port_try(int fd)
{
	return port_request(fd, PARBITER_TRY_ALLOCATE, NULL);
}

int port_ask(int fd, unsigned int flags, uint64_t deadline_ns)
{
	return port_ask_for(fd, PARBITER_DEVICE_NONE, flags, deadline_ns);
}

int port_ask_for(int fd, int device, unsigned int flags, uint64_t deadline_ns)
{
	struct parbiter_request request = {
		.size = sizeof(request),
		.flags = flags,
		.device = device,
		.deadline_ns = deadline_ns,
	};

	return port_request(fd, PARBITER_REQUEST, &request);
}

int port_select(int fd, int device, unsigned int flags)
{
	struct parbiter_select select = {
		.size = sizeof(select), .flags = flags, .device = device,
	};

	return port_request(fd, PARBITER_SELECT, &select);
}

int port_deselect(int fd, unsigned int flags)
{
	struct parbiter_select select = {
		.size = sizeof(select), .flags = flags,
		.device = PARBITER_DEVICE_NONE,
	};

	return port_request(fd, PARBITER_DESELECT, &select);
}

int port_free(int fd)
{
	return port_request(fd, PARBITER_FREE, NULL);
}

int port_cancel(int fd)
{
	return port_request(fd, PARBITER_CANCEL, NULL);
}

int port_yield(int fd)
{
	return port_request(fd, PARBITER_YIELD, NULL);
}

unsigned int port_waiters(int fd)
{
	__u32 waiters = ~0U;

	check_eq(port_request(fd, PARBITER_QUERY_WAITERS, &waiters), 0);
	return waiters;
}

bool port_is_free(int fd)
{
	__u8 is_free = 0xee;

	check_eq(port_request(fd, PARBITER_IS_PORT_FREE, &is_free), 0);
	check(is_free <= 1);
	return is_free;
}

struct parbiter_status port_status(int fd)
{
	struct parbiter_status status;

	memset(&status, 0xee, sizeof(status));
	status.size = sizeof(status);
	check_eq(port_request(fd, PARBITER_GET_STATUS, &status), 0);
	check_eq(status.size, sizeof(status));
	return status;
}

unsigned int port_position(int fd)
{
	return port_status(fd).position;
}

struct parbiter_port_info port_info(int fd)
{
	struct parbiter_port_info info;

	memset(&info, 0xee, sizeof(info));
	info.size = sizeof(info);
	check_eq(port_request(fd, PARBITER_GET_PORT_INFO, &info), 0);
	check_eq(info.size, sizeof(info));
	return info;
}

/*
 * POLLIN is not asked for: the emulated port raises interrupts when its control
 * register is written with interrupts enabled.
 */
short port_poll(int fd)
{
	struct pollfd pfd = { .fd = fd, .events = POLLOUT | POLLPRI };

	if (poll(&pfd, 1, 0) < 0)
		fail("poll: %s", strerror(errno));
	return pfd.revents;
}

/* Wait in poll() until it reports one of @events. */
short port_poll_wait(int fd, short events)
{
	struct pollfd pfd = { .fd = fd, .events = events };
	int ret;

	do {
		ret = poll(&pfd, 1, HANG_LIMIT * 1000);
	} while (ret < 0 && errno == EINTR);
	if (ret <= 0)
		fail("poll() did not wake for %#x", (unsigned int)events);
	return pfd.revents;
}

void set_nonblock(int fd, bool on)
{
	int flags = fcntl(fd, F_GETFL);

	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	check_eq(fcntl(fd, F_SETFL, flags), 0);
}

void wait_waiters(int fd, unsigned int n)
{
	wait_for(port_waiters(fd) == n);
}

void wait_owner(int fd)
{
	check(port_poll_wait(fd, POLLOUT) & POLLOUT);
}

/* Return the value of "key:" in /proc/self/fdinfo, "" if there is none. */
const char *fdinfo(int fd, const char *key)
{
	static char value[128];
	size_t len = strlen(key);
	char path[64];
	char line[128];
	FILE *file;

	value[0] = '\0';
	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", fd);
	file = fopen(path, "re");
	if (!file)
		fail("%s: %s", path, strerror(errno));
	while (fgets(line, sizeof(line), file)) {
		if (strncmp(line, key, len) || strncmp(line + len, ":\t", 2))
			continue;
		line[strcspn(line, "\n")] = '\0';
		strcpy(value, line + len + 2);
	}
	fclose(file);
	return value;
}
