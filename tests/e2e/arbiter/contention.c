// SPDX-License-Identifier: GPL-2.0
/*
 * Contention: 16 processes and 10 kernel threads make requests for one port.
 *
 * Mutual exclusion: each owner, in the kernel or in user space, writes its name
 * into one shared cell, increments a counter there without any atomic
 * operation, and clears its name. If there were two owners at a time, one would
 * find the other's name, or the counter would differ from the arbiter's own
 * count of grants.
 *
 * Order: 12 of the processes and 6 of the threads hold a spin lock in the cell
 * while they make a request that does not wait (O_NONBLOCK,
 * parbiter_allocate_async()) and draw a ticket. So the order of these requests
 * is known, and each grant must find that its ticket is the next one to be
 * served. The other contenders make requests that sleep, or requests under their
 * Windows names, at times that are not known. Their requests stand between those
 * with tickets and must not change the order of the tickets.
 *
 * vm: ports=one kernels=stock,debug,kcsan,stock-7.2,debian,clang timeout=420 seconds=4
 */
#include "libkclient.h"

#include <sched.h>

#define PROCESSES		16
#define WITH_TICKETS		12
#define KTHREADS_WITH_TICKETS	6
#define KTHREADS_WITHOUT	4

static struct cell *cell;

static void cell_lock(void)
{
	__u32 unlocked = 0;

	while (!__atomic_compare_exchange_n(&cell->lock, &unlocked, 1, false,
					    __ATOMIC_ACQUIRE,
					    __ATOMIC_RELAXED)) {
		unlocked = 0;
		sched_yield();
	}
}

static void cell_unlock(void)
{
	__atomic_store_n(&cell->lock, 0, __ATOMIC_RELEASE);
}

/* Do what own() of the kernel threads does, see tests/kclient/contend.c. */
static void own(__u32 id, bool has_ticket, __u32 ticket, bool queued)
{
	volatile struct cell *c = cell;
	__u64 count = c->count;

	if (c->owner)
		c->overlaps++;
	c->owner = id;
	if (has_ticket) {
		if (c->served != ticket)
			c->disorders++;
		c->served = ticket + 1;
	}
	c->handoffs += queued;
	if (c->owner != id)
		c->overlaps++;
	c->count = count + 1;
	c->owner = 0;
}

static void take_turn_with_ticket(int fd, __u32 id)
{
	__u32 ticket;
	int ret;

	cell_lock();
	ticket = cell->next_ticket;
	ret = port_allocate(fd);
	cell->next_ticket = ticket + 1;
	cell_unlock();
	if (ret) {
		check_eq(ret, -EINPROGRESS);
		wait_owner(fd);
	}
	own(id, true, ticket, ret);
	check_eq(port_free(fd), 0);
}

static void take_turn(int fd, __u32 id, unsigned int turn)
{
	bool queued = false;
	int ret = -EBUSY;

	if (turn % 3 == 0)
		ret = port_try(fd);
	else if (turn % 3 == 1)
		ret = port_allocate_timeout(fd, 100000);
	if (ret) {
		check(ret == -EBUSY || ret == -ETIMEDOUT);
		queued = true;
		check_eq(port_allocate(fd), 0);
	}
	own(id, false, 0, queued);
	check_eq(port_free(fd), 0);
}

static int contender(void *arg)
{
	__u32 id = *(__u32 *)arg;
	bool tickets = id <= WITH_TICKETS;
	int fd = port_open_flags(0, tickets ? O_NONBLOCK : 0);
	unsigned int turn;

	for (turn = 0; !__atomic_load_n(&cell->stop, __ATOMIC_RELAXED); turn++)
		if (tickets)
			take_turn_with_ticket(fd, id);
		else
			take_turn(fd, id, turn);
	return 0;
}

static void report(uint64_t ns, __u64 grants)
{
	note("%llu contended hand-offs of %llu grants, %u tickets served in order",
	     (unsigned long long)cell->handoffs, (unsigned long long)grants,
	     cell->served);
	note("overlaps %u, disorders %u; %u processes, %u kernel threads, %u CPUs; %llu.%03llu s",
	     cell->overlaps, cell->disorders, PROCESSES,
	     KTHREADS_WITH_TICKETS + KTHREADS_WITHOUT, cpus(),
	     (unsigned long long)(ns / NSEC_PER_SEC),
	     (unsigned long long)(ns / NSEC_PER_MSEC % 1000));
}

/*
 * Wait until there have been @target hand-offs. The case fails if there is no
 * progress for HANG_LIMIT seconds.
 */
static void wait_handoffs(__u64 target)
{
	volatile struct cell *c = cell;
	uint64_t until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;
	__u64 seen = 0;

	while (c->handoffs < target && !c->overlaps && !c->disorders) {
		if (c->handoffs != seen) {
			seen = c->handoffs;
			until = now_ns() + HANG_LIMIT * NSEC_PER_SEC;
		}
		if (now_ns() > until)
			fail("no hand-off for %d s after %llu", HANG_LIMIT,
			     (unsigned long long)seen);
		pause_briefly();
	}
}

static void exclusion_and_order(void)
{
	__u64 target = effort(100000);
	struct parbiter_status before, after;
	int crew = kclient_open(0);
	pid_t pids[PROCESSES];
	uint64_t start;
	char command[32];
	__u32 id;
	int fd;

	cell = kclient_cell(crew);
	fd = port_open(0);
	before = port_status(fd);
	start = now_ns();
	for (id = 1; id <= PROCESSES; id++)
		pids[id - 1] = spawn(contender, &id);
	snprintf(command, sizeof(command), "contend %u %u",
		 KTHREADS_WITH_TICKETS, KTHREADS_WITHOUT);
	check_eq(kclient(crew, command), 0);
	wait_handoffs(target);
	__atomic_store_n(&cell->stop, 1, __ATOMIC_RELAXED);
	for (id = 0; id < PROCESSES; id++)
		check_eq(join(pids[id]), 0);
	check_eq(kclient_ask(crew, "join"), 0);

	after = port_status(fd);
	report(now_ns() - start, after.allocates - before.allocates);
	check_eq(cell->overlaps, 0);
	check_eq(cell->disorders, 0);
	check_eq(cell->served, cell->next_ticket);
	check_eq(cell->count, after.allocates - before.allocates);
	check_eq(cell->count, after.frees - before.frees);
	check(cell->handoffs >= target);
}

int main(void)
{
	static const struct test tests[] = {
		TEST_SLOW(exclusion_and_order, 400),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
