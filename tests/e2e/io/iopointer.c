// SPDX-License-Identifier: GPL-2.0
/*
 * Invalid pointers in ppdev's requests: the request fails with EFAULT, or with
 * EINVAL if the client would have to own the port and does not. Nothing is
 * read, written or set. Unusual but valid pointers work.
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any
 */
#include "lib.h"

#include <linux/ppdev.h>
#include <sys/mman.h>

/*
 * <linux/ppdev.h> defines these requests only for the struct timeval of the
 * program.
 */
#define PPGETTIME_32	_IOR(PP_IOCTL, 0x95, int32_t[2])
#define PPSETTIME_32	_IOW(PP_IOCTL, 0x96, int32_t[2])
#define PPGETTIME_64	_IOR(PP_IOCTL, 0x95, int64_t[2])
#define PPSETTIME_64	_IOW(PP_IOCTL, 0x96, int64_t[2])

/**
 * struct argument - a request that has an argument
 * @name: name of the request
 * @request: number of the request, which encodes the length and the direction of
 *	the argument
 * @owner: the client must own the port
 * @good: the beginning of an argument that is accepted; all other bytes are zero
 */
struct argument {
	const char *name;
	unsigned long request;
	bool owner;
	unsigned char good[2];
};

#define ANYBODY(r, ...)	{ .name = #r, .request = r, .good = { __VA_ARGS__ } }
#define OWNER(r, ...)	{ .name = #r, .request = r, .good = { __VA_ARGS__ }, \
			  .owner = true }

static const struct argument arguments[] = {
	ANYBODY(PPSETMODE, 0x00, 0x01),		/* compatibility mode */
	ANYBODY(PPGETMODE),
	ANYBODY(PPSETPHASE, 3),
	ANYBODY(PPGETPHASE),
	ANYBODY(PPGETMODES),
	ANYBODY(PPSETFLAGS, PP_FASTWRITE),
	ANYBODY(PPGETFLAGS),
	OWNER(PPRSTATUS),
	OWNER(PPRDATA),
	OWNER(PPRCONTROL),
	OWNER(PPWDATA, 0x55),
	OWNER(PPWCONTROL, 0x04),
	OWNER(PPFCONTROL, 0x01, 0x01),
	OWNER(PPDATADIR),
	OWNER(PPNEGOT, 0x00, 0x01),
	OWNER(PPWCTLONIRQ, 0x0c),
	OWNER(PPCLRIRQ),
	OWNER(PPSETTIME_64, 7),
	OWNER(PPGETTIME_64),
	OWNER(PPSETTIME_32, 8),
	OWNER(PPGETTIME_32),
};

/* All state that the requests can change */
struct state {
	int mode, phase, flags;
	unsigned char data, control;
	int64_t time[2];
};

static int fd;
static bool owner;

static bool is_out(const struct argument *arg)
{
	return _IOC_DIR(arg->request) == _IOC_READ;
}

static size_t size_of(const struct argument *arg)
{
	return _IOC_SIZE(arg->request);
}

static struct state get_state(void)
{
	struct state state;

	memset(&state, 0, sizeof(state));
	check_eq(port_request(fd, PPGETMODE, &state.mode), 0);
	check_eq(port_request(fd, PPGETPHASE, &state.phase), 0);
	check_eq(port_request(fd, PPGETFLAGS, &state.flags), 0);
	if (!owner)
		return state;
	check_eq(port_request(fd, PPRDATA, &state.data), 0);
	check_eq(port_request(fd, PPRCONTROL, &state.control), 0);
	check_eq(port_request(fd, PPGETTIME_64, state.time), 0);
	return state;
}

static void refuse(const struct argument *arg, void *pointer)
{
	int want = arg->owner && !owner ? -EINVAL : -EFAULT;
	struct state before = get_state(), after;
	int ret = port_request(fd, arg->request, pointer);

	if (ret != want)
		fail("%s(%p) is %d, not %d", arg->name, pointer, ret, want);
	after = get_state();
	if (memcmp(&before, &after, sizeof(before)))
		fail("%s(%p) changed something", arg->name, pointer);
}

static void accept(const struct argument *arg, unsigned char *pointer)
{
	int want = arg->owner && !owner ? -EINVAL : 0;
	int ret;

	memset(pointer, 0, size_of(arg));
	memcpy(pointer, arg->good, size_of(arg) < 2 ? 1 : 2);
	ret = port_request(fd, arg->request, pointer);
	if (ret != want)
		fail("%s(%p) is %d, not %d", arg->name, (void *)pointer, ret,
		     want);
}

/* Map one page that is followed by a page without access. */
static unsigned char *guarded_page(void)
{
	size_t size = (size_t)getpagesize();
	unsigned char *page = mmap(NULL, 2 * size, PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(page != MAP_FAILED);
	check_eq(mprotect(page + size, size, PROT_NONE), 0);
	return page;
}

static void bad_pointers(const struct argument *arg)
{
	static const uintptr_t nowhere[] = {
		0, 1, 0xfff, UINTPTR_MAX,
#ifdef __x86_64__
		0x800000000000, 0xffff800000000000, 0xffffffff81000000,
#endif
	};
	size_t size = (size_t)getpagesize();
	unsigned char *page = guarded_page();
	unsigned int i;
	size_t there;

	for (i = 0; i < ARRAY_SIZE(nowhere); i++)
		refuse(arg, (void *)nowhere[i]);
	for (there = 0; there < size_of(arg); there++)
		refuse(arg, page + size - there);
	if (is_out(arg)) {
		check_eq(mprotect(page, size, PROT_READ), 0);
		refuse(arg, page);
	}
	check_eq(munmap(page, 2 * size), 0);
	refuse(arg, page);
}

/*
 * Unaligned arguments, and an argument that ends where the mapped memory ends,
 * are accepted. Nothing behind the argument is written.
 */
static void odd_pointers(const struct argument *arg)
{
	size_t page_size = (size_t)getpagesize(), size = size_of(arg);
	unsigned char *page = guarded_page();
	unsigned int shift;

	for (shift = 0; shift < 8; shift++) {
		memset(page, 0xa5, 64);
		accept(arg, page + 8 + shift);
		check_eq(page[8 + shift - 1], 0xa5);
		check_eq(page[8 + shift + size], 0xa5);
	}
	accept(arg, page + page_size - size);
	check_eq(mprotect(page, page_size, PROT_READ), 0);
	if (!is_out(arg)) {
		int want = arg->owner && !owner ? -EINVAL : 0;

		check_eq(port_request(fd, arg->request,
				      page + page_size - size), want);
	}
	check_eq(munmap(page, 2 * page_size), 0);
}

static void all_pointers(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(arguments); i++) {
		bad_pointers(&arguments[i]);
		odd_pointers(&arguments[i]);
		/*
		 * An accepted request has changed the state; invalid pointers
		 * are still refused.
		 */
		bad_pointers(&arguments[i]);
	}
}

static void before_ownership(void)
{
	fd = port_open(0);
	all_pointers();
	check(port_is_free(fd));
}

static void in_ownership(void)
{
	fd = port_open(0);
	check_eq(port_request(fd, PPCLAIM, NULL), 0);
	owner = true;
	all_pointers();
	check_eq(port_request(fd, PPRELEASE, NULL), 0);
	check(port_is_free(fd));
}

static void after_ownership(void)
{
	fd = port_open(0);
	check_eq(port_request(fd, PPCLAIM, NULL), 0);
	check_eq(port_request(fd, PPRELEASE, NULL), 0);
	all_pointers();
	check(port_is_free(fd));
}

/*
 * The same holds for a client that has become the owner by PARBITER_ALLOCATE.
 */
static void in_ownership_by_allocate(void)
{
	fd = port_open(0);
	check_eq(port_allocate(fd), 0);
	owner = true;
	all_pointers();
	check_eq(port_free(fd), 0);
}

/* read() and write() with a buffer that is not mapped */
static void bad_buffers(void)
{
	unsigned char *page = guarded_page();
	unsigned char *end = page + getpagesize();

	fd = port_open_flags(0, O_NONBLOCK);
	check(write(fd, end, 1) < 0 && errno == EINVAL);
	check(read(fd, end, 1) < 0 && errno == EINVAL);
	check_eq(port_request(fd, PPCLAIM, NULL), 0);
	check(write(fd, end, 1) < 0 && errno == EFAULT);
	check(write(fd, end - 1, 2) < 0 && errno == EFAULT);
	check_eq(port_request(fd, PPRELEASE, NULL), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(before_ownership),
		TEST(in_ownership),
		TEST(after_ownership),
		TEST(in_ownership_by_allocate),
		TEST(bad_buffers),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
