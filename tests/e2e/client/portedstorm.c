// SPDX-License-Identifier: GPL-2.0
/*
 * A driver in the words of Windows' driver kit under contention: beside programs that
 * own the port, beside native drivers, and on ports that are unplugged meanwhile. It
 * waits for the port in all of its forms, for a millisecond and without a limit, and
 * stops waiting just when the port is granted.
 *
 * Each owner, whoever it is, notes in shared memory that it owns; there must never be
 * two.
 *
 * On a kernel with lockdep no native driver blocks inside parport_claim(): lockdep
 * reports what the core does then, see tests/e2e/port/lockup.c.
 *
 * vm: ports=none kernels=stock,debug,rt,stock-7.2 timeout=300 seconds=4
 */
#include "libio.h"
#include "libnative.h"
#include "libvport.h"
#include "libwdk.h"

#define PROGRAMS	2
#define ECR_AT_REST	0x34

/**
 * struct storm - what the processes share
 * @owners: who owns the port now
 * @overlaps: how often somebody has found another owner
 * @programs: grants to programs
 * @native: grants to the native driver of tests/vport
 * @tries: how often that driver has asked
 * @ppdev: grants to ppdev
 * @driver: grants to the driver
 * @cancelled: how often it has stopped waiting
 * @stop: all are to come to an end
 */
struct storm {
	int owners;
	int overlaps;
	int programs;
	int native;
	int tries;
	int ppdev;
	int driver;
	int cancelled;
	int stop;
};

static struct storm *storm;

static int count(int *counter)
{
	return __atomic_add_fetch(counter, 1, __ATOMIC_SEQ_CST);
}

static int value(int *counter)
{
	return __atomic_load_n(counter, __ATOMIC_SEQ_CST);
}

static void stop(void)
{
	__atomic_store_n(&storm->stop, 1, __ATOMIC_SEQ_CST);
}

/* What an owner does while it owns */
static void own(int *counter)
{
	if (count(&storm->owners) != 1)
		count(&storm->overlaps);
	__atomic_sub_fetch(&storm->owners, 1, __ATOMIC_SEQ_CST);
	count(counter);
}

/* Ask for the port in a way that depends on the round. */
static int program_ask(int fd, unsigned int round)
{
	switch (round % 3) {
	case 0:
		return port_try(fd);
	case 1:
		return port_allocate_timeout(fd, NSEC_PER_MSEC);
	default:
		return port_allocate(fd);
	}
}

/* The driver has set modes of the chip meanwhile: no owner finds one. */
static int program(void *arg)
{
	int fd = *(int *)arg, ret;
	unsigned int round;

	vport_close();
	for (round = 0; !value(&storm->stop); round++) {
		ret = program_ask(fd, round);
		if (ret == -ENODEV)
			break;
		check(!ret || ret == -EBUSY || ret == -ETIMEDOUT);
		if (ret)
			continue;
		own(&storm->programs);
		if (round % 8 == 0 && !value(&storm->stop))
			check_eq(vport_register(number, "ecr"), ECR_AT_REST);
		ret = port_free(fd);
		check(ret == 0 || ret == -ENODEV);
	}
	return 0;
}

/* A native driver that asks, and does not wait if it is refused */
static int native(void *arg)
{
	int ret;

	(void)arg;
	vport_close();
	while (!value(&storm->stop)) {
		ret = vport_error("nclaim %u n0", number);
		count(&storm->tries);
		if (ret == -EBUSY)
			continue;
		if (ret)
			break;
		own(&storm->native);
		vport_error("nrelease %u n0", number);
	}
	return 0;
}

/* A native driver that sleeps until it has the port; it stays registered. */
static int sleeping_native(void *arg)
{
	int fd = ppdev_open(number);

	(void)arg;
	while (!value(&storm->stop)) {
		check_eq(ppdev_claim(fd), 0);
		own(&storm->ppdev);
		check_eq(ppdev_release(fd), 0);
	}
	close(fd);
	return 0;
}

/* The driver's thread that only asks for information, whoever owns */
static int observer(void *arg)
{
	int fd = wdk_new();
	long answer;

	(void)arg;
	while (!value(&storm->stop)) {
		check(kclient_ask(fd, "waiters") <= PROGRAMS + 1);
		answer = kclient_ask(fd, "release");
		if (answer == WDK_DELETE_PENDING)
			break;
		check_eq(answer, WDK_SUCCESS);
	}
	close(fd);
	return 0;
}

/* Ask by an IRP that the driver does not wait for, and cancel it now and then. */
static long ask_later(int driver, unsigned int round)
{
	long answer = kclient_ask(driver, "later");

	if (answer != WDK_PENDING)
		return answer;
	if (round % 2)
		kclient_ask(driver, "cancel");
	wait_for(kclient_ask(driver, "how") != WDK_PENDING);
	return kclient_ask(driver, "how");
}

/* Return a status of Windows, whatever the form is. */
static long driver_ask(int driver, unsigned int round)
{
	static const char * const forms[] = {
		"allocate 1", "stop 1", "own 1", "lock 1", "allocate -1",
	};
	unsigned int form = round % (ARRAY_SIZE(forms) + 2);

	if (form < ARRAY_SIZE(forms))
		return kclient_ask(driver, forms[form]);
	if (form == ARRAY_SIZE(forms))
		return ask_later(driver, round);
	return kclient_ask(driver, "try") ? WDK_SUCCESS : WDK_DEVICE_BUSY;
}

/* Return whether the port was there. */
static bool driver_turn(int driver, unsigned int round)
{
	long answer = driver_ask(driver, round);

	if (answer == WDK_DELETE_PENDING)
		return false;
	if (answer != WDK_SUCCESS) {
		check(answer == WDK_CANCELLED || answer == WDK_DEVICE_BUSY);
		check_eq(kclient_ask(driver, "owned"), 0);
		count(&storm->cancelled);
		return true;
	}
	own(&storm->driver);
	if (round % 4 == 0) {
		/* BYTE; it is left set. */
		answer = kclient_ask(driver, "set 0x20");
		check(answer == WDK_SUCCESS || answer == WDK_DELETE_PENDING ||
		      answer == WDK_INVALID_DEVICE_STATE);
	}
	check_eq(kclient(driver, "free"), 0);
	return true;
}

static int driver_child(void *arg)
{
	int driver = wdk_new();
	unsigned int round;

	(void)arg;
	for (round = 0; !value(&storm->stop); round++)
		if (!driver_turn(driver, round))
			break;
	close(driver);
	return 0;
}

static void report(const char *where)
{
	check_eq(storm->overlaps, 0);
	note("%s: %d grants to the driver, which stopped waiting %d times",
	     where, storm->driver, storm->cancelled);
	note("%s: %d grants to programs, %d and %d to native drivers", where,
	     storm->programs, storm->native, storm->ppdev);
}

/* The processes beside the driver, and the descriptors of the programs */
static pid_t pid[PROGRAMS + 4];
static int fds[PROGRAMS];
static unsigned int running;

static void start(int (*run)(void *arg), void *arg)
{
	pid[running++] = spawn(run, arg);
}

static int plug_and_start(void)
{
	unsigned int i;
	int driver;

	number = vport_plug("polled ecp");
	driver = wdk_open(number);
	vport("nadd %u n0 preempt=no wakeup=no", number);
	for (i = 0; i < PROGRAMS; i++) {
		fds[i] = port_open(number);
		start(program, &fds[i]);
	}
	start(native, NULL);
	start(observer, NULL);
	return driver;
}

static void join_all(void)
{
	unsigned int i;

	for (i = 0; i < running; i++)
		check_eq(join(pid[i]), 0);
	running = 0;
	for (i = 0; i < PROGRAMS; i++)
		close(fds[i]);
}

/*
 * Let the driver have some turns while all others want the port, too. The native driver
 * that does not wait gets an idle port only: it is waited for.
 */
static void beside_programs_and_natives(void)
{
	unsigned int i, turns = effort(4000);
	bool sleeping = natives_may_wait();
	int driver;

	storm = share(sizeof(*storm));
	driver = plug_and_start();
	if (sleeping) {
		need_module("ppdev");
		start(sleeping_native, NULL);
	}
	for (i = 0; i < turns; i++)
		check(driver_turn(driver, i));
	wait_for(value(&storm->native) && value(&storm->programs));
	stop();
	join_all();
	report("one port");
	check(!sleeping || storm->ppdev);
	vport("nremove %u n0", number);
	close(driver);
	vport_unplug(number);
	vport_check_gone(number);
}

static void one_port_goes(void)
{
	int before = value(&storm->driver);
	int driver = plug_and_start();

	start(driver_child, NULL);
	wait_for(value(&storm->driver) > before + 5);
	vport_unplug(number);
	/* Everybody learns of it, and comes to an end. */
	join_all();
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_DELETE_PENDING);
	close(driver);
	vport_check_gone(number);
}

/* Ports come and go; each is another one for the driver. */
static void unplugged_meanwhile(void)
{
	unsigned int i, rounds = effort(60);

	storm = share(sizeof(*storm));
	for (i = 0; i < rounds; i++)
		one_port_goes();
	vport("forget");
	report("ports that go");
}

/* What a process that was killed has left behind is the driver's. */
static void clean_up(int driver)
{
	kclient_ask(driver, "cancel");
	wait_for(kclient_ask(driver, "how") != WDK_PENDING);
	kclient_ask(driver, "freereq");
}

/*
 * A process is killed at any moment, while it waits, owns, or frees. One that is killed
 * as the owner does not note that it is not the owner any more: overlaps mean nothing.
 */
static void killed_meanwhile(void)
{
	unsigned int i, rounds = effort(200);
	int driver, fd, before;
	pid_t victim;

	storm = share(sizeof(*storm));
	number = vport_plug("polled ecp");
	driver = wdk_open(number);
	fd = port_open(number);
	fds[0] = port_open(number);
	start(program, &fds[0]);
	for (i = 0; i < rounds; i++) {
		before = value(&storm->driver) + value(&storm->cancelled);
		victim = spawn(driver_child, NULL);
		wait_for(value(&storm->driver) + value(&storm->cancelled) >
			 before + (int)(i % 4));
		kill(victim, SIGKILL);
		check_eq(join(victim), 128 + SIGKILL);
		clean_up(driver);
	}
	stop();
	check_eq(join(pid[0]), 0);
	check_eq(port_waiters(fd), 0);
	check(port_is_free(fd));
	note("%u processes were killed", rounds);
	close(driver);
	close(fd);
	close(fds[0]);
	vport_unplug(number);
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST_SLOW(beside_programs_and_natives, 200),
		TEST_SLOW(unplugged_meanwhile, 200),
		TEST_SLOW(killed_meanwhile, 200),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
