// SPDX-License-Identifier: GPL-2.0
/*
 * An idle core claim is handed over to the only native driver of a port, which
 * finds its registers as it has left them.
 *
 * vm: kernels=stock,debug,kcsan,rt,stock-7.2 ports=none timeout=180 seconds=4
 */
#include <linux/parport.h>

#include "libio.h"
#include "libnative.h"
#include "libvport.h"

/* Return whether the parport core says that parbiter has claimed the port. */
static bool parbiter_claims(void)
{
	char path[80], name[32] = "";
	FILE *file;

	snprintf(path, sizeof(path),
		 "/proc/sys/dev/parport/parport%u/devices/active", number);
	file = fopen(path, "re");
	check(file);
	check(fgets(name, sizeof(name), file));
	fclose(file);
	return strncmp(name, "parbiter", strlen("parbiter")) == 0;
}

/* Own and free the port. Afterwards parbiter keeps the core claim. */
static void keep_an_idle_claim(int fd)
{
	check_eq(port_try(fd), 0);
	check_eq(port_free(fd), 0);
	check(parbiter_claims());
}

/*
 * Each finds the control register as it has left it, though the other one has
 * written it meanwhile.
 */
static void control_register_survives(void)
{
	unsigned int i;
	unsigned int of_native = 0x06, of_client = 0x09;
	int fd, native;

	number = vport_plug("polled");
	fd = port_open(number);
	native = ppdev_open(number);
	check_eq(ppdev_claim(native), 0);
	check_eq(set_byte(native, PPWCONTROL, of_native), 0);
	check_eq(ppdev_release(native), 0);
	for (i = 0; i < effort(500); i++) {
		check_eq(port_try(fd), 0);
		if (i > 0)
			check_eq(get_byte(fd, PPRCONTROL) & 0x0f, of_client);
		of_client = (of_client + 5) & 0x0f;
		check_eq(set_byte(fd, PPWCONTROL, of_client), 0);
		check_eq(port_free(fd), 0);
		check(parbiter_claims());

		check_eq(ppdev_claim(native), 0);
		check_eq(get_byte(native, PPRCONTROL) & 0x0f, of_native);
		of_native = (of_native + 3) & 0x0f;
		check_eq(set_byte(native, PPWCONTROL, of_native), 0);
		check_eq(ppdev_release(native), 0);
	}
	close(native);
	close(fd);
	vport_unplug(number);
}

/*
 * A Try finds an idle port while another processor has taken, for a moment, the lock
 * with which the core guards who owns the port. The Try waits for this lock; with
 * PREEMPT_RT it has been refused.
 */
static void a_taken_lock_refuses_nobody(void)
{
	int fd, native;
	pid_t pid;

	if (!rt_kernel())
		skip("nobody sees that a thread spins; PREEMPT_RT's locks sleep");
	number = vport_plug("polled");
	fd = port_open(number);
	native = ppdev_open(number);
	check_eq(ppdev_claim(native), 0);
	check_eq(ppdev_release(native), 0);
	check(!parbiter_claims());

	vport("lock %u", number);
	pid = spawn_request(fd, PARBITER_TRY_ALLOCATE, NULL);
	wait_for(strchr("DZ", task_state(pid)));
	vport("unlock");
	check_eq(join(pid), 0);
	check(parbiter_claims());
	check_eq(port_free(fd), 0);
	close(native);
	close(fd);
	vport_unplug(number);
	vport_check_gone(number);
}

/* A plain claim in a hard interrupt has the port at once. */
static void an_interrupt_is_handed_the_port(void)
{
	unsigned int i;
	int fd;

	number = vport_plug("polled");
	fd = port_open(number);
	vport("nadd %u driver preempt=no", number);
	for (i = 0; i < effort(500); i++) {
		keep_an_idle_claim(fd);
		check_eq(vport_error("nclaim-irq %u driver", number), 0);
		check(!parbiter_claims());
		check_eq(port_try(fd), -EBUSY);
		vport("nrelease %u driver", number);
	}
	close(fd);
	vport("nremove %u driver", number);
	vport_unplug(number);
}

struct rounds {
	int stop;
	unsigned int begun;	/* by the program */
	unsigned int made;	/* in which it owned */
};

/* Own and free the port as fast as possible. */
static int own_and_free(void *arg)
{
	struct rounds *rounds = arg;
	int fd = port_open(number);

	while (!__atomic_load_n(&rounds->stop, __ATOMIC_RELAXED)) {
		int ret = port_try(fd);

		__atomic_add_fetch(&rounds->begun, 1, __ATOMIC_RELAXED);
		check(ret == 0 || ret == -EBUSY);
		if (ret == 0) {
			check_eq(port_free(fd), 0);
			__atomic_add_fetch(&rounds->made, 1, __ATOMIC_RELAXED);
		}
	}
	close(fd);
	return 0;
}

/*
 * Wait until the program has left what it was doing. The core walks its wait list
 * without a lock, so a driver must not go during a release that has woken it.
 */
static void let_it_leave(struct rounds *rounds)
{
	unsigned int begun = __atomic_load_n(&rounds->begun, __ATOMIC_RELAXED);

	wait_for(__atomic_load_n(&rounds->begun, __ATOMIC_RELAXED) > begun + 1);
}

/*
 * Native drivers register, claim, are refused an exclusive registration, and
 * leave, while a program owns and frees the port without a pause.
 */
static void natives_come_and_go(void)
{
	struct rounds *rounds = share(sizeof(*rounds));
	unsigned int i;
	pid_t pid;

	skip_unless_natives_may_wait();
	number = vport_plug("polled");
	pid = spawn(own_and_free, rounds);
	for (i = 0; i < effort(300); i++) {
		unsigned int made = __atomic_load_n(&rounds->made, __ATOMIC_RELAXED);

		vport("nadd %u first preempt=no", number);
		vport("nclaim-block %u first", number);
		vport("nadd %u second preempt=no", number);
		vport("nwait %u first 10000", number);
		check(vport_error("nadd %u third excl", number) < 0);
		check(vport_error("nclaim %u second", number) < 0);
		vport("nrelease %u first", number);
		let_it_leave(rounds);
		vport("nremove %u first", number);
		wait_for(vport_error("nclaim %u second", number) == 0);
		vport("nrelease %u second", number);
		vport("nremove %u second", number);
		wait_for(__atomic_load_n(&rounds->made, __ATOMIC_RELAXED) > made);
	}
	__atomic_store_n(&rounds->stop, 1, __ATOMIC_RELAXED);
	check_eq(join(pid), 0);
	note("%u turns of the program beside %u times two native drivers",
	     rounds->made, effort(300));
	vport_unplug(number);
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(control_register_survives),
		TEST(a_taken_lock_refuses_nobody),
		TEST(an_interrupt_is_handed_the_port),
		TEST(natives_come_and_go),
	};

	static const char * const modules[] = {
		"parport", "parbiter_vport", "ppdev", "parbiter", NULL
	};
	static const struct setup setup = { .modules = modules };

	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
