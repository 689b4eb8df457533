// SPDX-License-Identifier: GPL-2.0
/*
 * Ownership by ppdev's requests: who may use the port, who owns it next, and
 * what happens to a call that is in progress when the port is given up. The
 * test uses a virtual port, which counts all accesses.
 *
 * vm: kernels=stock,debug,rt,stock-6.12,stock-7.2,debian,clang
 * vm: timeout=120 kernels32=stock seconds=5
 */
#include "libclients.h"

#include <pthread.h>

/*
 * Check that all requests which need ownership fail with @error. Their
 * arguments are valid.
 */
static void check_all_refused(int fd, int error)
{
	static const unsigned long requests[] = {
		PPRSTATUS, PPRCONTROL, PPWCONTROL, PPFCONTROL, PPRDATA,
		PPWDATA, PPDATADIR, PPNEGOT, PPWCTLONIRQ, PPCLRIRQ, PPGETTIME,
		PPSETTIME, PPRELEASE, PPYIELD,
	};
	long long argument[2] = { IEEE1284_MODE_COMPAT, 0 };
	char byte = 'x';
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		argument[0] = IEEE1284_MODE_COMPAT;
		if (port_request(fd, requests[i], argument) != error)
			fail("request %#lx: not %d", requests[i], error);
	}
	check_eq(do_write(fd, &byte, 1), error);
	check_eq(do_read(fd, &byte, 1), error);
}

static void nothing_without_ownership(void)
{
	long before;

	open_two("irq");
	before = vport_accesses(number);
	check_all_refused(a, -EINVAL);
	check_eq(vport_accesses(number), before);
	check_eq(claim(b), 0);
	before = vport_accesses(number);
	check_all_refused(a, -EINVAL);
	check_eq(vport_accesses(number), before);
	check_eq(release(b), 0);
	check_eq(release(b), -EINVAL);
	close_two();
}

static void exclusive_before_and_after_the_first_claim(void)
{
	open_two("irq");
	check_eq(port_request(a, PPEXCL, NULL), 0);
	check_eq(claim(a), 0);
	check_eq(port_request(a, PPEXCL, NULL), 0);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	check_eq(port_request(b, PPEXCL, NULL), -EINVAL);
	close_two();
}

/* PPCLAIM waits for its turn in the queue, with O_NONBLOCK, too. */
static void claim_waits_in_order(void)
{
	pid_t first, second;
	int c;

	open_two("irq");
	c = port_open(number);
	set_nonblock(b, true);
	check_eq(claim(a), 0);
	first = spawn_request(b, PPCLAIM, NULL);
	wait_asleep(first, PPCLAIM);
	second = spawn_request(c, PPCLAIM, NULL);
	wait_waiters(a, 2);
	check_eq(release(a), 0);
	check_eq(join(first), 0);
	check_eq(get_byte(b, PPRCONTROL), 0x0c);
	check_eq(port_waiters(a), 1);
	check_eq(release(b), 0);
	check_eq(join(second), 0);
	check_eq(release(c), 0);
	close(c);
	close_two();
}

/*
 * A signal ends PPCLAIM even if its handler is installed with SA_RESTART, as
 * signal() does: programs depend on that.
 */
static void a_signal_ends_the_claim(void)
{
	pid_t pid;

	open_two("irq");
	check_eq(claim(a), 0);
	handle(SIGUSR1, SA_RESTART);
	pid = spawn_request(b, PPCLAIM, NULL);
	wait_asleep(pid, PPCLAIM);
	kill(pid, SIGUSR1);
	check_eq(join(pid), EINTR);
	check_eq(port_waiters(a), 0);
	check_eq(release(a), 0);
	check(port_is_free(a));
	close_two();
}

static void yield_takes_turns(void)
{
	pid_t pid, yielding;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(port_request(a, PPYIELD, NULL), 0);
	check_eq(get_byte(a, PPRCONTROL), 0x05);
	check_eq(claim(a), -EINVAL);
	pid = spawn_request(b, PPCLAIM, NULL);
	wait_waiters(a, 1);
	check_eq(port_poll(a), POLLOUT | POLLPRI);
	handle(SIGUSR1, SA_RESTART);
	yielding = spawn_request(a, PPYIELD, NULL);
	wait_asleep(yielding, PPYIELD);
	/*
	 * b keeps the port: the signal ends the wait, and a does not own the
	 * port.
	 */
	kill(yielding, SIGUSR1);
	check_eq(join(yielding), EINTR);
	check_eq(join(pid), 0);
	check_eq(get_byte(b, PPRCONTROL), 0x0c);
	check_eq(release(a), -EINVAL);
	check_eq(release(b), 0);
	close_two();
}

/* A descriptor that is opened with O_WRONLY, as OpenOCD does, can be used. */
static void write_only_descriptors_do(void)
{
	char path[32];
	int fd;

	open_two("irq");
	snprintf(path, sizeof(path), "/dev/parbiter%u", number);
	fd = open(path, O_WRONLY | O_CLOEXEC);
	check(fd >= 0);
	check_eq(claim(fd), 0);
	check_eq(get_byte(fd, PPRCONTROL), 0x0c);
	check_eq(set_byte(fd, PPWDATA, 0x42), 0);
	check_eq(do_read(fd, path, 1), -EBADF);
	close(fd);
	close_two();
}

static void unplugged_port_refuses_everything(void)
{
	int mode;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	vport_unplug(number);
	check_all_refused(a, -ENODEV);
	check_all_refused(b, -ENODEV);
	check_eq(claim(a), -ENODEV);
	check_eq(port_request(b, PPGETMODE, &mode), -ENODEV);
	check_eq(port_request(b, PPGETMODES, &mode), -ENODEV);
	check_eq(port_request(b, PPEXCL, NULL), -ENODEV);
	close_two_gone();
}

static void *write_slowly(void *arg)
{
	(void)arg;
	check_eq(set_byte(a, PPWDATA, 0xaa), 0);
	return NULL;
}

/*
 * An access that is in progress when the port is given up is finished before
 * the port is free.
 */
static void free_waits_for_use(void)
{
	pthread_t thread;

	open_two("irq");
	check_eq(claim(a), 0);
	vport("reset %u", number);
	vport("hook %u write_data delay 100000", number);
	check_eq(pthread_create(&thread, NULL, write_slowly, NULL), 0);
	wait_for(vport_counter(number, "ops.write_data") == 1);
	check_eq(release(a), 0);
	check_eq(vport_register(number, "data"), 0xaa);
	vport("hook %u write_data none", number);
	check_eq(pthread_join(thread, NULL), 0);
	close_two();
}

/*
 * The same for an access that is still at its beginning, when the registers of
 * the client are restored.
 */
static void free_waits_for_the_first_use(void)
{
	pthread_t thread;

	open_two("irq");
	check_eq(claim(b), 0);
	check_eq(set_byte(b, PPWCONTROL, 0x05), 0);
	check_eq(release(b), 0);
	check_eq(port_allocate(a), 0);
	vport("reset %u", number);
	vport("hook %u restore delay 100000", number);
	check_eq(pthread_create(&thread, NULL, write_slowly, NULL), 0);
	wait_for(vport_counter(number, "ops.restore") == 1);
	check_eq(port_free(a), 0);
	check_eq(vport_register(number, "data"), 0xaa);
	vport("hook %u restore none", number);
	check_eq(pthread_join(thread, NULL), 0);
	close_two();
}

struct race {
	int stop;
	long done;
	long refused;
};

static struct race *race;

/*
 * Write to the data register all the time, whether the client owns the port or
 * not.
 */
static void *write_always(void *arg)
{
	int ret;

	(void)arg;
	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED)) {
		ret = set_byte(a, PPWDATA, 0xaa);
		check(ret == 0 || ret == -EINVAL);
		if (ret)
			race->refused++;
		else
			race->done++;
	}
	return NULL;
}

static int own_and_watch(void *arg)
{
	int i;

	(void)arg;
	while (!__atomic_load_n(&race->stop, __ATOMIC_RELAXED)) {
		check_eq(claim(b), 0);
		check_eq(set_byte(b, PPWDATA, 0x55), 0);
		for (i = 0; i < 10; i++)
			check_eq(get_byte(b, PPRDATA), 0x55);
		check_eq(release(b), 0);
	}
	return 0;
}

/*
 * One thread frees the port while another thread writes through the same
 * client: no write reaches the registers after the port has been freed.
 */
static void free_races_use(void)
{
	int rounds = (int)effort(3000);
	pthread_t thread;
	pid_t pid;
	int i;

	race = share(sizeof(*race));
	open_two("irq");
	/*
	 * Empty the trace: the core has searched for devices when the port was
	 * announced.
	 */
	vport("reset %u", number);
	pid = spawn(own_and_watch, NULL);
	check_eq(pthread_create(&thread, NULL, write_always, NULL), 0);
	/*
	 * Also go on until some writes have been done and some have been
	 * refused.
	 */
	for (i = 0; i < rounds || !race->done || !race->refused; i++) {
		if (i & 2) {
			/*
			 * Here the other thread is the first to use the port.
			 */
			check_eq(port_allocate(a), 0);
		} else {
			check_eq(claim(a), 0);
			check_eq(set_byte(a, PPWDATA, 0xaa), 0);
		}
		check_eq(i & 1 ? release(a) : port_free(a), 0);
	}
	__atomic_store_n(&race->stop, 1, __ATOMIC_RELAXED);
	check_eq(pthread_join(thread, NULL), 0);
	check_eq(join(pid), 0);
	note("%ld writes done, %ld refused", race->done, race->refused);
	check_eq(vport_counter(number, "unclaimed"), 0);
	close_two();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(nothing_without_ownership),
		TEST(exclusive_before_and_after_the_first_claim),
		TEST(claim_waits_in_order),
		TEST(a_signal_ends_the_claim),
		TEST(yield_takes_turns),
		TEST(write_only_descriptors_do),
		TEST(unplugged_port_refuses_everything),
		TEST(free_waits_for_use),
		TEST(free_waits_for_the_first_use),
		TEST(free_races_use),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
