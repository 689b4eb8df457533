// SPDX-License-Identifier: GPL-2.0
/*
 * What ppdev's requests write to the registers, and what a client finds there
 * when it owns the port again. The test uses a virtual port, which counts all
 * accesses.
 *
 * vm: kernels=stock,debug,kmsan,rt,stock-6.12,stock-7.2,debian,clang
 * vm: timeout=120 smp=any kernels32=stock
 */
#include "libclients.h"
#include "libkclient.h"

/* Control lines by which a client recognises its registers */
#define MARK	0x05

static void leave_mark(int fd)
{
	check_eq(claim(fd), 0);
	check_eq(set_byte(fd, PPWCONTROL, MARK), 0);
	check_eq(release(fd), 0);
}

static void registers_are_reached(void)
{
	struct ppdev_frob_struct frob = { .mask = 0x03, .val = 0x02 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(claim(a), -EINVAL);
	check_eq(set_byte(a, PPWDATA, 0x5a), 0);
	check_eq(vport_register(number, "data"), 0x5a);
	check_eq(get_byte(a, PPRDATA), 0x5a);
	vport_status(number, "38");
	check_eq(get_byte(a, PPRSTATUS), 0x38);
	check_eq(set_byte(a, PPWCONTROL, 0x0d), 0);
	check_eq(control(), CONTROL_IRQ | 0x0d);
	check_eq(get_byte(a, PPRCONTROL), 0x0d);
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(get_byte(a, PPRCONTROL), 0x0e);
	check_eq(set_int(a, PPDATADIR, 1), 0);
	check_eq(control(), CONTROL_REVERSE | CONTROL_IRQ | 0x0e);
	vport("input %u a5", number);
	check_eq(get_byte(a, PPRDATA), 0xa5);
	check_eq(set_int(a, PPDATADIR, 0), 0);
	check_eq(control(), CONTROL_IRQ | 0x0e);
	close_two();
}

/*
 * The direction bit of the control register can be written. (parport_pc would
 * complain in the log.)
 */
static void direction_by_control(void)
{
	struct ppdev_frob_struct frob = { .mask = CONTROL_REVERSE, .val = 0 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, CONTROL_REVERSE | 0x0c), 0);
	check_eq(control(), CONTROL_REVERSE | CONTROL_IRQ | 0x0c);
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	frob.val = CONTROL_REVERSE;
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(control(), CONTROL_REVERSE | CONTROL_IRQ | 0x0c);
	close_two();
}

/*
 * If a client is the only one that uses the port, giving it up and owning it
 * again costs no register access.
 */
static void alone_the_port_is_not_touched(void)
{
	long before;
	int i;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWDATA, 1), 0);
	check_eq(release(a), 0);
	before = vport_accesses(number);
	for (i = 0; i < 100; i++) {
		check_eq(claim(a), 0);
		check_eq(set_byte(a, PPWDATA, 1), 0);
		check_eq(release(a), 0);
		/*
		 * Another client that owns the port without using it makes no
		 * access, either.
		 */
		check_eq(port_allocate(b), 0);
		check_eq(port_free(b), 0);
	}
	check_eq(vport_accesses(number) - before, 100);
	close_two();
}

/*
 * Each client finds its control lines as it left them as soon as PPCLAIM
 * returns.
 */
static void each_keeps_its_registers(void)
{
	int i;

	open_two("irq");
	leave_mark(a);
	check_eq(claim(b), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	check_eq(set_byte(b, PPWCONTROL, 0x0a), 0);
	check_eq(set_int(b, PPDATADIR, 1), 0);
	check_eq(release(b), 0);
	for (i = 0; i < 3; i++) {
		check_eq(claim(a), 0);
		check_eq(control(), CONTROL_IRQ | MARK);
		check_eq(release(a), 0);
		check_eq(claim(b), 0);
		check_eq(control(), CONTROL_REVERSE | CONTROL_IRQ | 0x0a);
		check_eq(release(b), 0);
	}
	/*
	 * A client that uses PARBITER_ALLOCATE gets its registers with its
	 * first access.
	 */
	check_eq(port_allocate(a), 0);
	check_eq(get_byte(a, PPRCONTROL), MARK);
	check_eq(control(), CONTROL_IRQ | MARK);
	check_eq(port_free(a), 0);
	close_two();
}

/*
 * A new client finds the registers of a port at rest, not those of the last
 * client.
 */
static void a_newcomer_starts_afresh(void)
{
	open_two("irq");
	leave_mark(a);
	close(a);
	a = port_open(number);
	check_eq(claim(a), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	check_eq(release(a), 0);
	close_two();
}

/*
 * A client that owns the port and does not use it makes no access, not even by
 * its close.
 */
static void a_close_without_use_touches_nothing(void)
{
	long before;

	open_two("irq");
	leave_mark(a);
	check_eq(claim(b), 0);
	check_eq(release(b), 0);
	check_eq(control(), CONTROL_IRQ | 0x0c);
	before = vport_accesses(number);
	check_eq(port_allocate(a), 0);
	close(a);
	check_eq(vport_accesses(number), before);
	close(b);
	vport("clear");
}

/*
 * Beside native drivers a claim restores the registers of the client, but not
 * those of a client that has been closed.
 */
static void closed_clients_leave_no_registers(void)
{
	open_two("irq");
	vport("nadd %u nat", number);
	leave_mark(a);
	/*
	 * While the client exists, its claim restores its registers, without
	 * writing those of a port at rest in between.
	 */
	vport("reset %u", number);
	check_eq(claim(a), 0);
	check(!strstr(vport("trace %u", number), "W ctrl 1c"));
	check_eq(control(), CONTROL_IRQ | MARK);
	close(a);
	vport("nclaim %u nat", number);
	vport("nrelease %u nat", number);
	vport("reset %u", number);
	check_eq(claim(b), 0);
	check(!strstr(vport("trace %u", number), "W ctrl 15"));
	check_eq(release(b), 0);
	close(b);
	vport("clear");
}

/*
 * A native driver owns the port in between. It refuses to be preempted, or
 * allows it (@how).
 */
static void check_across_native(const char *how)
{
	open_two("irq");
	vport("nadd %u nat %s", number, how);
	leave_mark(a);
	vport("nclaim %u nat", number);
	check(control() != (CONTROL_IRQ | MARK));
	if (strstr(how, "preempt=yes")) {
		/*
		 * The core preempts the native driver and mixes up the
		 * registers of both.
		 */
		check_eq(claim(a), 0);
	} else {
		vport("nrelease %u nat", number);
		check_eq(claim(a), 0);
	}
	check_eq(control(), CONTROL_IRQ | MARK);
	check_eq(release(a), 0);
	close_two();
}

static void across_a_native_driver(void)
{
	check_across_native("preempt=no");
}

static void across_a_preempted_native_driver(void)
{
	check_across_native("preempt=yes");
}

/*
 * A kernel client may have written any register: two writes restore those of
 * the next client.
 */
static void across_a_kernel_client(void)
{
	long before;
	int kernel;

	open_two("irq");
	kernel = kclient_open(number);
	leave_mark(a);
	before = vport_accesses(number);
	check_eq(kclient(kernel, "allocate"), 0);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(vport_accesses(number), before);
	check_eq(claim(a), 0);
	check_eq(vport_accesses(number) - before, 2);
	check_eq(release(a), 0);
	check_eq(kclient(kernel, "try"), 0);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(claim(a), 0);
	check_eq(vport_accesses(number) - before, 4);
	check_eq(release(a), 0);
	check_eq(kclient(kernel, "async"), 0);
	kclient_wait_result(kernel, 0);
	check_eq(kclient(kernel, "free"), 0);
	check_eq(claim(a), 0);
	check_eq(vport_accesses(number) - before, 6);
	close(kernel);
	close_two();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(registers_are_reached),
		TEST(direction_by_control),
		TEST(alone_the_port_is_not_touched),
		TEST(each_keeps_its_registers),
		TEST(a_newcomer_starts_afresh),
		TEST(a_close_without_use_touches_nothing),
		TEST(closed_clients_leave_no_registers),
		TEST(across_a_native_driver),
		TEST(across_a_preempted_native_driver),
		TEST(across_a_kernel_client),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
