// SPDX-License-Identifier: GPL-2.0
/*
 * The owner uses the port by ppdev's requests: who may, what reaches the
 * registers, what a client finds when it owns again. On a virtual port, which
 * counts every access. (Transfers: write.c, read.c.)
 *
 * vm: ports=none kernels=stock,debug,rt,stock-6.12 timeout=120
 */
#include "libclients.h"
#include "libkclient.h"

#include <pthread.h>

#define CONTROL_IRQ	0x10
#define CONTROL_REVERSE	0x20

/* What needs ownership, with arguments that would do */
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
	check_eq(claim(b), 0);
	before = vport_accesses(number);
	check_all_refused(a, -EINVAL);
	check_eq(vport_accesses(number), before);
	check_eq(release(b), 0);
	check_eq(release(b), -EINVAL);
	close_two();
}

static void settings_need_no_ownership(void)
{
	open_two("irq");
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(get_int(a, PPGETFLAGS), 0);
	check_eq(get_int(a, PPGETMODES), (int)port_info(a).modes);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_NIBBLE), 0);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(get_int(a, PPGETPHASE), 5);
	check_eq(set_int(a, PPSETPHASE, 1), 0);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(set_int(a, PPSETFLAGS, ~0), 0);
	check_eq(get_int(a, PPGETFLAGS), PP_FLAGMASK);
	check_eq(get_int(b, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(b, PPGETFLAGS), 0);
	check(port_info(a).features & PARBITER_FEATURE_IO);
	close_two();
}

static void bad_values_are_refused(void)
{
	static const int modes[] = {
		-1, 0x8000, 0x80, 2, IEEE1284_MODE_COMPAT | 1,
		IEEE1284_EXT_LINK | 0x80,
	};
	long time[2] = { 1, 1000000 };
	unsigned int i;

	open_two("irq");
	check_eq(claim(a), 0);
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check_eq(set_int(a, PPSETMODE, modes[i]), -EINVAL);
		check_eq(set_int(a, PPNEGOT, modes[i]), -EINVAL);
	}
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(set_int(a, PPSETPHASE, -1), -EINVAL);
	check_eq(set_int(a, PPSETPHASE, 12), -EINVAL);
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	time[1] = -1;
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	time[0] = 0;
	time[1] = 0;
	check_eq(port_request(a, PPSETTIME, time), -EINVAL);
	check_eq(port_request(a, _IO('p', 0x82), NULL), -ENOTTY);
	close_two();
}

/* Both layouts, whatever this program's own is */
static void times_in_both_layouts(void)
{
	const unsigned long set32 = _IOW('p', 0x96, int[2]);
	const unsigned long get32 = _IOR('p', 0x95, int[2]);
	const unsigned long set64 = _IOW('p', 0x96, long long[2]);
	const unsigned long get64 = _IOR('p', 0x95, long long[2]);
	int time32[2] = { 3, 0 };
	long long time64[2] = { -1, -1 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(port_request(a, get64, time64), 0);
	check_eq(time64[0], 5);
	check_eq(port_request(a, set32, time32), 0);
	check_eq(port_request(a, get64, time64), 0);
	check_eq(time64[0], 3);
	check_eq(time64[1], 0);
	time64[0] = 7;
	check_eq(port_request(a, set64, time64), 0);
	check_eq(port_request(a, get32, time32), 0);
	check_eq(time32[0], 7);
	check_eq(time32[1], 0);
	check_eq(release(a), 0);
	check_eq(claim(a), 0);
	check_eq(port_request(a, get32, time32), 0);
	check_eq(time32[0], 7);
	close_two();
}

static void exclusive_is_in_time_or_late(void)
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

static void registers_are_reached(void)
{
	struct ppdev_frob_struct frob = { .mask = 0x03, .val = 0x02 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(claim(a), -EINVAL);
	check_eq(set_byte(a, PPWDATA, 0x5a), 0);
	check_eq(vport_register(number, "data"), 0x5a);
	check_eq(get_byte(a, PPRDATA), 0x5a);
	vport("status %u 38", number);
	check_eq(get_byte(a, PPRSTATUS), 0x38);
	check_eq(set_byte(a, PPWCONTROL, 0x0d), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0d);
	check_eq(get_byte(a, PPRCONTROL), 0x0d);
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(get_byte(a, PPRCONTROL), 0x0e);
	check_eq(set_int(a, PPDATADIR, 1), 0);
	check_eq(vport_register(number, "ctrl"),
		 CONTROL_REVERSE | CONTROL_IRQ | 0x0e);
	vport("input %u a5", number);
	check_eq(get_byte(a, PPRDATA), 0xa5);
	check_eq(set_int(a, PPDATADIR, 0), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0e);
	close_two();
}

/* The direction bit, which parport_pc would grumble about in the log */
static void direction_by_control(void)
{
	struct ppdev_frob_struct frob = { .mask = CONTROL_REVERSE, .val = 0 };

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, CONTROL_REVERSE | 0x0c), 0);
	check_eq(vport_register(number, "ctrl"),
		 CONTROL_REVERSE | CONTROL_IRQ | 0x0c);
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	frob.val = CONTROL_REVERSE;
	check_eq(port_request(a, PPFCONTROL, &frob), 0);
	check_eq(vport_register(number, "ctrl"),
		 CONTROL_REVERSE | CONTROL_IRQ | 0x0c);
	close_two();
}

/* Alone, coming and going costs no access. */
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
		/* To own is not to use. */
		check_eq(port_allocate(b), 0);
		check_eq(port_free(b), 0);
	}
	check_eq(vport_accesses(number) - before, 100);
	close_two();
}

/* Each finds its lines as it left them, as soon as PPCLAIM returns. */
static void each_keeps_its_registers(void)
{
	int i;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	check_eq(set_byte(b, PPWCONTROL, 0x0a), 0);
	check_eq(set_int(b, PPDATADIR, 1), 0);
	check_eq(release(b), 0);
	for (i = 0; i < 3; i++) {
		check_eq(claim(a), 0);
		check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x05);
		check_eq(release(a), 0);
		check_eq(claim(b), 0);
		check_eq(vport_register(number, "ctrl"),
			 CONTROL_REVERSE | CONTROL_IRQ | 0x0a);
		check_eq(release(b), 0);
	}
	/* One that allocates gets them with the first use. */
	check_eq(port_allocate(a), 0);
	check_eq(get_byte(a, PPRCONTROL), 0x05);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x05);
	check_eq(port_free(a), 0);
	close_two();
}

/* A new client finds the port as a port is, not as the last one left it. */
static void a_newcomer_starts_afresh(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
	close(a);
	a = port_open(number);
	check_eq(claim(a), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	check_eq(release(a), 0);
	close_two();
}

/* Who owns and does not use leaves no trace, not even by closing. */
static void a_close_without_use_touches_nothing(void)
{
	long before;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	check_eq(release(b), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	before = vport_accesses(number);
	check_eq(port_allocate(a), 0);
	close(a);
	check_eq(vport_accesses(number), before);
	close(b);
	vport("clear");
}

/* Beside native drivers a claim brings registers back: not those of the dead. */
static void the_dead_leave_no_registers(void)
{
	open_two("irq");
	vport("nadd %u nat", number);
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
	/* Still there, it finds them with the claim, without a moment's gap. */
	vport("reset %u", number);
	check_eq(claim(a), 0);
	check(!strstr(vport("trace %u", number), "W ctrl 1c"));
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x05);
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

/* A native driver in between: refusing to be preempted, or not. */
static void check_across_native(const char *how)
{
	open_two("irq");
	vport("nadd %u nat %s", number, how);
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
	vport("nclaim %u nat", number);
	check(vport_register(number, "ctrl") != (CONTROL_IRQ | 0x05));
	if (strstr(how, "preempt=yes")) {
		/* The core mixes the two's registers up here. */
		check_eq(claim(a), 0);
	} else {
		vport("nrelease %u nat", number);
		check_eq(claim(a), 0);
	}
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x05);
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

/* A kernel client may have done anything: two writes put it right. */
static void across_a_kernel_client(void)
{
	long before;
	int kernel;

	open_two("irq");
	kernel = kclient_open(number);
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(release(a), 0);
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

static void each_keeps_its_mode(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_EPP), 0);
	check_eq(vport_mode(number), IEEE1284_MODE_EPP);
	check_eq(release(a), 0);
	/* Not the business of those who do not ask for it */
	check_eq(vport_mode(number), IEEE1284_MODE_COMPAT);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_EPP);
	check_eq(claim(b), 0);
	check_eq(get_int(b, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(set_int(b, PPSETPHASE, 3), 0);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	check_eq(get_int(a, PPGETMODE), IEEE1284_MODE_EPP);
	check_eq(get_int(a, PPGETPHASE), 1);
	check_eq(set_int(a, PPSETMODE, IEEE1284_MODE_COMPAT), 0);
	check_eq(release(a), 0);
	check_eq(get_int(b, PPGETPHASE), 3);
	close_two();
}

/* PPCLAIM waits its turn, O_NONBLOCK or not. */
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

/* To be restarted, as by signal(), and still it ends: programs rely on that. */
static void a_signal_ends_the_claim(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	handle(SIGALRM, SA_RESTART);
	alarm(1);
	check_eq(claim(b), -EINTR);
	check_eq(port_waiters(a), 0);
	check_eq(release(a), 0);
	check(port_is_free(a));
	close_two();
}

static void yield_takes_turns(void)
{
	pid_t pid;

	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCONTROL, 0x05), 0);
	check_eq(port_request(a, PPYIELD, NULL), 0);
	check_eq(get_byte(a, PPRCONTROL), 0x05);
	check_eq(claim(a), -EINVAL);
	pid = spawn_request(b, PPCLAIM, NULL);
	wait_waiters(a, 1);
	check_eq(port_poll(a), POLLPRI);
	handle(SIGALRM, SA_RESTART);
	alarm(1);
	/* b does not give it back: the signal ends the wait, unowned. */
	check_eq(port_request(a, PPYIELD, NULL), -EINTR);
	check_eq(join(pid), 0);
	check_eq(get_byte(b, PPRCONTROL), 0x0c);
	check_eq(release(a), -EINVAL);
	check_eq(release(b), 0);
	close_two();
}

static void interrupts_are_reported(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(port_poll(a), 0);
	check_eq(atoi(vport("irq %u", number)), 1);
	check(port_poll_wait(a, POLLIN) & POLLIN);
	vport("irq %u", number);
	check_eq(get_int(a, PPCLRIRQ), 2);
	check_eq(get_int(a, PPCLRIRQ), 0);
	check_eq(port_poll(a), 0);
	/* Not its own any more */
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	vport("irq %u", number);
	check_eq(port_poll(a), 0);
	check_eq(port_poll(b), POLLIN);
	check_eq(release(b), 0);
	/* Who allocates is told of ownership, and can still count. */
	check_eq(port_allocate(b), 0);
	check_eq(port_poll(b), POLLIN);
	check_eq(get_int(b, PPCLRIRQ), 1);
	check_eq(port_poll(b), POLLIN);
	check_eq(port_free(b), 0);
	check_eq(port_poll(b), 0);
	/* Nobody's */
	vport("irq %u", number);
	check_eq(port_allocate(a), 0);
	check_eq(get_int(a, PPCLRIRQ), 0);
	close_two();
}

static void an_interrupt_sets_control_once(void)
{
	open_two("irq");
	check_eq(claim(a), 0);
	check_eq(set_byte(a, PPWCTLONIRQ, 0x05), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	vport("irq %u", number);
	wait_for(get_int(a, PPCLRIRQ) == 1);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x05);
	check_eq(set_byte(a, PPWCONTROL, 0x0c), 0);
	vport("irq %u", number);
	wait_for(get_int(a, PPCLRIRQ) == 1);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	/* Armed, it waits for an interrupt of its own, and is remembered. */
	check_eq(set_byte(a, PPWCTLONIRQ, 0x06), 0);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	vport("irq %u", number);
	wait_for(get_int(b, PPCLRIRQ) == 1);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	vport("irq %u", number);
	wait_for(get_int(a, PPCLRIRQ) == 1);
	check_eq(release(a), 0);
	check_eq(claim(b), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x0c);
	check_eq(release(b), 0);
	check_eq(claim(a), 0);
	check_eq(vport_register(number, "ctrl"), CONTROL_IRQ | 0x06);
	close_two();
}

/* O_WRONLY, as openocd opens it */
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

static void gone_is_gone(void)
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

/* What is under way when the port is given up lands before it is. */
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

struct race {
	int stop;
	long done;
	long refused;
};

static struct race *race;

/* Writes at any moment, owner or not. */
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

/* One thread frees while another writes: no write lands in the next turn. */
static void free_races_use(void)
{
	int rounds = slow_kernel() ? 300 : 3000;
	pthread_t thread;
	pid_t pid;
	int i;

	race = share(sizeof(*race));
	open_two("irq");
	/* The core has looked for devices when the port came. */
	vport("reset %u", number);
	pid = spawn(own_and_watch, NULL);
	check_eq(pthread_create(&thread, NULL, write_always, NULL), 0);
	for (i = 0; i < rounds; i++) {
		check_eq(claim(a), 0);
		check_eq(set_byte(a, PPWDATA, 0xaa), 0);
		check_eq(i & 1 ? release(a) : port_free(a), 0);
	}
	__atomic_store_n(&race->stop, 1, __ATOMIC_RELAXED);
	check_eq(pthread_join(thread, NULL), 0);
	check_eq(join(pid), 0);
	note("%ld writes done, %ld refused", race->done, race->refused);
	check(race->done && race->refused);
	check_eq(vport_counter(number, "unclaimed"), 0);
	close_two();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(nothing_without_ownership),
		TEST(settings_need_no_ownership),
		TEST(bad_values_are_refused),
		TEST(times_in_both_layouts),
		TEST(exclusive_is_in_time_or_late),
		TEST(registers_are_reached),
		TEST(direction_by_control),
		TEST(alone_the_port_is_not_touched),
		TEST(each_keeps_its_registers),
		TEST(a_newcomer_starts_afresh),
		TEST(a_close_without_use_touches_nothing),
		TEST(the_dead_leave_no_registers),
		TEST(across_a_native_driver),
		TEST(across_a_preempted_native_driver),
		TEST(across_a_kernel_client),
		TEST(each_keeps_its_mode),
		TEST(claim_waits_in_order),
		TEST(a_signal_ends_the_claim),
		TEST(yield_takes_turns),
		TEST(interrupts_are_reported),
		TEST(an_interrupt_sets_control_once),
		TEST(write_only_descriptors_do),
		TEST(gone_is_gone),
		TEST(free_waits_for_use),
		TEST(free_races_use),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
