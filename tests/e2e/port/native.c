// SPDX-License-Identifier: GPL-2.0
/*
 * Living with native drivers: ppdev and lp hold the port, wait for it, are
 * waited for, and lose nothing.
 *
 * vm: ports=one kernels=stock,stock-7.2 timeout=240 seconds=7
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

/* Everybody who came while the native driver held is served in order. */
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

/* Who withdraws behind a native driver leaves nothing on the core's list. */
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

/* PPCLAIM that a signal ends, then close() */
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
 * Who asked for the port and gave up waits no more: neither the owner of then
 * nor a later one sees anybody, however long the core claim is kept.
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

/* YIELD counts a waiting native driver as somebody. */
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

/* 20 clients queue and ask again at once; the native driver comes next. */
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

/* The same with 20 processes that never pause. */
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

/* Idle, open or not, kept or not, the port is a native driver's for asking. */
static void idle_port_is_claimable(void)
{
	int fd = port_open(0);
	int native, i;

	native = ppdev_open(0);
	for (i = 0; i < 100; i++) {
		check_eq(ppdev_claim(native), 0);
		check(!port_is_free(fd));
		check_eq(ppdev_release(native), 0);
		check_eq(port_try(fd), 0);
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

/* A native driver's registers are its own, whoever owned in between. */
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

/* The newcomer's interrupt enable is not lost to an idle kept claim. */
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
 * Opens lp and makes it hold the port. It may remember from before that
 * somebody asked for the port, and then lets go once more.
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

/* lp keeps the port after a write, until it is closed. */
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

/* Asked for the port, lp lets it go after its next write, though open. */
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

/* PPEXCL works while nobody uses parbiter; then open() says EBUSY. */
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

	return run_tests(tests, ARRAY_SIZE(tests));
}
