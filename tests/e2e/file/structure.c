// SPDX-License-Identifier: GPL-2.0
/*
 * Structures that the kernel fills, when the program knows an older or a newer
 * version of them. (A structure that the caller fills is tested in request.c.)
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any kernels32=stock
 */
#include "lib.h"

#include <sys/mman.h>

#define PATTERN	0xa5
#define ROOM	2048

static const struct answer {
	const char *name;
	unsigned long request;
	unsigned int v1;	/* size of the structure in the first version */
	unsigned int known;	/* size in this version */
} answers[] = {
	{ "GET_PORT_INFO", PARBITER_GET_PORT_INFO, PARBITER_PORT_INFO_SIZE_V1,
	  sizeof(struct parbiter_port_info) },
	{ "GET_STATUS", PARBITER_GET_STATUS, PARBITER_STATUS_SIZE_V1,
	  sizeof(struct parbiter_status) },
};

static int fd;
static unsigned char *room;	/* ends where the mapped memory ends */

static void open_with_room(void)
{
	size_t page = (size_t)getpagesize();
	unsigned char *pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
				    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	check(pages != MAP_FAILED);
	check_eq(mprotect(pages + page, page, PROT_NONE), 0);
	room = pages + page - ROOM;
	fd = port_open(0);
}

/* Return whether all bytes of @room from @from up to @to are @value. */
static bool all_are(unsigned int from, unsigned int to, unsigned char value)
{
	for (; from < to; from++)
		if (room[from] != value)
			return false;
	return true;
}

/*
 * Ask for the structure with the size @size. The memory is filled with a
 * pattern before.
 */
static int ask(const struct answer *answer, __u32 size)
{
	memset(room, PATTERN, ROOM);
	memcpy(room, &size, sizeof(size));
	return port_request(fd, answer->request, room);
}

static __u32 size_now(void)
{
	__u32 size;

	memcpy(&size, room, sizeof(size));
	return size;
}

static void too_short(void)
{
	const struct answer *a;
	__u32 size;

	open_with_room();
	for (a = answers; a < answers + ARRAY_SIZE(answers); a++) {
		for (size = 0; size < a->v1; size++) {
			check_eq(ask(a, size), -EINVAL);
			check_eq(size_now(), size);
			check(all_are(sizeof(size), ROOM, PATTERN));
		}
	}
}

/*
 * For each size from that of the first version on, the structure is cut to the
 * size, or filled up with zeros.
 */
static void as_long_as_the_caller_says(void)
{
	static unsigned char whole[ROOM];
	const struct answer *a;
	__u32 size, filled;

	open_with_room();
	for (a = answers; a < answers + ARRAY_SIZE(answers); a++) {
		check_eq(ask(a, a->known), 0);
		check_eq(size_now(), a->known);
		memcpy(whole, room, a->known);
		for (size = a->v1; size < ROOM; size += size < 256 ? 1 : 97) {
			check_eq(ask(a, size), 0);
			check_eq(size_now(), a->known);
			filled = size < a->known ? size : a->known;
			check_eq(memcmp(room, whole, filled), 0);
			check(all_are(filled, size, 0));
			check(all_are(size, ROOM, PATTERN));
		}
	}
}

/*
 * The kernel writes all bytes of the structure, so that nothing that was in the
 * memory remains.
 */
static void every_byte_is_written(void)
{
	const struct answer *a;
	unsigned char first[512];
	__u32 size;
	unsigned int i;

	open_with_room();
	for (a = answers; a < answers + ARRAY_SIZE(answers); a++) {
		check_eq(ask(a, a->known), 0);
		memcpy(first, room, a->known);
		memset(room, (unsigned char)~PATTERN, ROOM);
		size = a->known;
		memcpy(room, &size, sizeof(size));
		check_eq(port_request(fd, a->request, room), 0);
		for (i = 0; i < a->known; i++)
			if (room[i] != first[i])
				fail("%s: byte %u is left", a->name, i);
	}
}

/* The structure fits into the memory, but not the zeros behind it. */
static void no_room_for_the_zeros(void)
{
	unsigned char *at;
	const struct answer *a;
	__u32 size;

	open_with_room();
	for (a = answers; a < answers + ARRAY_SIZE(answers); a++) {
		size = a->known + 8;
		at = room + ROOM - a->known;
		memcpy(at, &size, sizeof(size));
		check_eq(port_request(fd, a->request, at), -EFAULT);
		at -= 8;
		memcpy(at, &size, sizeof(size));
		check_eq(port_request(fd, a->request, at), 0);
	}
}

/* A size of more than a page is refused. */
static void size_beyond_a_page(void)
{
	static const __u32 sizes[] = {
		0xffffffff, 0xfffffffe, 0x80000000, 0x7fffffff, 0x7ffff000,
		0x01000000,
	};
	const struct answer *a;
	unsigned int i;

	open_with_room();
	for (a = answers; a < answers + ARRAY_SIZE(answers); a++) {
		for (i = 0; i < ARRAY_SIZE(sizes); i++) {
			check_eq(ask(a, sizes[i]), -E2BIG);
			check(all_are(sizeof(sizes[i]), ROOM, PATTERN));
		}
	}
}

int main(void)
{
	static const struct test tests[] = {
		TEST(too_short),
		TEST(as_long_as_the_caller_says),
		TEST(every_byte_is_written),
		TEST(no_room_for_the_zeros),
		TEST(size_beyond_a_page),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
