// SPDX-License-Identifier: GPL-2.0
/*
 * Clients of parbiter beside native drivers: ppdev and lp hold the port, wait
 * for it, and are waited for. Neither side loses its turn or its register
 * contents.
 *
 * vm: ports=one kernels=stock,kcsan,rt,stock-7.2,debian,clang timeout=240 seconds=7
 */
#include "libnative.h"

#include <linux/lp.h>

static void native_holds(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	struct parbiter_status st;
	struct native native;

	native_start(&native, 0);
	native_wait_owner(&native);
	check_eq(port_try(fd), -EBUSY);
	check_eq(port_allocate_timeout(fd, 0), -ETIMEDOUT);
	check_eq(port_allocate_timeout(fd, NSEC_PER_MSEC), -ETIMEDOUT);
	check(!port_is_free(fd));
	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_NATIVE);
	check_eq(strncmp(st.owner, "ppdev", 5), 0);
	check_eq(st.owner_pid, 0);
	check_eq(st.held_ns, 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(port_poll(fd), 0);
	check_eq(port_waiters(fd), 1);
	native_let_go(&native);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
}

/*
 * Clients that were queued while a native driver held the port are granted it
 * in the order of their requests.
 */
static void queue_behind_native(void)
{
	struct native native;
	int c[5];
	int i;

	native_start(&native, 0);
	native_wait_owner(&native);
	for (i = 0; i < 5; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), -EINPROGRESS);
	}
	check_eq(port_cancel(c[0]), 0);
	check_eq(port_waiters(c[0]), 4);
	native_let_go(&native);
	for (i = 1; i < 5; i++) {
		wait_owner(c[i]);
		check_eq(port_free(c[i]), 0);
	}
}

/*
 * A request that is withdrawn behind a native driver leaves nothing on the
 * core's wait list.
 */
static void withdrawn_behind_native(void)
{
	struct native holder, waiter;
	int fd = port_open_flags(0, O_NONBLOCK);

	native_start(&holder, 0);
	native_wait_owner(&holder);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(port_cancel(fd), 0);
	native_start(&waiter, 0);
	native_wait_asleep(&waiter);
	native_let_go(&holder);
	native_wait_owner(&waiter);
	native_let_go(&waiter);
	check_eq(port_poll(fd), 0);
}

static void native_waits(void)
{
	int fd = port_open(0);
	struct native native;

	check_eq(port_allocate(fd), 0);
	check_eq(port_poll(fd), POLLOUT);
	native_start(&native, 0);
	check(port_poll_wait(fd, POLLPRI) & POLLPRI);
	native_wait_asleep(&native);
	check(!native_owns(&native));
	check_eq(port_poll(fd), POLLOUT | POLLPRI);
	check_eq(port_waiters(fd), 0);
	check_eq(port_free(fd), 0);
	native_wait_owner(&native);
	check(!port_is_free(fd));
	native_let_go(&native);
	wait_for(port_is_free(fd));
}

static void nothing(int sig)
{
	(void)sig;
}

/* A signal ends PPCLAIM, then the descriptor is closed. */
static int claim_interrupted(void *arg)
{
	const struct sigaction action = { .sa_handler = nothing };
	int native = ppdev_open(0);

	(void)arg;
	check_eq(sigaction(SIGUSR1, &action, NULL), 0);
	check_eq(ppdev_claim(native), -EINTR);
	close(native);
	return 0;
}

/*
 * A native driver whose claim was interrupted does not count as a waiter any
 * more: neither the owner of that moment nor a later owner is told that
 * somebody waits, however long parbiter keeps the core claim.
 */
static void interrupted_native_is_forgotten(void)
{
	struct pollfd wanted = { .events = POLLPRI };
	int fd = port_open(0), later = port_open(0);
	pid_t pid;

	unload_module("lp");
	check_eq(port_allocate(fd), 0);
	pid = spawn(claim_interrupted, NULL);
	wait_asleep(pid, PPCLAIM);
	check(port_poll_wait(fd, POLLPRI) & POLLPRI);
	check_eq(kill(pid, SIGUSR1), 0);
	check_eq(join(pid), 0);
	check_eq(port_poll(fd) & POLLPRI, 0);
	check_eq(port_free(fd), 0);

	check_eq(port_allocate(later), 0);
	wanted.fd = later;
	check_eq(poll(&wanted, 1, 100), 0);
	check_eq(port_yield(later), 0);
	check_eq(port_free(later), 0);
	check_eq(load_module("lp", ""), 0);
}

/* PARBITER_YIELD gives up the port if a native driver waits. */
static void yield_to_native(void)
{
	int fd = port_open(0);
	struct native native;
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	native_start(&native, 0);
	native_wait_asleep(&native);
	pid = spawn_request(fd, PARBITER_YIELD, NULL);
	native_wait_owner(&native);
	wait_asleep(pid, PARBITER_YIELD);
	native_let_go(&native);
	check_eq(join(pid), 0);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
}

/*
 * 20 clients are queued, and each makes its next request at once. A native
 * driver gets the port after at most one owner.
 */
static void native_among_20_queued(void)
{
	enum { CLIENTS = 20, TURNS = 20 };
	struct native native;
	int c[CLIENTS];
	__u64 grants;
	int i, turn;

	for (i = 0; i < CLIENTS; i++) {
		c[i] = port_open_flags(0, O_NONBLOCK);
		check_eq(port_allocate(c[i]), i ? -EINPROGRESS : 0);
	}
	for (turn = 0; turn < TURNS; turn++) {
		i = turn % CLIENTS;
		wait_owner(c[i]);
		native_start(&native, 0);
		native_wait_asleep(&native);
		grants = port_status(c[i]).allocates;
		check_eq(port_free(c[i]), 0);
		check_eq(port_allocate(c[i]), -EINPROGRESS);
		native_wait_owner(&native);
		check_eq(port_status(c[i]).allocates, grants);
		check_eq(port_waiters(c[i]), CLIENTS);
		native_let_go(&native);
	}
	wait_owner(c[turn % CLIENTS]);
}

static int cycle(void *arg)
{
	int fd = port_open(0);
	int *stop = arg;

	while (!__atomic_load_n(stop, __ATOMIC_RELAXED)) {
		check_eq(port_allocate(fd), 0);
		check_eq(port_free(fd), 0);
	}
	return 0;
}

/* The same with 20 processes that make requests without a pause */
static void native_among_20_cycling(void)
{
	enum { CLIENTS = 20, TURNS = 50 };
	int *stop = share(sizeof(*stop));
	struct native native;
	pid_t pids[CLIENTS];
	__u64 grants, worst = 0;
	int fd = port_open(0);
	int i;

	for (i = 0; i < CLIENTS; i++)
		pids[i] = spawn(cycle, stop);
	for (i = 0; i < TURNS; i++) {
		native_start(&native, 0);
		wait_for(native_owns(&native) ||
			 task_state(native.pid) == 'S');
		grants = port_status(fd).allocates;
		native_wait_owner(&native);
		grants = port_status(fd).allocates - grants;
		worst = grants > worst ? grants : worst;
		check_eq(port_status(fd).state, PARBITER_STATE_NATIVE);
		native_let_go(&native);
	}
	__atomic_store_n(stop, 1, __ATOMIC_RELAXED);
	for (i = 0; i < CLIENTS; i++)
		check_eq(join(pids[i]), 0);
	note("at most %llu grants while a native driver slept",
	     (unsigned long long)worst);
	check(worst <= 1);
}

/*
 * A native driver can claim an idle port, whether a client has the port open or
 * not, and whether parbiter keeps the core claim or not.
 */
static void idle_port_is_claimable(void)
{
	int fd = port_open(0);
	int native, i;

	native = ppdev_open(0);
	for (i = 0; i < 100; i++) {
		check_eq(ppdev_claim(native), 0);
		check(!port_is_free(fd));
		check_eq(ppdev_release(native), 0);
		/* A work item may just be giving the claim back, on PREEMPT_RT. */
		wait_for(port_try(fd) != -EBUSY);
		check_eq(port_free(fd), 0);
	}
	close(native);
}

static void set_control(int fd, unsigned char value)
{
	check_eq(port_request(fd, PPWCONTROL, &value), 0);
}

static unsigned char control(int fd)
{
	unsigned char value = 0;

	check_eq(port_request(fd, PPRCONTROL, &value), 0);
	return value & 0x0f;
}

/*
 * The register contents that a native driver wrote are there again when it owns
 * the port again, whichever clients owned the port in between.
 */
static void native_registers_survive(void)
{
	int fd = port_open(0);
	int native = ppdev_open(0);
	int i;

	check_eq(ppdev_claim(native), 0);
	set_control(native, 0x06);
	check_eq(ppdev_release(native), 0);
	for (i = 0; i < 10; i++) {
		check_eq(port_allocate(fd), 0);
		check_eq(port_free(fd), 0);
		check_eq(ppdev_claim(native), 0);
		check_eq(control(native), 0x06);
		check_eq(ppdev_release(native), 0);
	}
	close(native);
}

/*
 * A native driver registers while parbiter keeps the core claim of an idle
 * port. The interrupt enable that the driver then writes is not lost.
 */
static void newcomer_keeps_its_registers(void)
{
	int fd = port_open(0);
	int native;

	unload_module("lp");
	check_eq(port_allocate(fd), 0);
	check_eq(port_free(fd), 0);
	native = ppdev_open(0);
	check_eq(ppdev_claim(native), 0);
	check_eq(control(native), 0x0c);
	check_eq(ppdev_release(native), 0);
	close(native);
	check_eq(load_module("lp", ""), 0);
}

static void lp_write(int fd)
{
	check_eq(write(fd, "x", 1), 1);
}

/*
 * Open lp and make it hold the port. lp may remember that somebody asked for
 * the port earlier; then it releases the port after its first write.
 */
static int lp_hold(void)
{
	int lp = open("/dev/lp0", O_WRONLY | O_CLOEXEC);

	check(lp >= 0);
	lp_write(lp);
	lp_write(lp);
	check_eq(strcmp(core_owner(0), "lp"), 0);
	return lp;
}

/* lp keeps the port after a write until its device is closed. */
static void lp_holds_until_close(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	struct parbiter_status st;
	int lp = lp_hold();

	st = port_status(fd);
	check_eq(st.state, PARBITER_STATE_NATIVE);
	check_eq(strcmp(st.owner, "lp"), 0);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(port_poll(fd), 0);
	close(lp);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
}

/*
 * After somebody has asked for the port, lp releases it after its next write,
 * although its device stays open.
 */
static void lp_lets_go_when_asked(void)
{
	int fd = port_open_flags(0, O_NONBLOCK);
	int lp = lp_hold();

	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(port_poll(fd), 0);
	lp_write(lp);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
	lp_write(lp);
	close(lp);
}

static int lp_writer(void *arg)
{
	int lp = open("/dev/lp0", O_WRONLY | O_CLOEXEC);

	(void)arg;
	if (lp < 0 || write(lp, "x", 1) != 1)
		return errno;
	return 0;
}

static void lp_waits(void)
{
	int fd = port_open(0);
	pid_t pid;

	check_eq(port_allocate(fd), 0);
	pid = spawn(lp_writer, NULL);
	check(port_poll_wait(fd, POLLPRI) & POLLPRI);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	wait_for(port_is_free(fd));
}

/*
 * PPEXCL succeeds while no client has the port open. Then opening a parbiter
 * device fails with EBUSY.
 */
static void exclusive_native(void)
{
	int native = ppdev_open(0);
	int log = log_open();
	bool named;
	int fd;

	unload_module("lp");
	wait_for(module_refs("parport_pc") == 0);
	check_eq(port_request(native, PPEXCL, NULL), 0);
	check_eq(ppdev_claim(native), 0);
	check_eq(port_open_error(0), -EBUSY);
	named = log_says(log,
			 "parport0: cannot be opened: ppdev0 is registered on it exclusively; close or unload it");
	check(named);
	check_eq(ppdev_release(native), 0);
	check_eq(port_open_error(0), -EBUSY);
	close(native);
	fd = port_open(0);
	check_eq(port_allocate(fd), 0);

	native = ppdev_open(0);
	check_eq(port_request(native, PPEXCL, NULL), 0);
	check_eq(ppdev_claim(native), -ENXIO);
	close(native);
	check_eq(port_free(fd), 0);
	close(fd);
	check_eq(load_module("lp", ""), 0);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(native_holds),
		TEST(queue_behind_native),
		TEST(withdrawn_behind_native),
		TEST(native_waits),
		TEST(interrupted_native_is_forgotten),
		TEST(yield_to_native),
		TEST(native_among_20_queued),
		TEST(native_among_20_cycling),
		TEST(idle_port_is_claimable),
		TEST(native_registers_survive),
		TEST(newcomer_keeps_its_registers),
		TEST(lp_holds_until_close),
		TEST(lp_lets_go_when_asked),
		TEST(lp_waits),
		TEST(exclusive_native),
	};

	if (!pc_port())
		return skip_tests("the kernel has neither lp nor ppdev");
	return run_tests(tests, ARRAY_SIZE(tests));
}
