// SPDX-License-Identifier: GPL-2.0
/*
 * Random calls by several processes with several threads on shared descriptors:
 * all requests of parbiter and ppdev, with valid, half valid and random
 * arguments, read, write, poll, epoll, dup, close and fork, beside signals,
 * interrupts, native drivers and ports that are unplugged. libgrammar.c has the
 * requests and the errors that each of them may return; another result fails.
 * Afterwards the port must be idle.
 *
 * "fuzz CALLS SEED" makes so many calls; scripts/fuzz runs it. The seed, which
 * is printed, repeats the choices of a run, but not the interleaving of its
 * threads.
 *
 * vm: ports=none kernels=stock,debug timeout=240 seconds=20
 */
#include "libgrammar.h"
#include "libnative.h"
#include "libvport.h"

#include <pthread.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#define PROCESSES	3
#define THREADS		3
#define SLOTS		6

#define CALLS		1000000	/* of all cases, in a full run */

static unsigned int calls, seed_of_run;

/**
 * struct scene - what the processes of a case share
 * @number: number of the port
 * @may_go: the port may be gone at any time
 * @steps: how many calls each thread makes
 * @granted: calls that made the caller the owner
 */
static struct scene {
	unsigned int number;
	bool may_go;
	unsigned int steps;
	unsigned int granted;
} *scene;

static int slots[SLOTS];	/* descriptors, used by all threads at once */
static int poller;		/* an epoll descriptor */
static char *guarded;		/* one page, followed by an unmapped one */
static char *readonly;		/* one page that cannot be written */

static unsigned int pick(unsigned int *seed, unsigned int n)
{
	return grammar_random(seed) % n;
}

static int any_slot(unsigned int *seed)
{
	return __atomic_load_n(&slots[pick(seed, SLOTS)], __ATOMIC_RELAXED);
}

/* Return where an argument may be that is not valid. */
static char *random_place(unsigned int *seed)
{
	size_t page = (size_t)getpagesize();

	switch (pick(seed, 8)) {
	case 0:
		return NULL;
	case 1:
		/* not where the program itself is */
		return (char *)(uintptr_t)(grammar_random(seed) | 1U << 30);
	case 2:
		return (char *)~(uintptr_t)pick(seed, 64);
	case 3:
		/* not an address at all on x86-64 */
		return (char *)(0x1234ULL << 48 | grammar_random(seed));
	case 4:
		return readonly + pick(seed, 64);
	default:
		return guarded + page - pick(seed, GRAMMAR_SIZE);
	}
}

/* Check the result @ret of a call that is not ioctl(). */
static void expect(const char *call, long ret, const int *errors)
{
	int error = errno;

	if (ret >= 0 || error == EBADF || (error == ENODEV && scene->may_go))
		return;
	for (; *errors; errors++)
		if (*errors == error)
			return;
	fail("%s: %s", call, strerror(error));
}

/* Check the result @ret of a call that must fail. */
static void refuse(const char *call, long ret, const int *errors)
{
	if (ret >= 0)
		fail("%s succeeds", call);
	expect(call, ret, errors);
}

/* Check the result @ret of ioctl(). */
static void judge(const struct grammar_request *request, unsigned long number,
		  bool valid, int ret)
{
	int error = ret < 0 ? -ret : 0;

	/* Another thread has closed the descriptor, or the port is gone. */
	if (error == EBADF || (error == ENODEV && scene->may_go && request))
		return;
	if (ret > 0 || !grammar_allows(request, valid, error))
		fail("%s (%#lx), %s argument: %d (%s)",
		     request ? request->name : "no request", number,
		     valid ? "valid" : "spoiled", ret, strerror(error));
}

/* Make an argument at the end of the page, so that nothing follows it. */
static char *spoiled(unsigned int *seed, const struct grammar_request *request)
{
	char *end = guarded + getpagesize();
	uint64_t arg[GRAMMAR_SIZE / 8] = { 0 };
	size_t size = request->size + pick(seed, 32);
	unsigned int i;

	if (request->fill)
		request->fill(seed, arg);
	for (i = 1 + pick(seed, 2); i; i--)
		grammar_spoil(seed, arg, request->size);
	memcpy(end - size, arg, size);
	/* Let the structure cross the end of the page now and then. */
	return end - size + (pick(seed, 8) ? 0 : pick(seed, 64));
}

/* Make the request, and return its result. */
static int make(unsigned int *seed, int fd,
		const struct grammar_request *request)
{
	uint64_t good[GRAMMAR_SIZE / 8] = { 0 };
	bool valid = pick(seed, 2);
	void *arg = good;
	int ret;

	if (valid && request->fill)
		request->fill(seed, good);
	else if (!valid)
		arg = pick(seed, 3) ? spoiled(seed, request)
				    : random_place(seed);
	ret = port_request(fd, request->number, arg);
	judge(request, request->number, valid, ret);
	return ret;
}

static void transfer(unsigned int *seed, int fd);

/*
 * A client that is owner often uses the port and frees it. Otherwise nearly all
 * calls would be refused, because another client is the owner.
 */
static void own(unsigned int *seed, int fd)
{
	unsigned int i;

	__atomic_add_fetch(&scene->granted, 1, __ATOMIC_RELAXED);
	for (i = pick(seed, 8); i; i--)
		make(seed, fd, grammar_pick_use(seed));
	if (pick(seed, 8) == 0)
		transfer(seed, fd);
	if (pick(seed, 8))
		make(seed, fd, grammar_find(pick(seed, 2) ? PARBITER_FREE :
							    PPRELEASE));
}

static void known_request(unsigned int *seed, int fd)
{
	const struct grammar_request *request = grammar_pick(seed);
	int ret = make(seed, fd, request);

	/* EDEADLK: the client owns already, perhaps since it was queued. */
	if (ret == -EDEADLK || (!ret && grammar_makes_owner(request)))
		own(seed, fd);
}

/*
 * The type of the number is that of parbiter or of ppdev. The virtual file
 * system itself handles requests of some other types for any file.
 */
static void random_request(unsigned int *seed, int fd)
{
	unsigned int r = grammar_random(seed);
	unsigned long number = _IOC((r >> 4) & 3,
				    r & 64 ? PP_IOCTL : PARBITER_IOC_TYPE,
				    (r >> 7) & 0xff, (r >> 15) & 0x3fff);

	judge(grammar_find(number), number, false,
	      port_request(fd, number, random_place(seed)));
}

static void transfer(unsigned int *seed, int fd)
{
	static const int errors[] = {
		EINVAL, EAGAIN, EINTR, EFAULT, ENOSYS, EIO, ENXIO, 0
	};
	char buffer[64] = { 0 };
	bool is_short = pick(seed, 8);
	size_t count = pick(seed, is_short ? sizeof(buffer) : 4096);
	char *place = is_short ? buffer : guarded;

	if (pick(seed, 4) == 0)
		place = random_place(seed);
	if (pick(seed, 2))
		expect("read", read(fd, place, count), errors);
	else
		expect("write", write(fd, place, count), errors);
}

/* Own the port through a descriptor whose queued request was granted. */
static void serve(unsigned int *seed)
{
	struct pollfd pfds[SLOTS];
	unsigned int i;

	for (i = 0; i < SLOTS; i++) {
		pfds[i].fd = __atomic_load_n(&slots[i], __ATOMIC_RELAXED);
		pfds[i].events = POLLOUT;
	}
	if (poll(pfds, SLOTS, 0) <= 0)
		return;
	for (i = 0; i < SLOTS; i++)
		if (pfds[i].revents & POLLOUT)
			own(seed, pfds[i].fd);
}

static void what_is_not_there(unsigned int *seed, int fd)
{
	static const int seek[] = { ESPIPE, 0 }, map[] = { ENODEV, EACCES, 0 };
	static const int size[] = { EINVAL, 0 };
	void *memory;

	switch (pick(seed, 3)) {
	case 0:
		refuse("lseek", lseek(fd, grammar_random(seed), SEEK_CUR),
		       seek);
		break;
	case 1:
		memory = mmap(NULL, 4096, PROT_READ, MAP_SHARED, fd, 0);
		refuse("mmap", memory == MAP_FAILED ? -1 : 0, map);
		break;
	default:
		refuse("ftruncate", ftruncate(fd, 0), size);
	}
}

static void look(unsigned int *seed, int fd)
{
	static const int control[] = { EEXIST, ENOENT, EINVAL, 0 };
	static const int wait[] = { EINTR, 0 };
	struct epoll_event event = { .events = grammar_random(seed) & 0x1f };
	struct pollfd pfd = { .fd = fd, .events = 0x7fff };

	switch (pick(seed, 4)) {
	case 0:
		expect("epoll_ctl", epoll_ctl(poller, EPOLL_CTL_ADD +
				(int)pick(seed, 3), fd, &event), control);
		break;
	case 1:
		expect("epoll_wait", epoll_wait(poller, &event, 1, 0), wait);
		break;
	default:
		expect("poll", poll(&pfd, 1, (int)pick(seed, 2)), wait);
	}
}

static int open_slot(unsigned int *seed)
{
	static const int gone[] = { ENOENT, ENXIO, 0 }, never[] = { 0 };
	int flags = (int)pick(seed, 8) ? O_RDWR : (int)pick(seed, 3);
	char path[32];
	int fd;

	if (pick(seed, 4))
		flags |= O_NONBLOCK;
	snprintf(path, sizeof(path), "/dev/parbiter%u", scene->number);
	fd = open(path, flags | O_CLOEXEC);
	expect("open", fd, scene->may_go ? gone : never);
	return fd;
}

static void replace_slot(unsigned int *seed)
{
	unsigned int slot = pick(seed, SLOTS);
	int fd;

	if (pick(seed, 4) == 0)
		fd = dup(any_slot(seed));
	else
		fd = open_slot(seed);
	if (fd >= 0)
		close(__atomic_exchange_n(&slots[slot], fd, __ATOMIC_RELAXED));
}

static void some_steps(unsigned int *seed, unsigned int n);

/* A child has the same clients, and leaves them by its exit. */
static void fork_once(unsigned int *seed)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		some_steps(seed, 4);
		_exit(0);
	}
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
		kill(pid, SIGUSR1);
	check_eq(status, 0);
}

static void one_step(unsigned int *seed, bool may_fork)
{
	int fd = any_slot(seed);

	switch (pick(seed, 64)) {
	case 0: case 1:
		replace_slot(seed);
		break;
	case 2: case 3: case 4: case 5:
		look(seed, fd);
		break;
	case 6: case 7:
		transfer(seed, fd);
		break;
	case 8:
		fcntl(fd, F_SETFL, pick(seed, 4) ? O_NONBLOCK : 0);
		break;
	case 9:
		what_is_not_there(seed, fd);
		break;
	case 10:
		/* Continue the call that was interrupted last, if possible. */
		syscall(SYS_restart_syscall);
		break;
	case 11: case 12: case 13:
		random_request(seed, fd);
		break;
	case 14: case 15: case 16: case 17: case 18: case 19:
		serve(seed);
		break;
	default:
		if (may_fork && pick(seed, 1000) == 0)
			fork_once(seed);
		known_request(seed, fd);
	}
}

static void some_steps(unsigned int *seed, unsigned int n)
{
	for (; n; n--)
		one_step(seed, false);
}

static unsigned int living;	/* threads of this process */

static void *walk_thread(void *arg)
{
	unsigned int *seed = arg;
	unsigned int i;

	for (i = 0; i < scene->steps; i++)
		one_step(seed, true);
	__atomic_sub_fetch(&living, 1, __ATOMIC_RELAXED);
	return NULL;
}

static void map_pages(void)
{
	size_t page = (size_t)getpagesize();

	guarded = mmap(NULL, 3 * page, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	check(guarded != MAP_FAILED);
	readonly = guarded + 2 * page;
	check_eq(mprotect(guarded + page, page, PROT_NONE), 0);
	check_eq(mprotect(readonly, page, PROT_READ), 0);
}

/*
 * A thread may sleep for a port that is owned by a thread which is doing
 * something else. Wake such threads by signals until all threads have done all
 * of their steps.
 */
static void nudge_until_done(const pthread_t *threads)
{
	unsigned int i;

	while (__atomic_load_n(&living, __ATOMIC_RELAXED)) {
		usleep(2000);
		for (i = 0; i < THREADS; i++)
			pthread_kill(threads[i], SIGUSR1);
	}
}

static int walk_process(void *arg)
{
	unsigned int first = *(unsigned int *)arg | 1;
	unsigned int seeds[THREADS];
	pthread_t threads[THREADS];
	unsigned int i;

	handle(SIGUSR1, 0);
	map_pages();
	grammar_init();
	poller = epoll_create1(EPOLL_CLOEXEC);
	check(poller >= 0);
	for (i = 0; i < SLOTS; i++)
		slots[i] = open_slot(&first);
	living = THREADS;
	for (i = 0; i < THREADS; i++) {
		seeds[i] = (first + 7919 * (i + 1)) | 1;
		check_eq(pthread_create(&threads[i], NULL, walk_thread,
					&seeds[i]), 0);
	}
	nudge_until_done(threads);
	for (i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
	return 0;
}

static void plug(void)
{
	scene->number = vport_plug("irq device=MFG:A; device end");
	vport("peripheral %u ieee1284", scene->number);
}

/* Nothing was lost: each grant has ended, and nobody waits. */
static void check_idle(void)
{
	int fd = port_open(scene->number);
	struct parbiter_status status;

	wait_for(port_is_free(fd) && !port_waiters(fd));
	status = port_status(fd);
	check_eq(status.allocates, status.frees);
	close(fd);
}

/* Return whether a process is still there. Each must end with the status 0. */
static bool still_walk(pid_t *pids)
{
	unsigned int i;
	int status;
	bool any = false;

	for (i = 0; i < PROCESSES; i++) {
		if (pids[i] && waitpid(pids[i], &status, WNOHANG) == pids[i]) {
			check_eq(status, 0);
			pids[i] = 0;
		}
		any |= pids[i];
	}
	return any;
}

/* Make a share of all calls, and @disturb all the time. */
static void walk(unsigned int percent, bool may_go, void (*disturb)(void))
{
	unsigned int seed = seed_of_run + percent;
	unsigned int n = calls / 100 * percent;
	uint64_t start = now_ns();
	pid_t pids[PROCESSES];
	unsigned int i;

	note("seed %u", seed_of_run);
	scene = share(sizeof(*scene));
	scene->may_go = may_go;
	scene->steps = n / PROCESSES / THREADS;
	plug();
	for (i = 0; i < PROCESSES; i++) {
		seed += 104729;
		pids[i] = spawn(walk_process, &seed);
	}
	while (still_walk(pids))
		disturb();
	n = (unsigned int)((now_ns() - start) / NSEC_PER_SEC);
	note("%u calls in %u s, %u grants",
	     PROCESSES * THREADS * scene->steps, n, scene->granted);
	/* Most calls are refused, but not all of so many. */
	check(scene->granted || scene->steps < 1000);
	check_idle();
	vport_unplug(scene->number);
	vport_check_gone(scene->number);
	vport("forget");
}

static void interrupt(void)
{
	usleep(5000);
	vport("irq %u force", scene->number);
}

static void among_programs(void)
{
	walk(60, false, interrupt);
}

/* One native driver at a time waits: two can lock up the parport core. */
static void claim(void)
{
	static const int errors[] = { EAGAIN, EINTR, EIO, ENOSPC, 0 };
	static const char text[] = "printed";
	struct native native;
	int lp;

	native_start(&native, scene->number);
	native_wait_owner(&native);
	native_let_go(&native);
	lp = open("/dev/lp0", O_WRONLY | O_NONBLOCK | O_CLOEXEC);
	if (lp >= 0) {
		expect("write to lp", write(lp, text, sizeof(text)), errors);
		close(lp);
	}
	usleep(5000);
}

static void beside_native_drivers(void)
{
	skip_unless_natives_may_wait();
	check_eq(load_module("lp", ""), 0);
	check_eq(load_module("ppdev", ""), 0);
	walk(20, false, claim);
	check_eq(unload_module("lp"), 0);
	check_eq(unload_module("ppdev"), 0);
}

static void replug(void)
{
	unsigned int granted = __atomic_load_n(&scene->granted, __ATOMIC_RELAXED);
	unsigned int number = scene->number;
	unsigned int i;

	usleep(20000);
	/* On a slow machine, let somebody own the port first. */
	for (i = 0; i < 20 && granted ==
	     __atomic_load_n(&scene->granted, __ATOMIC_RELAXED); i++)
		usleep(5000);
	vport_unplug(number);
	vport_check_gone(number);
	vport("forget");
	usleep(2000);
	plug();
}

static void while_ports_come_and_go(void)
{
	walk(20, true, replug);
}

int main(int argc, char **argv)
{
	static struct test tests[] = {
		TEST(among_programs),
		TEST(beside_native_drivers),
		TEST(while_ports_come_and_go),
	};
	unsigned int i;

	calls = argc > 1 ? (unsigned int)strtoul(argv[1], NULL, 0) :
			   effort(CALLS);
	seed_of_run = argc > 2 ? (unsigned int)strtoul(argv[2], NULL, 0) :
				 (unsigned int)now_ns();
	for (i = 0; i < ARRAY_SIZE(tests); i++)
		tests[i].seconds = 120 + calls / 1000;
	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
