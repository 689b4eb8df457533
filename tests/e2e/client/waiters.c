// SPDX-License-Identifier: GPL-2.0
/*
 * PARBITER_GET_QUEUE lists the waiters in the order of the queue.
 *
 * vm: ports=one kernels=stock,debug,kmsan timeout=120 smp=any kernels32=stock
 */
#include "libkclient.h"

#include <sched.h>
#include <sys/mman.h>

#define MANY	150	/* waiters: more than fit into two answers */
#define ROOM	200	/* entries in the array: more than MANY */

static int fd;		/* the owner, which asks for the list */
static int c[MANY];	/* the waiters */
static struct parbiter_waiter waiters[ROOM];

static struct parbiter_queue query(unsigned int first, unsigned int count)
{
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(waiters[0]),
		.first = first,
		.count = count,
		.length = 0xeeeeeeee,
		.waiters = (uintptr_t)waiters,
	};

	return queue;
}

static int get(struct parbiter_queue *queue)
{
	return port_request(fd, PARBITER_GET_QUEUE, queue);
}

/*
 * Ask for at most @count waiters from position @first on, check that the whole
 * queue has @length waiters, and return how many are listed.
 */
static unsigned int look(unsigned int first, unsigned int count,
			 unsigned int length)
{
	struct parbiter_queue queue = query(first, count);

	memset(waiters, 0xee, sizeof(waiters));
	check_eq(get(&queue), 0);
	check_eq(queue.size, sizeof(queue));
	check_eq(queue.waiter_size, sizeof(waiters[0]));
	check_eq(queue.first, first);
	check_eq(queue.length, length);
	check_eq(queue.reserved, 0);
	check_eq(queue.waiters, (uintptr_t)waiters);
	return queue.count;
}

static void own(void)
{
	fd = port_open(0);
	check_eq(port_allocate(fd), 0);
}

static void own_with_waiters(int n)
{
	int i;

	own();
	for (i = 0; i < n; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), -EINPROGRESS);
	}
}

/* Let the owner and then each waiter free the port. */
static void serve(int n)
{
	int i;

	check_eq(port_free(fd), 0);
	for (i = 0; i < n; i++) {
		wait_owner(c[i]);
		check_eq(port_free(c[i]), 0);
	}
}

static void check_name(const char *got, const char *want)
{
	char padded[PARBITER_NAME_LEN] = "";

	snprintf(padded, sizeof(padded), "%s", want);
	if (memcmp(got, padded, sizeof(padded)))
		fail("name is '%.*s', not '%s'", PARBITER_NAME_LEN, got, want);
}

static const char *own_name(void)
{
	static char comm[PARBITER_NAME_LEN];

	check(read_file("/proc/self/comm", comm, sizeof(comm)));
	comm[strcspn(comm, "\n")] = '\0';
	return comm;
}

static void check_process(const struct parbiter_waiter *waiter,
			  unsigned int position, pid_t pid)
{
	check_eq(waiter->kind, PARBITER_KIND_PROCESS);
	check_eq(waiter->pid, pid);
	check_eq(waiter->device, PARBITER_DEVICE_NONE);
	check_eq(waiter->position, position);
	check_name(waiter->name, own_name());
}

static void nobody_waits(void)
{
	fd = port_open(0);
	check_eq(look(0, ROOM, 0), 0);
	check_eq(look(0, 0, 0), 0);
	check_eq(look(1, ROOM, 0), 0);
	check_eq(look(UINT32_MAX, UINT32_MAX, 0), 0);
	check_eq(port_allocate(fd), 0);
	check_eq(look(0, ROOM, 0), 0);
	check_eq(port_free(fd), 0);
}

/*
 * Waiters are listed in the order of their requests, whatever kind of clients
 * they are.
 */
static void in_order(void)
{
	int kernel = kclient_open(0);
	int sleeps;
	pid_t pid;

	own_with_waiters(2);
	check_eq(kclient(kernel, "async"), 0);
	sleeps = port_open(0);
	pid = spawn_request(sleeps, PARBITER_ALLOCATE, NULL);
	wait_waiters(fd, 4);
	check_eq(look(0, ROOM, 4), 4);
	check_process(&waiters[0], 1, getpid());
	check_process(&waiters[1], 2, getpid());
	check_eq(waiters[2].kind, PARBITER_KIND_DRIVER);
	check_eq(waiters[2].pid, 0);
	check_eq(waiters[2].device, PARBITER_DEVICE_NONE);
	check_eq(waiters[2].position, 3);
	check_name(waiters[2].name, "kclient");
	check_process(&waiters[3], 4, pid);
	check_eq(((unsigned char *)&waiters[4])[0], 0xee);

	check_eq(port_cancel(c[0]), 0);
	check_eq(look(0, ROOM, 3), 3);
	check_process(&waiters[0], 1, getpid());
	check_eq(waiters[1].kind, PARBITER_KIND_DRIVER);
	check_process(&waiters[2], 3, pid);
	check_eq(port_allocate(c[0]), -EINPROGRESS);
	check_eq(look(3, 1, 4), 1);
	check_process(&waiters[0], 4, getpid());

	check_eq(port_free(fd), 0);
	wait_owner(c[1]);
	check_eq(port_free(c[1]), 0);
	kclient_wait_result(kernel, 0);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(join(pid), 0);
	check_eq(port_free(sleeps), 0);
	check_eq(port_free(c[0]), 0);
}

/*
 * Waiters that are nearer to the head of the queue have waited longer, and all
 * waiting times grow.
 */
static void waiting_times(void)
{
	__u64 before;
	int i;

	own_with_waiters(3);
	check_eq(look(0, ROOM, 3), 3);
	for (i = 1; i < 3; i++)
		check(waiters[i - 1].waiting_ns >= waiters[i].waiting_ns);
	before = waiters[0].waiting_ns;
	check(before < HANG_LIMIT * NSEC_PER_SEC);
	wait_for(look(0, 1, 3) == 1 && waiters[0].waiting_ns > before);
	serve(3);
}

static void check_page(unsigned int first, unsigned int count,
		       unsigned int filled)
{
	unsigned int i;

	check_eq(look(first, count, MANY), filled);
	for (i = 0; i < filled; i++)
		check_eq(waiters[i].position, first + i + 1);
	/* Nothing is written behind the entries that were filled. */
	for (; i < ROOM; i++)
		check_eq(waiters[i].position, 0xeeeeeeee);
}

static void page_by_page(void)
{
	unsigned int first;

	own_with_waiters(MANY);
	check_page(0, ROOM, PARBITER_QUEUE_MAX);
	check_page(PARBITER_QUEUE_MAX, ROOM, PARBITER_QUEUE_MAX);
	check_page(2 * PARBITER_QUEUE_MAX, ROOM, MANY - 2 * PARBITER_QUEUE_MAX);
	check_page(0, PARBITER_QUEUE_MAX + 1, PARBITER_QUEUE_MAX);
	check_page(0, PARBITER_QUEUE_MAX, PARBITER_QUEUE_MAX);
	check_page(7, PARBITER_QUEUE_MAX - 1, PARBITER_QUEUE_MAX - 1);
	check_page(0, 1, 1);
	check_page(MANY - 1, ROOM, 1);
	check_page(MANY, ROOM, 0);
	check_page(UINT32_MAX, ROOM, 0);
	check_page(UINT32_MAX - 1, UINT32_MAX, 0);
	check_page(3, 0, 0);
	for (first = 0; first < MANY; first += 3)
		check_page(first, 3, 3);
	serve(MANY);
}

/*
 * With count 0 the request returns the length of the queue only, and does not
 * use the pointer.
 */
static void only_the_number(void)
{
	struct parbiter_queue queue;

	own_with_waiters(5);
	queue = query(0, 0);
	queue.waiters = 0;
	check_eq(get(&queue), 0);
	check_eq(queue.count, 0);
	check_eq(queue.length, 5);
	queue = query(0, 0);
	queue.waiters = UINT64_MAX;
	check_eq(get(&queue), 0);
	check_eq(queue.length, 5);
	serve(5);
}

static void bad_arrays(void)
{
	size_t page = (size_t)getpagesize();
	struct parbiter_queue queue;
	char *pages;

	own_with_waiters(3);
	queue = query(0, 1);
	queue.waiters = 0;
	check_eq(get(&queue), -EFAULT);
	queue = query(0, 1);
	queue.waiters = UINT64_MAX - 7;
	check_eq(get(&queue), -EFAULT);

	/* The second entry is in the unmapped page. */
	pages = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(pages != MAP_FAILED);
	check_eq(mprotect(pages + page, page, PROT_NONE), 0);
	queue = query(0, 3);
	queue.waiters = (uintptr_t)(pages + page - sizeof(waiters[0]));
	check_eq(get(&queue), -EFAULT);
	/* The entries that are asked for fit into the mapped page. */
	queue = query(2, 1);
	queue.waiters = (uintptr_t)(pages + page - sizeof(waiters[0]));
	check_eq(get(&queue), 0);
	check_eq(queue.count, 1);
	serve(3);
}

/*
 * An array with the larger entries of a later version of the interface: the
 * fields that this version does not know are set to zero.
 */
static void longer_waiters(void)
{
	enum { TAIL = 24 };
	struct {
		struct parbiter_waiter known;
		unsigned char tail[TAIL];
	} longer[4];
	static const unsigned char zeros[TAIL];
	struct parbiter_queue queue;
	unsigned int i;

	own_with_waiters(3);
	memset(longer, 0xee, sizeof(longer));
	queue = query(0, 4);
	queue.waiters = (uintptr_t)longer;
	queue.waiter_size = sizeof(longer[0]);
	check_eq(get(&queue), 0);
	check_eq(queue.count, 3);
	for (i = 0; i < 3; i++) {
		check_process(&longer[i].known, i + 1, getpid());
		check_eq(memcmp(longer[i].tail, zeros, TAIL), 0);
	}
	check_eq(longer[3].tail[0], 0xee);
	check_eq(((unsigned char *)&longer[3])[0], 0xee);
	serve(3);
}

/* Check that the request fails with @error and writes nothing. */
static void check_refused(struct parbiter_queue queue, int error)
{
	struct parbiter_queue copy = queue;

	memset(waiters, 0xee, sizeof(waiters));
	check_eq(get(&queue), error);
	check_eq(memcmp(&queue, &copy, sizeof(queue)), 0);
	check_eq(waiters[0].position, 0xeeeeeeee);
}

static void refused(void)
{
	struct parbiter_queue queue;
	unsigned int size;

	own_with_waiters(1);
	for (size = 0; size < PARBITER_QUEUE_SIZE_V1; size++) {
		queue = query(0, 1);
		queue.size = size;
		check_refused(queue, -EINVAL);
	}
	for (size = 0; size < PARBITER_WAITER_SIZE_V1; size++) {
		queue = query(0, 1);
		queue.waiter_size = size;
		check_refused(queue, -EINVAL);
	}
	queue = query(0, 1);
	queue.reserved = 1;
	check_refused(queue, -EINVAL);
	queue = query(0, 1);
	queue.size = UINT32_MAX;
	check_refused(queue, -E2BIG);
	queue = query(0, 1);
	queue.waiter_size = UINT32_MAX;
	check_refused(queue, -E2BIG);
	serve(1);
}

/*
 * The larger structure of a later version of the interface, with all new fields
 * zero, is accepted.
 */
static void longer_query(void)
{
	struct {
		struct parbiter_queue known;
		unsigned char tail[64];
	} longer;
	unsigned int i;

	own_with_waiters(2);
	for (i = 1; i < sizeof(longer.tail); i++) {
		memset(&longer, 0, sizeof(longer));
		longer.known = query(0, 2);
		longer.known.size = sizeof(longer.known) + i;
		longer.tail[i] = 0xa5;
		check_eq(get(&longer.known), 0);
		check_eq(longer.known.count, 2);
		check_eq(longer.known.length, 2);
		check_eq(longer.tail[i], 0xa5);
		longer.known = query(0, 2);
		longer.known.size = sizeof(longer.known) + i;
		longer.tail[i - 1] = 1;
		check_eq(get(&longer.known), -E2BIG);
	}
	serve(2);
}

static int first_of_namespace(void *arg)
{
	int inside = port_open_flags(0, O_NONBLOCK);

	(void)arg;
	check_eq(getpid(), 1);
	check_eq(port_allocate(inside), -EINPROGRESS);
	check_eq(look(0, ROOM, 2), 2);
	check_eq(waiters[0].kind, PARBITER_KIND_PROCESS);
	check_eq(waiters[0].pid, 0);
	check_eq(waiters[1].kind, PARBITER_KIND_PROCESS);
	check_eq(waiters[1].pid, 1);
	return 0;
}

/*
 * Process numbers are those of the caller's namespace; a process outside of it
 * has the number 0.
 */
static void in_a_pid_namespace(void)
{
	own_with_waiters(1);
	if (unshare(CLONE_NEWPID) != 0) {
		serve(1);
		skip("no pid namespaces: %s", strerror(errno));
	}
	check_eq(join(spawn(first_of_namespace, NULL)), 0);
	wait_waiters(fd, 1);
	check_eq(look(0, 1, 1), 1);
	check_process(&waiters[0], 1, getpid());
	serve(1);
}

static int queue_and_end(void *arg)
{
	return port_allocate(*(int *)arg) == -EINPROGRESS ? 0 : 1;
}

/*
 * The process number of a waiter that has ended is not listed, because another
 * process may get that number.
 */
static void a_process_that_is_gone(void)
{
	own();
	c[0] = port_open_flags(0, O_NONBLOCK);
	check_eq(join(spawn(queue_and_end, &c[0])), 0);
	check_eq(look(0, 1, 1), 1);
	check_process(&waiters[0], 1, 0);
	serve(1);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(nobody_waits),
		TEST(in_order),
		TEST(waiting_times),
		TEST(page_by_page),
		TEST(only_the_number),
		TEST(bad_arrays),
		TEST(longer_waiters),
		TEST(refused),
		TEST(longer_query),
		TEST(in_a_pid_namespace),
		TEST(a_process_that_is_gone),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
