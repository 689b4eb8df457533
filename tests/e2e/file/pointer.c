// SPDX-License-Identifier: GPL-2.0
/*
 * A request with an invalid pointer fails with EFAULT and changes nothing.
 * Unusual but valid pointers work.
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any
 */
#include "lib.h"

#include <sys/mman.h>
#include <sys/uio.h>

static const struct argument {
	const char *name;
	unsigned long request;
	size_t size;
	bool out;
	/* the argument is a structure that begins with its size */
	bool sized;
} arguments[] = {
	{ "ALLOCATE_TIMEOUT", PARBITER_ALLOCATE_TIMEOUT, 8, false, false },
	{ "REQUEST", PARBITER_REQUEST, sizeof(struct parbiter_request), false,
	  true },
	{ "SELECT", PARBITER_SELECT, sizeof(struct parbiter_select), false,
	  true },
	{ "QUERY_WAITERS", PARBITER_QUERY_WAITERS, 4, true, false },
	{ "IS_PORT_FREE", PARBITER_IS_PORT_FREE, 1, true, false },
	{ "GET_PORT_INFO", PARBITER_GET_PORT_INFO,
	  sizeof(struct parbiter_port_info), true, true },
	{ "GET_STATUS", PARBITER_GET_STATUS, sizeof(struct parbiter_status),
	  true, true },
	{ "GET_QUEUE", PARBITER_GET_QUEUE, sizeof(struct parbiter_queue), true,
	  true },
};

static int fd;

/* Map one page that is followed by a page without access. */
static char *guarded_page(void)
{
	size_t size = (size_t)getpagesize();
	char *page = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(page != MAP_FAILED);
	check_eq(mprotect(page + size, size, PROT_NONE), 0);
	return page;
}

/*
 * Write an argument that would be accepted at @pointer, as much of it as fits
 * into @room bytes: for a structure that the kernel fills only its size, for
 * PARBITER_REQUEST and PARBITER_SELECT a request for the port, for
 * PARBITER_GET_QUEUE a question for no waiter.
 */
static void fill(const struct argument *arg, void *pointer, size_t room)
{
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(struct parbiter_waiter),
	};
	struct parbiter_request request = {
		.size = sizeof(request),
		.device = PARBITER_DEVICE_NONE,
	};
	struct parbiter_select select = {
		.size = sizeof(select),
		.device = PARBITER_DEVICE_END,
	};
	__u32 size = arg->size;
	const void *from = &size;
	size_t len = sizeof(size);

	if (!arg->sized)
		return;
	if (arg->request == PARBITER_REQUEST) {
		from = &request;
		len = sizeof(request);
	} else if (arg->request == PARBITER_SELECT) {
		from = &select;
		len = sizeof(select);
	} else if (arg->request == PARBITER_GET_QUEUE) {
		from = &queue;
		len = sizeof(queue);
	}
	memcpy(pointer, from, len < room ? len : room);
}

static void refuse(const struct argument *arg, void *pointer)
{
	int ret = port_request(fd, arg->request, pointer);

	if (ret != -EFAULT)
		fail("%s(%p) is %d, not EFAULT", arg->name, pointer, ret);
	if (!port_is_free(fd) || port_waiters(fd))
		fail("%s(%p) changed something", arg->name, pointer);
}

static void invalid_addresses(void)
{
	static const uintptr_t invalid_addresses[] = {
		0, 1, 0xfff, UINTPTR_MAX, UINTPTR_MAX - 3,
#ifdef __x86_64__
		0x800000000000, 0xffff800000000000, 0xffffffff81000000,
#endif
	};
	unsigned int i, j;

	fd = port_open(0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++)
		for (j = 0; j < ARRAY_SIZE(invalid_addresses); j++)
			refuse(&arguments[i], (void *)invalid_addresses[j]);
}

static void protect(char *page, int protection)
{
	check_eq(mprotect(page, (size_t)getpagesize(), protection), 0);
}

static void unmapped_and_protected(void)
{
	char *page = guarded_page();
	char *protected = page + getpagesize();
	unsigned int i;

	fd = port_open(0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++)
		refuse(&arguments[i], protected);
	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		if (!arguments[i].out)
			continue;
		protect(protected, PROT_READ | PROT_WRITE);
		fill(&arguments[i], protected, arguments[i].size);
		protect(protected, PROT_READ);
		refuse(&arguments[i], protected);
	}
	check_eq(munmap(page, 2 * (size_t)getpagesize()), 0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++)
		refuse(&arguments[i], page);
}

/* The argument begins in the page and ends behind it. */
static void truncated_by_end_of_page(void)
{
	char *end = guarded_page() + getpagesize();
	unsigned int i;
	size_t there;

	fd = port_open(0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++)
		for (there = 0; there < arguments[i].size; there++) {
			fill(&arguments[i], end - there, there);
			refuse(&arguments[i], end - there);
		}
}

/* The argument ends exactly at the end of the page. */
static void whole_at_end_of_page(void)
{
	char *end = guarded_page() + getpagesize();
	unsigned int i;

	fd = port_open(0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		memset(end - arguments[i].size, 0, arguments[i].size);
		fill(&arguments[i], end - arguments[i].size, arguments[i].size);
		check_eq(port_request(fd, arguments[i].request,
				      end - arguments[i].size), 0);
		if (!arguments[i].out)
			check_eq(port_free(fd), 0);
	}
}

static void unaligned(void)
{
	char *page = guarded_page();
	struct parbiter_status status;
	const struct argument get_status = {
		"GET_STATUS", PARBITER_GET_STATUS, sizeof(status), true, true,
	};
	unsigned int i, shift;

	fd = port_open(0);
	for (shift = 1; shift < 8; shift++) {
		for (i = 0; i < ARRAY_SIZE(arguments); i++) {
			memset(page, 0, 1024);
			fill(&arguments[i], page + shift, arguments[i].size);
			check_eq(port_request(fd, arguments[i].request,
					      page + shift), 0);
			if (!arguments[i].out)
				check_eq(port_free(fd), 0);
		}
		fill(&get_status, page + shift, sizeof(status));
		check_eq(port_request(fd, get_status.request, page + shift), 0);
		memcpy(&status, page + shift, sizeof(status));
		check_eq(status.size, sizeof(status));
		check_eq(status.state, PARBITER_STATE_FREE);
	}
}

/* The kernel writes no more than the argument. */
static void writes_no_more_than_the_argument(void)
{
	unsigned char *page = (unsigned char *)guarded_page();
	unsigned int i;

	fd = port_open(0);
	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		if (!arguments[i].out)
			continue;
		memset(page, 0xa5, 1024);
		fill(&arguments[i], page + 64, arguments[i].size);
		check_eq(port_request(fd, arguments[i].request, page + 64), 0);
		check_eq(page[63], 0xa5);
		check_eq(page[64 + arguments[i].size], 0xa5);
	}
}

/*
 * A request with an invalid pointer for its time limit changes neither the
 * state of an owner nor that of a waiter.
 */
static void bad_limit_when_not_idle(void)
{
	int other;

	fd = port_open(0);
	other = port_open_flags(0, O_NONBLOCK);
	check_eq(port_allocate(fd), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	check_eq(port_request(fd, PARBITER_ALLOCATE_TIMEOUT, NULL), -EFAULT);
	check_eq(port_request(other, PARBITER_ALLOCATE_TIMEOUT, NULL),
		 -EFAULT);
	check_eq(port_request(fd, PARBITER_REQUEST, NULL), -EFAULT);
	check_eq(port_request(other, PARBITER_REQUEST, NULL), -EFAULT);
	check_eq(port_waiters(fd), 1);
	check_eq(port_free(fd), 0);
	check_eq(port_poll(other), POLLOUT);
	check_eq(port_free(other), 0);
}

static void other_file_operations(void)
{
	struct iovec vec;
	char buf[16];

	fd = port_open(0);
	vec.iov_base = buf;
	vec.iov_len = sizeof(buf);
	check(read(fd, buf, sizeof(buf)) < 0);
	check_eq(errno, EINVAL);
	check(write(fd, buf, sizeof(buf)) < 0);
	check_eq(errno, EINVAL);
	check(readv(fd, &vec, 1) < 0);
	check(writev(fd, &vec, 1) < 0);
	check(lseek(fd, 0, SEEK_SET) < 0);
	check_eq(errno, ESPIPE);
	check(pread(fd, buf, sizeof(buf), 0) < 0);
	check(mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0) == MAP_FAILED);
	check_eq(errno, ENODEV);
	check(ftruncate(fd, 0) < 0);
	check(fsync(fd) < 0);
	check(port_is_free(fd));
}

int main(void)
{
	static const struct test tests[] = {
		TEST(invalid_addresses),
		TEST(unmapped_and_protected),
		TEST(truncated_by_end_of_page),
		TEST(whole_at_end_of_page),
		TEST(unaligned),
		TEST(writes_no_more_than_the_argument),
		TEST(bad_limit_when_not_idle),
		TEST(other_file_operations),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
