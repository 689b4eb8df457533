// SPDX-License-Identifier: GPL-2.0
/*
 * Programs select IEEE 1284.3 devices, on a virtual daisy chain of two devices and
 * a peripheral at its end.
 *
 * vm: kernels=stock,debug,rt,stock-7.2 timeout=240 smp=any seconds=20
 */
#include "libchain.h"
#include "libnative.h"
#include "libpnp.h"

#define CHAIN	"irq device=MFG:A;MDL:Disk; device=MFG:B;MDL:Scan; end=MFG:C;MDL:Print;"

#define KEEP	PARBITER_SELECT_KEEP
#define QUEUE	PARBITER_REQUEST_QUEUE
#define END	PARBITER_DEVICE_END
#define NONE	PARBITER_DEVICE_NONE

/* A device that is not there */
#define MISSING	3

static int fd;

static void plug(void)
{
	number = vport_plug(CHAIN);
	fd = port_open(number);
}

static int open_queueing(void)
{
	return port_open_flags(number, O_NONBLOCK);
}

static int selected(void)
{
	return chain_selected(number);
}

/* What the owner has selected, as everybody is told */
static int reported(void)
{
	return port_status(fd).device;
}

/* Wait until a descriptor that is not the owner's says that nobody owns. */
static void wait_free(void)
{
	wait_for(port_is_free(fd));
}

/* Nobody at the connector has seen a transfer that was none, or a wrong one. */
static void leave(void)
{
	int place;

	for (place = -1; place < 2; place++)
		check_eq(chain_peripheral(number, place, "violations"), 0);
	check_eq(selected(), -1);
	check_eq(chain_value(number, "unheard"), 0);
	vport_close();
}

/* Windows' sequence C */
static void select_and_deselect_while_owning(void)
{
	int waiter, second;

	plug();
	waiter = open_queueing();
	second = open_queueing();
	check_eq(port_select(fd, 0, 0), 0);
	check_eq(selected(), 0);
	check_eq(reported(), 0);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	check_eq(port_select(fd, 1, KEEP), 0);
	check_eq(port_waiters(fd), 1);
	check_eq(selected(), 1);
	check_eq(reported(), 1);
	check_eq(port_deselect(fd, KEEP), 0);
	check_eq(selected(), -1);
	check_eq(reported(), NONE);
	check_eq(port_waiters(fd), 1);
	check_eq(port_status(fd).caller, PARBITER_CALLER_OWNER);
	check_eq(port_select(second, 0, 0), -EINPROGRESS);
	check_eq(port_select(fd, 0, KEEP), 0);
	check_eq(port_deselect(fd, 0), 0);
	check_eq(selected(), -1);
	check_eq(port_status(fd).caller, PARBITER_CALLER_IDLE);
	wait_owner(waiter);
	check_eq(port_deselect(waiter, 0), 0);
	wait_owner(second);
	check_eq(port_select(second, 0, KEEP), 0);
	check_eq(port_free(second), 0);
	leave();
}

static void check_queue(int position, int device)
{
	struct parbiter_waiter waiter;
	struct parbiter_queue queue = {
		.size = sizeof(queue), .waiter_size = sizeof(waiter),
		.first = (unsigned int)position - 1, .count = 1,
		.waiters = (uintptr_t)&waiter,
	};

	check_eq(port_request(fd, PARBITER_GET_QUEUE, &queue), 0);
	check_eq(queue.count, 1);
	check_eq(waiter.device, device);
}

struct ask {
	int fd;
	int device;
	uint64_t deadline;
};

static int ask_asleep(void *arg)
{
	struct ask *ask = arg;

	return -port_ask_for(ask->fd, ask->device,
			     ask->deadline ? PARBITER_REQUEST_DEADLINE : 0,
			     ask->deadline);
}

/* Start a process that asks for a device, and wait until it is in the queue. */
static pid_t ask_for(int client, int device, uint64_t deadline)
{
	struct ask ask = { client, device, deadline };
	unsigned int before = port_waiters(fd);
	pid_t pid = spawn(ask_asleep, &ask);

	wait_waiters(fd, before + 1);
	return pid;
}

/* Windows' sequence B; one request to select sleeps, and one is queued */
static void one_queue_for_the_port_and_for_devices(void)
{
	int a, b, c, d;
	pid_t pid;

	plug();
	a = open_queueing();
	b = port_open(number);
	c = open_queueing();
	d = open_queueing();
	check_eq(port_allocate(fd), 0);
	check_eq(port_allocate(a), -EINPROGRESS);
	pid = ask_for(b, 1, 0);
	check_eq(port_ask_for(c, 0, QUEUE, 0), -EINPROGRESS);
	check_eq(port_allocate(d), -EINPROGRESS);
	check_eq(port_waiters(fd), 4);
	check_queue(1, NONE);
	check_queue(2, 1);
	check_queue(3, 0);
	check_queue(4, NONE);

	check_eq(port_free(fd), 0);
	wait_owner(a);
	check_eq(selected(), -1);
	check_eq(port_free(a), 0);
	check_eq(join(pid), 0);
	check_eq(selected(), 1);
	check_eq(do_write(b, "bb", 2), 2);
	check_eq(port_free(b), 0);
	wait_owner(c);
	check_eq(selected(), -1);
	/* The first use of the port selects. */
	check_eq(do_write(c, "c", 1), 1);
	check_eq(selected(), 0);
	check_eq(reported(), 0);
	check_eq(port_free(c), 0);
	wait_owner(d);
	check_eq(selected(), -1);
	check_eq(do_write(d, "ddd", 3), 3);
	check_eq(port_free(d), 0);
	check_eq(chain_peripheral(number, 0, "received"), 1);
	check_eq(chain_peripheral(number, 1, "received"), 2);
	check_eq(chain_peripheral(number, -1, "received"), 3);
	check_eq(port_waiters(fd), 0);
	leave();
}

static void try_and_deadline_select(void)
{
	int other;

	plug();
	other = open_queueing();
	check_eq(port_ask_for(fd, 1, PARBITER_REQUEST_TRY, 0), 0);
	check_eq(selected(), 1);
	check_eq(port_ask_for(other, 0, PARBITER_REQUEST_TRY, 0), -EBUSY);
	check_eq(port_waiters(fd), 0);
	check_eq(port_ask_for(other, 0, PARBITER_REQUEST_DEADLINE, now_ns() + 1),
		 -ETIMEDOUT);
	check_eq(selected(), 1);
	check_eq(port_ask_for(fd, 0, 0, 0), -EDEADLK);
	check_eq(port_free(fd), 0);
	check_eq(port_ask_for(other, 0, PARBITER_REQUEST_DEADLINE,
			      now_ns() + 60 * NSEC_PER_SEC), 0);
	check_eq(selected(), 0);
	check_eq(port_free(other), 0);
	/* A request that is granted at once selects at once. */
	check_eq(port_ask_for(other, 1, QUEUE, 0), 0);
	check_eq(selected(), 1);
	check_eq(port_free(other), 0);
	leave();
}

/* Let a request that is queued for @device be granted; nothing is selected yet. */
static int grant_wish(int device)
{
	int other = open_queueing();

	check_eq(port_allocate(fd), 0);
	check_eq(port_ask_for(other, device, QUEUE, 0), -EINPROGRESS);
	check_eq(port_free(fd), 0);
	wait_owner(other);
	check_eq(selected(), -1);
	return other;
}

/* A request that is refused leaves the wish of the one that was granted. */
static void a_refused_request_keeps_the_wish(void)
{
	int other;

	plug();
	other = grant_wish(0);
	check_eq(port_ask_for(other, 1, PARBITER_REQUEST_DEADLINE,
			      now_ns() + 60 * NSEC_PER_SEC), -EDEADLK);
	check_eq(set_byte(other, PPWDATA, 0x55), 0);
	check_eq(selected(), 0);
	check_eq(port_free(other), 0);
	leave();
}

static void yield_says_that_the_device_does_not_answer(void)
{
	int other;

	plug();
	other = grant_wish(MISSING);
	check_eq(port_request(other, PPYIELD, NULL), -ENXIO);
	check_eq(port_status(other).caller, PARBITER_CALLER_IDLE);
	wait_free();
	leave();
}

/* To PPNEGOT, ENXIO means that the peripheral has refused the mode. */
static void negotiation_says_that_the_device_does_not_answer(void)
{
	int other;

	plug();
	other = grant_wish(MISSING);
	check_eq(set_int(other, PPNEGOT, IEEE1284_MODE_NIBBLE), -EIO);
	check_eq(port_status(other).caller, PARBITER_CALLER_IDLE);
	wait_free();
	other = grant_wish(0);
	check_eq(set_int(other, PPNEGOT, IEEE1284_MODE_ECPRLE), -ENXIO);
	check_eq(selected(), 0);
	check_eq(port_status(other).caller, PARBITER_CALLER_OWNER);
	check_eq(port_free(other), 0);
	leave();
}

/* A request with a deadline that is stopped and continued selects its device. */
static void a_continued_request_selects(void)
{
	int other;
	pid_t pid;

	plug();
	other = port_open(number);
	check_eq(port_allocate(fd), 0);
	pid = ask_for(other, 1, now_ns() + 60 * NSEC_PER_SEC);
	kill(pid, SIGSTOP);
	wait_waiters(fd, 0);
	kill(pid, SIGCONT);
	wait_waiters(fd, 1);
	check_queue(1, 1);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	check_eq(selected(), 1);
	check_eq(port_free(other), 0);
	leave();
}

static void the_end_of_the_chain(void)
{
	plug();
	check_eq(port_ask_for(fd, END, 0, 0), 0);
	check_eq(selected(), -1);
	check_eq(reported(), END);
	check_eq(do_write(fd, "x", 1), 1);
	check_eq(chain_peripheral(number, -1, "received"), 1);
	check_eq(port_select(fd, 0, KEEP), 0);
	check_eq(selected(), 0);
	check_eq(port_select(fd, END, KEEP), 0);
	check_eq(selected(), -1);
	check_eq(port_deselect(fd, 0), 0);
	check_eq(reported(), NONE);
	leave();
}

static void whatever_ends_ownership_deselects(void)
{
	static const unsigned long requests[] = { PARBITER_FREE, PPRELEASE };
	int other;
	unsigned int i;

	plug();
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		check_eq(port_ask_for(fd, 1, 0, 0), 0);
		check_eq(selected(), 1);
		check_eq(port_request(fd, requests[i], NULL), 0);
		check_eq(selected(), -1);
		check_eq(reported(), NONE);
	}
	other = open_queueing();
	check_eq(port_ask_for(other, 0, 0, 0), 0);
	close(other);
	wait_free();
	check_eq(selected(), -1);

	other = open_queueing();
	check_eq(port_ask_for(fd, 0, 0, 0), 0);
	check_eq(port_allocate(other), -EINPROGRESS);
	set_nonblock(fd, true);
	check_eq(port_yield(fd), -EINPROGRESS);
	wait_owner(other);
	check_eq(selected(), -1);
	check_eq(port_free(other), 0);
	/* YIELD has asked for the port alone. */
	wait_owner(fd);
	check_eq(set_byte(fd, PPWDATA, 0), 0);
	check_eq(selected(), -1);
	check_eq(port_free(fd), 0);
	leave();
}

static int die_owning(void *unused)
{
	int client = port_open(number);

	(void)unused;
	check_eq(port_ask_for(client, 1, 0, 0), 0);
	check_eq(do_write(client, "x", 1), 1);
	pause();
	return 0;
}

static void a_dead_process_has_nothing_selected(void)
{
	pid_t pid;

	plug();
	pid = spawn(die_owning, NULL);
	wait_for(chain_peripheral(number, 1, "received") == 1);
	check_eq(selected(), 1);
	kill(pid, SIGKILL);
	wait_free();
	check_eq(selected(), -1);
	leave();
}

static void a_device_that_does_not_answer(void)
{
	int first, second, third;
	pid_t pid;

	plug();
	check_eq(port_ask_for(fd, MISSING, 0, 0), -ENXIO);
	check_eq(port_status(fd).caller, PARBITER_CALLER_IDLE);
	check_eq(port_ask_for(fd, MISSING, PARBITER_REQUEST_TRY, 0), -ENXIO);
	check_eq(port_ask_for(fd, MISSING, QUEUE, 0), -ENXIO);
	check_eq(port_select(fd, MISSING, 0), -ENXIO);
	check(port_is_free(fd));

	/* While it owns, it keeps the port, and nothing is selected. */
	check_eq(port_ask_for(fd, 1, 0, 0), 0);
	check_eq(port_select(fd, MISSING, KEEP), -ENXIO);
	check_eq(selected(), -1);
	check_eq(reported(), NONE);
	check_eq(port_status(fd).caller, PARBITER_CALLER_OWNER);

	/* The next waiter is served, whether the one before it sleeps or not. */
	first = port_open(number);
	second = open_queueing();
	third = open_queueing();
	pid = ask_for(first, MISSING, 0);
	check_eq(port_ask_for(second, MISSING, QUEUE, 0), -EINPROGRESS);
	check_eq(port_ask_for(third, 0, QUEUE, 0), -EINPROGRESS);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), ENXIO);
	wait_owner(second);
	check_eq(set_byte(second, PPWDATA, 0), -ENXIO);
	check_eq(port_status(second).caller, PARBITER_CALLER_IDLE);
	check_eq(set_byte(second, PPWDATA, 0), -EINVAL);
	wait_owner(third);
	check_eq(do_write(third, "x", 1), 1);
	check_eq(selected(), 0);
	check_eq(port_free(third), 0);
	check_eq(chain_peripheral(number, 0, "received"), 1);
	leave();
}

/* A device that was there when it was selected has no power when it is deselected. */
static void a_chain_that_has_gone(void)
{
	int waiter;

	plug();
	waiter = open_queueing();
	check_eq(port_ask_for(fd, 1, 0, 0), 0);
	vport("chain %u.0 silent", number);
	vport("chain %u.1 silent", number);
	check_eq(port_deselect(fd, KEEP), -ENXIO);
	check_eq(reported(), NONE);
	check_eq(port_deselect(fd, KEEP), 0);
	check_eq(port_status(fd).caller, PARBITER_CALLER_OWNER);
	vport("chain %u.1 well", number);
	check_eq(port_select(fd, 1, KEEP), -ENXIO);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	check_eq(port_deselect(fd, 0), 0);
	wait_owner(waiter);
	check_eq(port_free(waiter), 0);
	leave();
}

static void each_way_to_use_the_port_selects(void)
{
	static const unsigned long requests[] = {
		PPRSTATUS, PPRCONTROL, PPRDATA, PPWDATA,
	};
	unsigned int i, value = 0;
	int other;

	plug();
	other = open_queueing();
	for (i = 0; i < ARRAY_SIZE(requests); i++) {
		check_eq(port_allocate(fd), 0);
		check_eq(port_ask_for(other, 1, QUEUE, 0), -EINPROGRESS);
		check_eq(port_free(fd), 0);
		wait_owner(other);
		check_eq(port_request(other, requests[i], &value), 0);
		check_eq(selected(), 1);
		check_eq(port_free(other), 0);
	}
	leave();
}

/* A device that is not selected yet is forgotten together with the request. */
static void a_request_that_ended_selects_nothing(void)
{
	int other;

	plug();
	other = open_queueing();
	check_eq(port_allocate(fd), 0);
	check_eq(port_ask_for(other, 1, QUEUE, 0), -EINPROGRESS);
	/* Uses of the port while it waits do not matter. */
	check_eq(set_byte(other, PPWDATA, 0), -EINVAL);
	check_eq(port_ask_for(other, 0, QUEUE, 0), -EALREADY);
	check_eq(port_select(other, 0, KEEP), -EPERM);
	check_eq(port_cancel(other), 0);
	check_eq(port_free(fd), 0);
	check_eq(port_try(other), 0);
	check_eq(set_byte(other, PPWDATA, 0), 0);
	check_eq(selected(), -1);
	check_eq(port_free(other), 0);

	/* Granted, and freed before it was used */
	check_eq(port_allocate(fd), 0);
	check_eq(port_ask_for(other, 1, QUEUE, 0), -EINPROGRESS);
	check_eq(set_byte(other, PPWDATA, 0), -EINVAL);
	check_eq(port_free(fd), 0);
	wait_owner(other);
	check_eq(port_free(other), 0);
	check_eq(port_try(other), 0);
	check_eq(set_byte(other, PPWDATA, 0), 0);
	check_eq(selected(), -1);
	check_eq(port_free(other), 0);
	leave();
}

/* The control lines are the program's before and after a packet. */
static void registers_are_as_before(void)
{
	long irqs;

	plug();
	irqs = vport_counter(number, "irq.raised");
	vport("peripheral %u.1 ieee1284 ack-irq", number);
	check_eq(port_allocate(fd), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x06), 0);
	check_eq(set_int(fd, PPDATADIR, 1), 0);
	check_eq(port_select(fd, 1, KEEP), 0);
	check_eq(selected(), 1);
	check_eq(get_byte(fd, PPRCONTROL) & 0x0f, 0x06);
	check_eq(vport_register(number, "ctrl") & 0x20, 0x20);
	check_eq(port_deselect(fd, KEEP), 0);
	check_eq(get_byte(fd, PPRCONTROL) & 0x0f, 0x06);
	check_eq(vport_register(number, "ctrl") & 0x30, 0x30);
	check_eq(get_int(fd, PPCLRIRQ), 0);
	check_eq(vport_counter(number, "irq.raised"), irqs);
	check_eq(port_free(fd), 0);
	leave();
}

/* How often the host has ended a mode; the core has done so when it was plugged in. */
static long ended_modes(int place)
{
	return chain_peripheral(number, place, "terminations");
}

/* The mode that the program has negotiated with a device ends with the selection. */
static void a_mode_ends_with_the_selection(void)
{
	long disk, scan;

	plug();
	disk = ended_modes(0);
	scan = ended_modes(1);
	check_eq(port_ask_for(fd, 0, 0, 0), 0);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(port_select(fd, 1, KEEP), 0);
	check_eq(selected(), 1);
	check_eq(ended_modes(0), disk + 1);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(port_deselect(fd, KEEP), 0);
	check_eq(ended_modes(1), scan + 1);
	check_eq(port_select(fd, 1, KEEP), 0);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(port_free(fd), 0);
	check_eq(ended_modes(1), scan + 2);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	leave();
}

/* A mode with the end of the chain may be left, as without a chain. */
static void a_mode_of_the_end_ends_before_a_selection(void)
{
	long print, scan;

	plug();
	print = ended_modes(-1);
	scan = ended_modes(1);
	check_eq(port_allocate(fd), 0);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	check_eq(port_free(fd), 0);
	check_eq(ended_modes(-1), print);
	check_eq(port_ask_for(fd, 1, 0, 0), 0);
	check_eq(ended_modes(-1), print + 1);
	check_eq(set_int(fd, PPNEGOT, IEEE1284_MODE_NIBBLE), 0);
	close(fd);
	check_eq(ended_modes(1), scan + 1);
	leave();
}

static void invalid_arguments(void)
{
	struct parbiter_select select = { .size = sizeof(select) };

	plug();
	check_eq(port_ask_for(fd, END + 1, 0, 0), -EINVAL);
	check_eq(port_ask_for(fd, -2, 0, 0), -EINVAL);
	check_eq(port_select(fd, NONE, 0), -EINVAL);
	check_eq(port_select(fd, END + 1, KEEP), -EINVAL);
	check_eq(port_select(fd, 0, 2), -EINVAL);
	check_eq(port_select(fd, 0, KEEP), -EPERM);
	check_eq(port_deselect(fd, KEEP), -EPERM);
	check_eq(port_deselect(fd, 0), -EPERM);
	check_eq(port_deselect(fd, 2), -EINVAL);
	check_eq(port_request(fd, PARBITER_DESELECT, &select), -EINVAL);
	select.reserved = 1;
	check_eq(port_request(fd, PARBITER_SELECT, &select), -EINVAL);
	select.reserved = 0;
	select.size--;
	check_eq(port_request(fd, PARBITER_SELECT, &select), -EINVAL);
	select.size = 4097;
	check_eq(port_request(fd, PARBITER_SELECT, &select), -E2BIG);
	check_eq(port_request(fd, PARBITER_SELECT, NULL), -EFAULT);
	check_eq(port_request(fd, PARBITER_DESELECT, NULL), -EFAULT);
	check(port_is_free(fd));
	check(port_info(fd).features & PARBITER_FEATURE_SELECT);
	leave();
}

/* A native driver for which the core selects, and one that knows of no chain */
static void native_drivers_find_what_they_expect(void)
{
	unsigned int i;

	plug();
	vport("nadd %u scanner daisy=1", number);
	for (i = 0; i < 3; i++) {
		check_eq(port_ask_for(fd, 0, 0, 0), 0);
		check_eq(selected(), 0);
		check_eq(vport_error("nclaim %u scanner", number), -EBUSY);
		check_eq(selected(), 0);
		check_eq(do_write(fd, "x", 1), 1);
		check_eq(port_free(fd), 0);
		check_eq(selected(), -1);
		vport("nclaim %u scanner", number);
		check_eq(selected(), 1);
		check_eq(port_ask_for(fd, 0, PARBITER_REQUEST_TRY, 0), -EBUSY);
		check_eq(selected(), 1);
		vport("nrelease %u scanner", number);
		check_eq(selected(), -1);
	}
	/* An idle claim is handed over, and there is another native driver. */
	check_eq(port_ask_for(fd, 0, 0, 0), 0);
	check_eq(port_free(fd), 0);
	vport("nclaim %u scanner", number);
	check_eq(selected(), 1);
	vport("nrelease %u scanner", number);
	vport("nadd %u printer", number);
	if (natives_may_wait()) {
		check_eq(port_ask_for(fd, 0, 0, 0), 0);
		vport("nclaim-block %u printer", number);
		wait_for(port_poll(fd) & POLLPRI);
		check_eq(port_free(fd), 0);
		vport("nwait %u printer 10000", number);
		check_eq(selected(), -1);
		vport("nrelease %u printer", number);
	}
	check_eq(chain_peripheral(number, 0, "received"), 3);
	vport("nremove %u printer", number);
	vport("nremove %u scanner", number);
	leave();
}

static int select_until_gone(void *unused)
{
	int ret;

	(void)unused;
	while (!(ret = port_ask_for(fd, 1, 0, 0)))
		port_free(fd);
	return -ret;
}

/* The port is unplugged while a program is selecting, or has selected. */
static void unplugging_ends_it(void)
{
	long packets;
	pid_t pid;
	int i;

	for (i = 0; i < 3; i++) {
		plug();
		vport("hook %u write_data delay 2000", number);
		packets = chain_value(number, "packets");
		pid = spawn(select_until_gone, NULL);
		wait_for(chain_value(number, "packets") > packets + 2);
		vport_unplug(number);
		check_eq(join(pid), ENODEV);
		check_eq(port_select(fd, 0, KEEP), -ENODEV);
		check_eq(port_deselect(fd, 0), -ENODEV);
		close(fd);
		vport_check_gone(number);
	}
	plug();
	check_eq(port_ask_for(fd, 0, 0, 0), 0);
	vport_unplug(number);
	check_eq(port_free(fd), -ENODEV);
	close(fd);
	vport_check_gone(number);
	vport_close();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(select_and_deselect_while_owning),
		TEST(one_queue_for_the_port_and_for_devices),
		TEST(try_and_deadline_select),
		TEST(a_refused_request_keeps_the_wish),
		TEST(yield_says_that_the_device_does_not_answer),
		TEST(negotiation_says_that_the_device_does_not_answer),
		TEST(a_continued_request_selects),
		TEST(the_end_of_the_chain),
		TEST(whatever_ends_ownership_deselects),
		TEST(a_dead_process_has_nothing_selected),
		TEST(a_device_that_does_not_answer),
		TEST(a_chain_that_has_gone),
		TEST(each_way_to_use_the_port_selects),
		TEST(a_request_that_ended_selects_nothing),
		TEST(registers_are_as_before),
		TEST(a_mode_ends_with_the_selection),
		TEST(a_mode_of_the_end_ends_before_a_selection),
		TEST(invalid_arguments),
		TEST(native_drivers_find_what_they_expect),
		TEST(unplugging_ends_it),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
