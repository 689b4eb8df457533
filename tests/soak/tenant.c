// SPDX-License-Identifier: GPL-2.0
/* Processes that request, use and free a port until they are told to stop */
#include "tenant.h"

#include <linux/ppdev.h>
#include <sched.h>

/* What a tenant does after a call that failed */
enum outcome {
	DONE,		/* did not fail */
	NO_TURN,	/* no turn this time */
	REOPEN,		/* the descriptor is of no use any more */
};

static bool stopped(const struct crew *crew)
{
	return __atomic_load_n(&crew->place->stop, __ATOMIC_RELAXED);
}

static int ask(int fd, unsigned long request, void *arg)
{
	count(&totals->requests, 1);
	return port_request(fd, request, arg);
}

/*
 * Return what to do after the result @ret of a call. It must be 0, one of the
 * @expected errors, or one that the crew provokes.
 */
static enum outcome judge(const struct crew *crew, const char *call, int ret,
			  int expected)
{
	if (ret == 0)
		return DONE;
	if (ret == expected)
		return NO_TURN;
	if (ret == -ENODEV && crew->vanishes)
		return REOPEN;
	if (ret == -ENOMEM && crew->starves) {
		count(&totals->shortages, 1);
		return REOPEN;
	}
	fail("%s on port %u: %s", call, crew->number, strerror(-ret));
}

static int open_error(const struct crew *crew)
{
	int ret = -errno;

	if (crew->vanishes &&
	    (ret == -ENOENT || ret == -ENODEV || ret == -ENXIO))
		ret = -ENODEV;
	return ret;
}

/* Return a descriptor, or -1 if there is none now. */
static int tenant_open(const struct crew *crew)
{
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/dev/parbiter%u", crew->number);
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0) {
		judge(crew, "open", open_error(crew), 0);
		return -1;
	}
	count(&totals->opens, 1);
	return fd;
}

static enum outcome queue_and_poll(const struct crew *crew, int fd)
{
	struct parbiter_request request = {
		.size = sizeof(request), .flags = PARBITER_REQUEST_QUEUE,
		.device = PARBITER_DEVICE_NONE,
	};
	int ret = ask(fd, PARBITER_REQUEST, &request);
	struct pollfd pfd = { .fd = fd, .events = POLLOUT };

	if (ret != -EINPROGRESS)
		return judge(crew, "queue", ret, 0);
	if (pick(8) == 0)
		return REOPEN;		/* the close withdraws the request */
	if (pick(8) == 0) {
		ret = ask(fd, PARBITER_CANCEL, NULL);
		if (ret != -ENOENT)
			return judge(crew, "cancel", ret, 0) ? REOPEN : NO_TURN;
	}
	if (poll(&pfd, 1, HANG_LIMIT * 1000) == 0)
		fail("a queued request was never granted");
	return pfd.revents & POLLHUP ? judge(crew, "poll", -ENODEV, 0) : DONE;
}

static enum outcome get(const struct crew *crew, int fd)
{
	__u64 limit = pick(10) * NSEC_PER_MSEC;
	int ret;

	switch (pick(4)) {
	case 0:
		ret = ask(fd, PARBITER_TRY_ALLOCATE, NULL);
		if (ret == -EBUSY && fault("exclusion"))
			crew->place->inside = getpid();
		return judge(crew, "try", ret, -EBUSY);
	case 1:
		ret = ask(fd, PARBITER_ALLOCATE_TIMEOUT, &limit);
		return judge(crew, "timeout", ret, -ETIMEDOUT);
	case 2:
		return queue_and_poll(crew, fd);
	default:
		return judge(crew, "allocate",
			     ask(fd, PARBITER_ALLOCATE, NULL), 0);
	}
}

/*
 * Use the port as its owner. Another owner at the same time would change the
 * shared cell or the data lines of the port. While the port comes and goes, the
 * owner of a port that is gone may still be here: then only the lines count,
 * because a port that is gone cannot be accessed.
 */
static enum outcome use(const struct crew *crew, int fd)
{
	struct place *place = crew->place;
	pid_t *inside = &place->inside;
	__u8 tag = (__u8)getpid(), found = tag;
	enum outcome outcome;

	__atomic_store_n(inside, getpid(), __ATOMIC_RELAXED);
	outcome = judge(crew, "PPWDATA", ask(fd, PPWDATA, &tag), 0);
	if (outcome != DONE)
		return outcome;
	if (pick(4) == 0)
		sched_yield();
	outcome = judge(crew, "PPRDATA", ask(fd, PPRDATA, &found), 0);
	if (outcome != DONE)
		return outcome;
	if (found != tag)
		fail("two owners: the data lines are %02x, not %02x", found,
		     tag);
	if (!crew->vanishes &&
	    __atomic_load_n(inside, __ATOMIC_RELAXED) != getpid())
		fail("two owners: processes %d and %d", getpid(), *inside);
	__atomic_add_fetch(&place->turns, 1, __ATOMIC_RELAXED);
	count(&totals->grants, 1);
	return DONE;
}

static enum outcome turn(const struct crew *crew, int fd)
{
	enum outcome outcome = get(crew, fd);

	if (outcome == DONE)
		outcome = use(crew, fd);
	if (outcome == DONE && pick(8) == 0) {
		outcome = judge(crew, "yield",
				ask(fd, PARBITER_YIELD, NULL), 0);
		if (outcome == DONE)
			outcome = use(crew, fd);
	}
	if (outcome == DONE && pick(16) == 0)
		return REOPEN;		/* the close frees the port */
	if (outcome == DONE)
		outcome = judge(crew, "free", ask(fd, PARBITER_FREE, NULL), 0);
	return outcome;
}

static int tenant(void *arg)
{
	const struct crew *crew = arg;
	enum outcome outcome;
	int fd;

	if (crew->starves)
		write_file("/proc/self/make-it-fail", "1");
	while (!stopped(crew)) {
		fd = tenant_open(crew);
		if (fd < 0) {
			pause_briefly();
			continue;
		}
		do {
			outcome = turn(crew, fd);
		} while (outcome != REOPEN && !stopped(crew) && pick(32));
		close(fd);
		/*
		 * Without a pause, there would be an open descriptor at every
		 * moment, and the module could never be unloaded.
		 */
		if (crew->vanishes)
			linger(10);
	}
	return 0;
}

static void start(struct crew *crew, unsigned int who)
{
	unsigned int seed = pick(0x7fffffff);

	crew->pids[who] = fork();
	check(crew->pids[who] >= 0);
	if (crew->pids[who] == 0) {
		pick_seed(seed);
		_exit(tenant(crew));
	}
}

void crew_start(struct crew *crew)
{
	unsigned int i;

	check(crew->size <= CREW_MAX);
	crew->place = share(sizeof(*crew->place));
	for (i = 0; i < crew->size; i++)
		start(crew, i);
}

static void end(struct crew *crew, unsigned int who)
{
	kill(crew->pids[who], SIGKILL);
	check_eq(join(crew->pids[who]), 128 + SIGKILL);
	count(&totals->kills, 1);
}

void crew_replace(struct crew *crew, unsigned int who)
{
	end(crew, who);
	start(crew, who);
}

void crew_kill_all(struct crew *crew)
{
	unsigned int i;

	for (i = 0; i < crew->size; i++)
		kill(crew->pids[i], SIGKILL);
	for (i = 0; i < crew->size; i++)
		end(crew, i);
}

void crew_wait_turns(const struct crew *crew, unsigned int n)
{
	unsigned int *turns = &crew->place->turns;
	unsigned int target = *turns + n;

	wait_for((int)(__atomic_load_n(turns, __ATOMIC_RELAXED) - target) >= 0);
}

void crew_stop(struct crew *crew)
{
	unsigned int i;

	__atomic_store_n(&crew->place->stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < crew->size; i++)
		check_eq(join(crew->pids[i]), 0);
}
