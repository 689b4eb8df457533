// SPDX-License-Identifier: GPL-2.0
/*
 * Random requests, with bad pointers, by several threads, mixed with signals,
 * dup() and close(). The seed is printed, and PARBITER_FUZZ_SEED repeats the
 * choices of a run (but not the interleaving of its threads). Each answer must
 * be one of the documented ones, and afterwards the port must be idle.
 *
 * vm: ports=one kernels=stock,debug,kcsan timeout=240
 */
#include "lib.h"

#include <linux/ppdev.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PROCESSES	3
#define THREADS		3
#define SLOTS		6

static int slots[SLOTS];	/* descriptors, used by all threads at once */
static char *guarded;		/* one page, followed by an unmapped one */

static unsigned int next_random(unsigned int *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static void *random_pointer(unsigned int *seed)
{
	size_t page = (size_t)getpagesize();

	switch (next_random(seed) % 8) {
	case 0:
		return NULL;
	case 1:
		return (void *)(uintptr_t)next_random(seed);
	case 2:
		return (void *)~(uintptr_t)(next_random(seed) % 64);
	case 3:
		return guarded + page - next_random(seed) % 256;
	case 4:
		return guarded + next_random(seed) % 64;
	default:
		return guarded + 64 * (next_random(seed) % 16);
	}
}

static unsigned long random_request(unsigned int *seed)
{
	static const unsigned long requests[] = {
		PARBITER_ALLOCATE, PARBITER_ALLOCATE_TIMEOUT,
		PARBITER_TRY_ALLOCATE, PARBITER_FREE, PARBITER_CANCEL,
		PARBITER_YIELD, PARBITER_QUERY_WAITERS, PARBITER_IS_PORT_FREE,
		PARBITER_GET_PORT_INFO, PARBITER_GET_STATUS,
		PARBITER_GET_QUEUE, PARBITER_REQUEST, PARBITER_REQUEST,
		PARBITER_REQUEST, PARBITER_REQUEST, PARBITER_FREE,
		PARBITER_CANCEL, PARBITER_FREE,
		PPCLAIM, PPRELEASE, PPYIELD, PPEXCL, PPRSTATUS, PPRDATA,
		PPRCONTROL, PPWDATA, PPWCONTROL, PPFCONTROL, PPDATADIR,
		PPNEGOT, PPWCTLONIRQ, PPCLRIRQ, PPSETTIME, PPGETTIME,
		PPSETMODE, PPGETMODE, PPSETPHASE, PPGETPHASE, PPGETMODES,
		PPSETFLAGS, PPGETFLAGS,
	};
	unsigned int r = next_random(seed);

	if (r % 16 == 0)
		return _IOC((r >> 4) & 3, r & 64 ? 'p' : PARBITER_IOC_TYPE,
			    (r >> 7) & 0xff, (r >> 15) & 0x3fff);
	if (r % 16 == 1)
		return next_random(seed) | 0x80000000;
	return requests[(r >> 4) % ARRAY_SIZE(requests)];
}

static bool is_documented(int err)
{
	switch (err) {
	case 0: case EDEADLK: case EALREADY: case EINPROGRESS: case EINTR:
	case ECANCELED: case ETIMEDOUT: case EBUSY: case EPERM: case ENOENT:
	case EFAULT: case ENOTTY: case EBADF: case E2BIG:
	case EINVAL: case EIO: case ENXIO: case ENOSYS:	/* ppdev's */
		return true;
	}
	return false;
}

/*
 * Write a short time limit to each place that a pointer may point to, so that
 * each request ends.
 */
static void set_limits(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		*(uint64_t *)(guarded + 64 * i) = i * 20000ULL;
}

static unsigned int random_size(unsigned int *seed, unsigned int known)
{
	switch (next_random(seed) % 8) {
	case 0:
		return next_random(seed);
	case 1:
		return next_random(seed) % 256;
	case 2:
		return known + next_random(seed) % 64;
	default:
		return known;
	}
}

/*
 * Make @pointer, if it can be written, a valid request in most cases. Random
 * data alone would never pass the first check (EINVAL).
 */
static void set_request(unsigned int *seed, void *pointer)
{
	struct parbiter_request request = {
		.size = random_size(seed, sizeof(request)),
		.device = PARBITER_DEVICE_NONE,
	};
	unsigned int r = next_random(seed);

	switch (r % 8) {
	case 0:
		request.flags = PARBITER_REQUEST_TRY;
		break;
	case 1:
		request.flags = PARBITER_REQUEST_QUEUE;
		break;
	case 2:
		request.flags = PARBITER_REQUEST_DEADLINE;
		request.deadline_ns = now_ns() + (r >> 12);
		break;
	case 3:
		request.flags = (r >> 4) & 15;
		break;
	case 4:
		request.device = (int)(r >> 4) % 8;
		request.reserved = (r >> 8) & 1;
		break;
	}
	memcpy(pointer, &request, sizeof(request));
}

static void set_queue(unsigned int *seed, void *pointer)
{
	struct parbiter_queue queue = {
		.size = random_size(seed, sizeof(queue)),
		.waiter_size = random_size(seed, sizeof(struct parbiter_waiter)),
		.first = next_random(seed) % 4,
		.count = next_random(seed) % 4 ? next_random(seed) % 16 :
						 next_random(seed),
		.reserved = next_random(seed) % 16 == 0,
		.waiters = (uintptr_t)random_pointer(seed),
	};

	memcpy(pointer, &queue, sizeof(queue));
}

/*
 * A structure that begins with its size gets its size there, if the memory has
 * room for it.
 */
static void set_structure(unsigned int *seed, unsigned long request,
			  char *pointer)
{
	char *end = guarded + getpagesize();
	unsigned int size;

	if (pointer < guarded || pointer > end - 64)
		return;
	switch (request) {
	case PARBITER_REQUEST:
		set_request(seed, pointer);
		break;
	case PARBITER_GET_QUEUE:
		set_queue(seed, pointer);
		break;
	case PARBITER_GET_PORT_INFO:
		size = random_size(seed, sizeof(struct parbiter_port_info));
		memcpy(pointer, &size, sizeof(size));
		break;
	case PARBITER_GET_STATUS:
		size = random_size(seed, sizeof(struct parbiter_status));
		memcpy(pointer, &size, sizeof(size));
		break;
	}
}

static void make_request(unsigned int *seed, int fd)
{
	unsigned long request = random_request(seed);
	unsigned int type = (request >> 8) & 0xff;
	void *pointer = random_pointer(seed);
	int ret;

	/*
	 * Requests with other types may be handled by the virtual file system
	 * for any file.
	 */
	if (type != 'p' && type != PARBITER_IOC_TYPE)
		request = (request & ~0xff00UL) | 'q' << 8;
	set_limits();
	set_structure(seed, request, pointer);
	ret = port_request(fd, request, pointer);
	if (ret > 0 || !is_documented(-ret))
		fail("request %#lx: %d", request, ret);
}

static void replace_slot(unsigned int *seed, unsigned int slot)
{
	int old = slots[slot];
	int fd;

	if (next_random(seed) & 1)
		fd = dup(slots[next_random(seed) % SLOTS]);
	else
		fd = open("/dev/parbiter0", O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;
	__atomic_store_n(&slots[slot], fd, __ATOMIC_RELAXED);
	close(old);
}

static void one_step(unsigned int *seed)
{
	unsigned int slot = next_random(seed) % SLOTS;
	int fd = __atomic_load_n(&slots[slot], __ATOMIC_RELAXED);
	struct pollfd pfd = { .fd = fd, .events = 0x7fff };

	switch (next_random(seed) % 32) {
	case 0:
		replace_slot(seed, slot);
		break;
	case 1:
		poll(&pfd, 1, 0);
		break;
	case 2:
		fcntl(fd, F_SETFL, next_random(seed) & 4 ? O_NONBLOCK : 0);
		break;
	case 3:
		/* may interrupt any thread that sleeps in a request */
		kill(getpid(), SIGUSR1);
		break;
	case 4:
		/*
		 * Restart the call that was interrupted last, if the kernel
		 * allows it.
		 */
		syscall(SYS_restart_syscall);
		break;
	default:
		make_request(seed, fd);
	}
}

struct walk {
	unsigned int seed;
	unsigned int steps;
	unsigned int *finished;
};

static void *walk_thread(void *arg)
{
	struct walk *walk = arg;
	unsigned int i;

	for (i = 0; i < walk->steps; i++)
		one_step(&walk->seed);
	__atomic_add_fetch(walk->finished, 1, __ATOMIC_RELAXED);
	return NULL;
}

/*
 * A thread may sleep for a port that is owned by a thread which is doing
 * something else. Wake such threads by signals and by cancelling their requests
 * until all threads have done all of their steps.
 */
static void nudge_until(unsigned int *finished, pthread_t *threads)
{
	unsigned int i;

	while (__atomic_load_n(finished, __ATOMIC_RELAXED) < THREADS) {
		for (i = 0; i < THREADS; i++)
			pthread_kill(threads[i], SIGUSR1);
		pause_briefly();
	}
}

static int walk_process(void *arg)
{
	struct walk *orders = arg;
	struct walk walks[THREADS];
	pthread_t threads[THREADS];
	unsigned int finished = 0;
	unsigned int i;

	handle(SIGUSR1, 0);
	for (i = 0; i < SLOTS; i++)
		slots[i] = port_open_flags(0, O_NONBLOCK);
	for (i = 0; i < THREADS; i++) {
		walks[i] = *orders;
		walks[i].seed += 7919 * (i + 1);
		walks[i].finished = &finished;
		check_eq(pthread_create(&threads[i], NULL, walk_thread,
					&walks[i]), 0);
	}
	nudge_until(&finished, threads);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static void map_guarded(void)
{
	size_t page = (size_t)getpagesize();

	guarded = mmap(NULL, 2 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(guarded != MAP_FAILED);
	check_eq(mprotect(guarded + page, page, PROT_NONE), 0);
}

static void random_walk(void)
{
	const char *given = getenv("PARBITER_FUZZ_SEED");
	struct walk walk = {
		.seed = given ? (unsigned int)strtoul(given, NULL, 0) :
				(unsigned int)now_ns() | 1,
		.steps = effort(40000),
	};
	pid_t pids[PROCESSES];
	unsigned int i;
	int status;

	note("PARBITER_FUZZ_SEED=%u", walk.seed);
	map_guarded();
	for (i = 0; i < PROCESSES; i++) {
		walk.seed += 104729;
		pids[i] = spawn(walk_process, &walk);
	}
	for (i = 0; i < PROCESSES; i++) {
		check_eq(waitpid(pids[i], &status, 0), pids[i]);
		check_eq(status, 0);
	}
	note("%u steps", PROCESSES * THREADS * walk.steps);
}

int main(void)
{
	static const struct test tests[] = {
		TEST_SLOW(random_walk, 200),
	};

	return run_tests(tests, ARRAY_SIZE(tests));
}
