// SPDX-License-Identifier: GPL-2.0
/*
 * Data to and from a peripheral, in all modes of IEEE 1284 that the parport
 * core drives: the same sequences on ppdev and on parbiter. Each sequence
 * checks what the requests say and what the peripheral got; then what the
 * peripheral saw on its lines, and what it says of itself, must be the same
 * on both devices. So ppdev shows that the peripheral is right, and the
 * peripheral that parbiter is.
 *
 * The arguments are the devices, without the port's number; without arguments
 * both, but on the debug kernel only parbiter's, as it takes its time.
 *
 * vm: ports=none kernels=stock,debug timeout=180
 */
#include "libio.h"
#include "libvport.h"

/* Status lines: out of paper, off-line, in error; all of them busy */
#define PAPER_OUT	"78"
#define OFFLINE		"48"
#define ERROR		"50"
#define READY		"d8"

/* The lines that a peripheral sees, of the control register, and direction */
#define LINES		0x2f

/* Of the core, not of user space's linux/parport.h */
#define FWD_IDLE	1
#define REV_IDLE	5

#define BLOCK		1024	/* of one call of the core */

/**
 * struct device - where the requests go, and what is its own there
 * @path: its name without the port's number
 * @module: provides it
 * @nothing: what write() says with O_NONBLOCK if nothing was taken
 */
struct device {
	const char *path;
	const char *module;
	long nothing;
};

static const struct device devices[] = {
	{ "/dev/parport", "ppdev", 0 },
	{ "/dev/parbiter", "parbiter", -EAGAIN },
};

static bool chosen[ARRAY_SIZE(devices)];

/* The one that a sequence runs on, and its descriptor */
static const struct device *device;
static int fd;

/*
 * The requests, on any of the devices
 */

static int open_device(void)
{
	char path[32];
	int new;

	snprintf(path, sizeof(path), "%s%u", device->path, number);
	wait_for(access(path, F_OK) == 0);
	new = open(path, O_RDWR | O_CLOEXEC);
	if (new < 0)
		fail("open %s: %s", path, strerror(errno));
	return new;
}

static int negotiate(int mode)
{
	return set_int(fd, PPNEGOT, mode);
}

/* ppdev heeds it from the next claim on. */
static void change_patience(int which, long seconds, long microseconds)
{
	set_patience(which, seconds, microseconds);
	check_eq(release(which), 0);
	check_eq(claim(which), 0);
}

/*
 * What the peripheral says
 */

static void check_at_rest(void)
{
	check(!strcmp(vport_peripheral(number, "mode"), "compat"));
	check(!strcmp(vport_peripheral(number, "state"), "compatibility"));
}

static void check_mode(const char *name)
{
	const char *mode = vport_peripheral(number, "mode");

	if (strcmp(mode, name))
		fail("the peripheral is in mode %s, not %s", mode, name);
}

static void check_count(const char *name, long want)
{
	long got = vport_peripheral_number(number, name);

	if (got != want)
		fail("%s: %ld, not %ld, in: %s", name, got, want,
		     vport("peripheral %u show", number));
}

static unsigned char pattern(size_t i)
{
	return (unsigned char)(i * 7 + i / 251);
}

static unsigned char *fill(size_t count)
{
	unsigned char *data = malloc(count);
	size_t i;

	check(data);
	for (i = 0; i < count; i++)
		data[i] = pattern(i);
	return data;
}

/* All of it, once, in order */
static void check_received(size_t count)
{
	unsigned char *data = malloc(count + 1);
	size_t i;

	check(data);
	check_eq(vport_received(number, data, count + 1), count);
	for (i = 0; i < count; i++)
		if (data[i] != pattern(i))
			fail("byte %zu is %02x, not %02x", i, data[i],
			     pattern(i));
	free(data);
}

static void send_pattern(size_t from, size_t count)
{
	unsigned char *data = fill(from + count);

	vport_send(number, data + from, count);
	free(data);
}

static void check_pattern(const unsigned char *data, size_t from, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		if (data[i] != pattern(from + i))
			fail("byte %zu is %02x, not %02x", from + i, data[i],
			     pattern(from + i));
}

/*
 * The same on each device, and the comparison
 */

struct record {
	char *text;
	size_t len;
	size_t size;
};

static void append(struct record *record, const char *line)
{
	size_t len = strlen(line);

	if (record->size - record->len <= len) {
		record->size = 2 * record->size + len + 1;
		record->text = realloc(record->text, record->size);
		check(record->text);
	}
	memcpy(record->text + record->len, line, len + 1);
	record->len += len;
}

/*
 * What the peripheral saw: data written and read, and changes of the lines.
 * Not how often its status was read: that is a matter of time. Not writes that
 * change nothing: parbiter calls the core again where ppdev waits inside.
 */
static void add_trace(struct record *record, unsigned int control)
{
	char command[32], line[64], *trace, *at;
	unsigned int value;
	size_t len;

	append(record, "");
	snprintf(command, sizeof(command), "trace %u", number);
	trace = vport_ask(command, &len);
	for (at = strtok(trace, "\n"); at; at = strtok(NULL, "\n")) {
		if (sscanf(at, "W ctrl %x", &value) == 1) {
			if (!((value ^ control) & LINES))
				continue;
			control = value;
			snprintf(line, sizeof(line), "lines %02x\n",
				 value & LINES);
		} else if (sscanf(at, "W data %x", &value) == 1) {
			snprintf(line, sizeof(line), "data %02x\n", value);
		} else if (sscanf(at, "R data %x", &value) == 1) {
			snprintf(line, sizeof(line), "read %02x\n", value);
		} else {
			continue;
		}
		append(record, line);
	}
	free(trace);
}

static void compare(struct record *a, struct record *b, const char *what)
{
	char *one, *two, *save_one, *save_two;
	unsigned int n = 0;

	/* ppdev reads the status all the time while it waits. */
	if (!a->text || !b->text || !strcmp(a->text, b->text))
		return;
	one = strtok_r(a->text, "\n", &save_one);
	two = strtok_r(b->text, "\n", &save_two);
	for (; one && two && !strcmp(one, two); n++) {
		one = strtok_r(NULL, "\n", &save_one);
		two = strtok_r(NULL, "\n", &save_two);
	}
	fail("%s differs after %u lines: %s: %s, %s: %s", what, n,
	     devices[0].path, one ? one : "nothing more",
	     devices[1].path, two ? two : "nothing more");
}

static void run_sequence(void (*sequence)(void), const char *kind,
			 const char *peripheral, struct record *lines,
			 struct record *said)
{
	unsigned int control;

	note("on %s", device->path);
	number = (unsigned int)atoi(vport("add %s", kind));
	if (peripheral)
		vport("peripheral %u %s", number, peripheral);
	vport("reset %u", number);
	control = vport_register(number, "ctrl");
	fd = open_device();
	check_eq(claim(fd), 0);
	sequence();
	close(fd);
	append(said, "");
	if (peripheral) {
		check_at_rest();
		append(said, vport("peripheral %u show", number));
	}
	if (vport_counter(number, "lost"))
		note("too long a trace to compare");
	else
		add_trace(lines, control);
	vport("clear");
}

/*
 * On a port of @kind with @peripheral, NULL for none; @fd owns the port. What
 * the peripheral sees must be the same on both devices.
 */
static void on_each(void (*sequence)(void), const char *kind,
		    const char *peripheral)
{
	struct record lines[ARRAY_SIZE(devices)] = { };
	struct record said[ARRAY_SIZE(devices)] = { };
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++) {
		if (!chosen[i])
			continue;
		device = &devices[i];
		run_sequence(sequence, kind, peripheral, &lines[i], &said[i]);
	}
	if (!chosen[0] || !chosen[1])
		return;
	compare(&said[0], &said[1], "what the peripheral says");
	compare(&lines[0], &lines[1], "what the peripheral saw");
}

/* What ppdev does not promise */
static void on_parbiter(void (*sequence)(void), const char *kind,
			const char *peripheral)
{
	struct record lines = { }, said = { };

	if (!chosen[1])
		skip("not on %s", devices[0].path);
	device = &devices[1];
	run_sequence(sequence, kind, peripheral, &lines, &said);
}

/*
 * Negotiation
 */

static void do_no_answer(void)
{
	char byte;

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), -EIO);
	check_eq(negotiate(IEEE1284_MODE_BYTE), -EIO);
	check_eq(negotiate(IEEE1284_MODE_EPP), -EIO);
	check_eq(negotiate(IEEE1284_MODE_ECP), -EIO);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_eq(get_int(fd, PPGETPHASE), FWD_IDLE);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_eq(do_read(fd, &byte, 1), -EIO);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
}

static void nobody_answers(void)
{
	on_each(do_no_answer, "polled", NULL);
}

static void do_printer_negotiates(void)
{
	do_no_answer();
	check_count("violations", 0);
	check_eq(do_write(fd, "x", 1), 1);
	check_count("received", 1);
}

static void a_printer_does_not_answer(void)
{
	on_each(do_printer_negotiates, "polled", "printer");
}

struct mode {
	int value;
	const char *name;
	int phase;
};

static const struct mode modes[] = {
	{ IEEE1284_MODE_NIBBLE, "nibble", REV_IDLE },
	{ IEEE1284_MODE_BYTE, "byte", REV_IDLE },
	{ IEEE1284_MODE_ECP, "ecp", FWD_IDLE },
	{ IEEE1284_MODE_ECPSWE, "ecp", FWD_IDLE },
	{ IEEE1284_MODE_EPP, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPPSL, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPPSWE, "epp", FWD_IDLE },
	{ IEEE1284_MODE_EPP | IEEE1284_ADDR, "epp", FWD_IDLE },
	{ IEEE1284_MODE_ECP | IEEE1284_ADDR, "ecp", FWD_IDLE },
};

/* To what the core knows how to end: see an_address_mode_is_left(). */
static void forget_address(int mode)
{
	if (mode & IEEE1284_ADDR)
		check_eq(negotiate(mode & ~IEEE1284_ADDR), 0);
}

static void do_accept(void)
{
	const struct mode *mode;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		mode = &modes[i];
		check_eq(negotiate(mode->value), 0);
		check_eq(get_int(fd, PPGETMODE), mode->value);
		check_eq(get_int(fd, PPGETPHASE), mode->phase);
		check_mode(mode->name);
		check_eq(negotiate(mode->value), 0);
		check_count("negotiations", i + 1);
		forget_address(mode->value);
		check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
		check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
		check_at_rest();
		check_count("terminations", i + 1);
	}
	check_count("violations", 0);
}

static void modes_are_accepted(void)
{
	on_each(do_accept, "polled", "ieee1284");
}

static void modes_are_accepted_with_interrupts(void)
{
	on_each(do_accept, "irq", "ieee1284 ack-irq");
}

/* From one mode into the next: the core ends the first. */
static void do_change(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		check_eq(negotiate(modes[i].value), 0);
		check_mode(modes[i].name);
		forget_address(modes[i].value);
	}
	check_count("violations", 0);
}

static void modes_are_changed(void)
{
	on_each(do_change, "polled", "ieee1284");
}

static void do_refuse(void)
{
	static const int refused[] = {
		IEEE1284_MODE_BYTE, IEEE1284_MODE_EPP, IEEE1284_MODE_ECP,
		IEEE1284_MODE_ECPRLE, IEEE1284_MODE_EPPSWE,
		IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID,
		IEEE1284_EXT_LINK | 1,
	};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(refused); i++) {
		check_eq(negotiate(refused[i]), -ENXIO);
		check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
		check_at_rest();
		check_count("refusals", i + 1);
		check_count("terminations", i + 1);
		/* Events 6 and 27, which the core waits for, but not long */
		check_count("acks", 2 * (i + 1));
	}
	check_eq(negotiate(IEEE1284_MODE_BECP), -ENOSYS);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_write(fd, "x", 1), 1);
	check_count("negotiations", 1);
	check_count("received", 1);
	check_count("violations", 0);
}

static void modes_are_refused(void)
{
	on_each(do_refuse, "polled", "ieee1284 modes=nibble");
}

/*
 * From the peripheral
 */

#define SENT	300

/* All there is comes at once, up to the room; then nothing, then more. */
static void do_reverse(int mode, const char *name)
{
	unsigned char data[SENT];

	send_pattern(0, SENT);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, data, 100), 100);
	check_pattern(data, 0, 100);
	check_eq(do_read(fd, data, sizeof(data)), SENT - 100);
	check_pattern(data, 100, SENT - 100);
	set_nonblock(fd, true);
	check_eq(do_read(fd, data, sizeof(data)), -EAGAIN);
	check_mode(name);
	send_pattern(SENT, 5);
	set_nonblock(fd, false);
	check_eq(do_read(fd, data, sizeof(data)), 5);
	check_pattern(data, SENT, 5);
	check_eq(get_int(fd, PPGETMODE), mode);
	check_count("queued", 0);
	check_count("violations", 0);
}

static void do_nibbles(void)
{
	do_reverse(IEEE1284_MODE_NIBBLE, "nibble");
}

static void do_bytes(void)
{
	do_reverse(IEEE1284_MODE_BYTE, "byte");
}

static void nibbles_are_read(void)
{
	on_each(do_nibbles, "polled", "ieee1284");
}

static void bytes_are_read(void)
{
	on_each(do_bytes, "polled", "ieee1284");
}

static void nibbles_are_read_with_interrupts(void)
{
	on_each(do_nibbles, "irq", "ieee1284 ack-irq");
}

static void bytes_are_read_with_interrupts(void)
{
	on_each(do_bytes, "irq", "ieee1284 ack-irq");
}

/* read() finds a mode by itself: byte mode, or else nibble mode. */
static void do_read_at_once(void)
{
	unsigned char data[10];

	send_pattern(0, 3);
	check_eq(do_read(fd, data, sizeof(data)), 3);
	check_pattern(data, 0, 3);
	check_count("violations", 0);
}

static void read_chooses_byte_mode(void)
{
	on_each(do_read_at_once, "polled", "ieee1284");
}

static void read_chooses_nibble_mode(void)
{
	on_each(do_read_at_once, "polled", "ieee1284 modes=nibble");
}

static int read_three(void *arg)
{
	unsigned char data[3];

	(void)arg;
	check_eq(do_read(fd, data, sizeof(data)), 3);
	check_pattern(data, 0, 3);
	return 0;
}

/* Reverse idle, seen by the peripheral, is where the reader waits. */
static void do_wait_for_data(void)
{
	pid_t pid;

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	pid = spawn(read_three, NULL);
	wait_for(!strcmp(vport_peripheral(number, "state"), "reverse-idle"));
	check(task_state(pid) != 'Z');
	send_pattern(0, 3);
	check_eq(join(pid), 0);
	check_count("violations", 0);
}

static void read_waits_for_data(void)
{
	on_each(do_wait_for_data, "polled", "ieee1284");
}

static void read_waits_for_an_interrupt(void)
{
	on_each(do_wait_for_data, "irq", "ieee1284 ack-irq");
}

/*
 * To the peripheral
 */

static size_t many(void)
{
	return slow_kernel() ? 10000 : 200000;
}

static void do_write_all(void)
{
	unsigned char *data = fill(many());

	check_eq(do_write(fd, data, many()), many());
	check_received(many());
	check_count("violations", 0);
	free(data);
}

static void a_file_is_printed(void)
{
	on_each(do_write_all, "polled", "printer");
}

static void a_file_is_printed_with_interrupts(void)
{
	on_each(do_write_all, "irq", "printer ack-irq");
}

static void do_write_some(void)
{
	unsigned char *data = fill(600);

	check_eq(do_write(fd, data, 600), 600);
	check_received(600);
	check_count("violations", 0);
	free(data);
}

static void to_an_ieee1284_peripheral(void)
{
	on_each(do_write_some, "polled", "ieee1284");
}

/* Busy every now and then: nothing is lost, nothing comes twice. */
static void a_short_stall_costs_nothing(void)
{
	on_each(do_write_some, "polled", "printer stall=7 polls=3");
}

static void a_long_stall_costs_nothing(void)
{
	on_each(do_write_some, "polled", "printer stall=64 polls=200");
}

static void a_stall_ends_by_interrupt(void)
{
	on_each(do_write_some, "irq", "printer stall=64 polls=200 ack-irq");
}

/*
 * Busy, and asked for so long that the core must have given up waiting at
 * least once: it asks some 100 times in one go.
 */
static void wait_in_vain(void)
{
	long reads = vport_counter(number, "reads.status");

	check_count("busy", 1);
	wait_for(vport_counter(number, "reads.status") > reads + 250);
}

static int write_600(void *arg)
{
	unsigned char *data = fill(600);

	(void)arg;
	check_eq(do_write(fd, data, 600), 600);
	return 0;
}

/* Told when to go on, as a printer is that prints */
static void do_go_on(void)
{
	pid_t pid = spawn(write_600, NULL);
	int i;

	for (i = 1; i <= 6; i++) {
		wait_for(vport_peripheral_number(number, "received") == 100 * i);
		if (i < 6)
			wait_in_vain();
		vport("peripheral %u ready", number);
	}
	check_eq(join(pid), 0);
	check_received(600);
	check_count("violations", 0);
}

static void write_goes_on(void)
{
	on_each(do_go_on, "polled", "printer stall=100");
}

static void write_goes_on_by_interrupt(void)
{
	on_each(do_go_on, "irq", "printer stall=100 ack-irq");
}

/* Bytes that are not taken in time are not counted, and not sent later. */
static void do_give_up(void)
{
	unsigned char *data = fill(600);

	change_patience(fd, 0, 100000);
	check_eq(do_write(fd, data, 600), 100);
	check_received(100);
	check_eq(do_write(fd, data + 100, 500), 0);
	check_received(100);
	set_nonblock(fd, true);
	check_eq(do_write(fd, data + 100, 500), device->nothing);
	vport("peripheral %u ready", number);
	check_eq(do_write(fd, data + 100, 500), 100);
	set_nonblock(fd, false);
	vport("peripheral %u ready", number);
	check_eq(do_write(fd, data + 200, 50), 50);
	check_received(250);
	check_count("violations", 0);
	free(data);
}

static void write_gives_up(void)
{
	on_each(do_give_up, "polled", "printer stall=100");
}

static void write_gives_up_with_interrupts(void)
{
	on_each(do_give_up, "irq", "printer stall=100 ack-irq");
}

static int write_interrupted(void *arg)
{
	unsigned char *data = fill(600);

	(void)arg;
	handle(SIGUSR1, 0);
	check_eq(do_write(fd, data, 600), 100);
	return 0;
}

/* A signal does not hide what was taken. */
static void do_interrupt_write(void)
{
	unsigned char *data = fill(600);
	pid_t pid = spawn(write_interrupted, NULL);

	wait_for(vport_peripheral_number(number, "received") == 100);
	kill(pid, SIGUSR1);
	check_eq(join(pid), 0);
	vport("peripheral %u ready", number);
	check_eq(do_write(fd, data + 100, 100), 100);
	check_received(200);
	check_count("violations", 0);
	free(data);
}

static void a_signal_ends_write(void)
{
	on_each(do_interrupt_write, "polled", "printer stall=100");
}

static void a_signal_ends_write_with_interrupts(void)
{
	on_each(do_interrupt_write, "irq", "printer stall=100 ack-irq");
}

/* A job that died, and the next one */
static void do_kill_writer(void)
{
	unsigned char *data = fill(600);
	pid_t pid = spawn(write_600, NULL);

	wait_for(vport_peripheral_number(number, "received") == 100);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	vport("peripheral %u ready", number);
	check_eq(do_write(fd, data + 100, 50), 50);
	check_received(150);
	check_count("violations", 0);
	free(data);
}

static void a_dead_writer_leaves_no_trace(void)
{
	on_each(do_kill_writer, "polled", "printer stall=100");
}

static int claim_and_write(void *arg)
{
	int which = *(int *)arg;

	check_eq(claim(which), 0);
	check_eq(do_write(which, "z", 1), 1);
	check_eq(release(which), 0);
	return 0;
}

/* Waiting for the printer is no occasion for another's bytes. */
static void wait_with_another(int other)
{
	pid_t writer, waiter;
	int i;

	writer = spawn(write_600, NULL);
	wait_for(vport_peripheral_number(number, "received") == 100);
	waiter = spawn(claim_and_write, &other);
	wait_asleep(waiter, PPCLAIM);
	for (i = 1; i <= 6; i++) {
		wait_for(vport_peripheral_number(number, "received") == 100 * i);
		if (i < 6)
			wait_in_vain();
		check_eq(task_state(waiter), 'S');
		vport("peripheral %u ready", number);
	}
	check_eq(join(writer), 0);
	check_received(600);
	check_eq(release(fd), 0);
	check_eq(join(waiter), 0);
	check_eq(claim(fd), 0);
	check_count("received", 601);
	check_count("violations", 0);
	close(other);
}

static void do_wait_with_client(void)
{
	wait_with_another(open_device());
}

static void do_wait_with_native(void)
{
	int other;

	device = &devices[0];
	other = open_device();
	device = &devices[1];
	wait_with_another(other);
}

static void nobody_writes_in_between(void)
{
	on_parbiter(do_wait_with_client, "polled", "printer stall=100");
}

/* The core would let a native driver in: it gives up the port and sleeps. */
static void no_native_writes_in_between(void)
{
	if (!chosen[0])
		skip("no native driver");
	if (slow_kernel())
		skip("lockdep reports the core's own claim, see lockup.c");
	on_parbiter(do_wait_with_native, "polled", "printer stall=100");
}

/* An upset printer is not waited for, for all the time there is. */
static void do_upset(void)
{
	static const char * const upset[] = { PAPER_OUT, OFFLINE, ERROR };
	unsigned int i;

	change_patience(fd, 3600, 0);
	for (i = 0; i < ARRAY_SIZE(upset); i++) {
		vport("status %u %s", number, upset[i]);
		check_eq(do_write(fd, "x", 1), 0);
		vport("status %u %s", number, READY);
		check_eq(do_write(fd, "y", 1), 1);
	}
	check_count("received", ARRAY_SIZE(upset));
	check_count("violations", 0);
}

static void an_upset_printer_is_not_waited_for(void)
{
	on_each(do_upset, "polled", "printer");
}

/* A nibble mode that write() ends */
static void do_write_in_reverse(int mode)
{
	unsigned char byte;

	send_pattern(0, 2);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(do_write(fd, "x", 1), 1);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_count("received", 1);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(byte, pattern(1));
	check_count("violations", 0);
}

static void do_write_in_nibble_mode(void)
{
	do_write_in_reverse(IEEE1284_MODE_NIBBLE);
}

static void do_write_in_byte_mode(void)
{
	do_write_in_reverse(IEEE1284_MODE_BYTE);
}

static void write_ends_nibble_mode(void)
{
	on_each(do_write_in_nibble_mode, "polled", "ieee1284");
}

static void write_ends_byte_mode(void)
{
	on_each(do_write_in_byte_mode, "polled", "ieee1284");
}

/*
 * EPP and ECP
 */

static void do_both_ways(int mode, const char *name)
{
	unsigned char *data = fill(200);
	unsigned char got[200];

	check_eq(negotiate(mode), 0);
	check_eq(do_write(fd, data, 200), 200);
	check_received(200);
	send_pattern(0, 150);
	check_eq(do_read(fd, got, 100), 100);
	check_eq(do_read(fd, got + 100, 50), 50);
	check_pattern(got, 0, 150);
	set_nonblock(fd, true);
	check_eq(do_read(fd, got, 1), -EAGAIN);
	set_nonblock(fd, false);
	check_eq(do_write(fd, "z", 1), 1);
	check_count("received", 201);
	check_count("queued", 0);
	check_count("violations", 0);
	check_mode(name);
	check_eq(get_int(fd, PPGETMODE), mode);
	free(data);
}

static void do_addresses(int mode, const char *name)
{
	check_eq(negotiate(mode | IEEE1284_ADDR), 0);
	check_eq(do_write(fd, "\x12\x34", 2), 2);
	check_count("addresses", 2);
	check(!strcmp(vport_peripheral(number, "address"), "34"));
	check_eq(negotiate(mode), 0);
	check_eq(do_write(fd, "z", 1), 1);
	check_count("addresses", 2);
	check_count("received", 1);
	check_count("negotiations", 1);
	check_count("violations", 0);
	check_mode(name);
}

static void do_epp(void)
{
	do_both_ways(IEEE1284_MODE_EPP, "epp");
}

static void do_epp_software(void)
{
	do_both_ways(IEEE1284_MODE_EPPSWE, "epp");
}

static void do_epp_fast(void)
{
	int flags = PP_FASTWRITE | PP_FASTREAD | PP_W91284PIC;

	check_eq(port_request(fd, PPSETFLAGS, &flags), 0);
	do_both_ways(IEEE1284_MODE_EPP, "epp");
}

static void do_epp_addresses(void)
{
	unsigned char byte;

	do_addresses(IEEE1284_MODE_EPP, "epp");
	check_eq(negotiate(IEEE1284_MODE_EPP | IEEE1284_ADDR), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(byte, 0x34);
	forget_address(IEEE1284_MODE_EPP | IEEE1284_ADDR);
	check_count("violations", 0);
}

static void do_ecp(void)
{
	do_both_ways(IEEE1284_MODE_ECP, "ecp");
}

static void do_ecp_software(void)
{
	do_both_ways(IEEE1284_MODE_ECPSWE, "ecp");
}

static void do_ecp_addresses(void)
{
	do_addresses(IEEE1284_MODE_ECP, "ecp");
}

static void epp_goes_both_ways(void)
{
	on_each(do_epp, "polled", "ieee1284");
}

static void epp_goes_both_ways_in_software(void)
{
	on_each(do_epp_software, "polled", "ieee1284");
}

static void epp_goes_both_ways_fast(void)
{
	on_each(do_epp_fast, "polled", "ieee1284");
}

static void epp_has_addresses(void)
{
	on_each(do_epp_addresses, "polled", "ieee1284");
}

static void ecp_goes_both_ways(void)
{
	on_each(do_ecp, "polled", "ieee1284");
}

static void ecp_goes_both_ways_in_software(void)
{
	on_each(do_ecp_software, "polled", "ieee1284");
}

static void ecp_has_commands(void)
{
	on_each(do_ecp_addresses, "polled", "ieee1284");
}

/* A mode that the core can negotiate, but not write in */
static void do_no_such_write(void)
{
	check_eq(negotiate(IEEE1284_MODE_EPPSL), 0);
	check_eq(do_write(fd, "x", 1), -ENOSYS);
	check_mode("epp");
	check_count("received", 0);
}

static void a_mode_without_write(void)
{
	on_each(do_no_such_write, "polled", "ieee1284");
}

/*
 * Taking turns, and going
 */

/* Given up and got back, with nobody in between: the mode goes on. */
static void do_own_again(void)
{
	unsigned char data[4];

	send_pattern(0, 4);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_read(fd, data, 2), 2);
	check_eq(release(fd), 0);
	check_eq(claim(fd), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(do_read(fd, data + 2, 2), 2);
	check_pattern(data, 0, 4);
	check_count("negotiations", 1);
	check_count("violations", 0);
}

static void a_mode_outlives_release(void)
{
	on_each(do_own_again, "polled", "ieee1284");
}

/* Each in compatibility mode when it lets go: nobody disturbs anybody. */
static void do_take_turns(void)
{
	unsigned char byte;
	int other = open_device();
	int i;

	send_pattern(0, 3);
	for (i = 0; i < 3; i++) {
		check_eq(negotiate(IEEE1284_MODE_BYTE), 0);
		check_eq(do_read(fd, &byte, 1), 1);
		check_eq(byte, pattern((size_t)i));
		check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
		check_eq(release(fd), 0);
		check_eq(claim(other), 0);
		check_eq(do_write(other, "x", 1), 1);
		check_eq(release(other), 0);
		check_eq(claim(fd), 0);
	}
	close(other);
	check_count("received", 3);
	check_count("terminations", 3);
	check_count("violations", 0);
}

static void two_take_turns(void)
{
	on_each(do_take_turns, "polled", "ieee1284");
}

/*
 * One leaves the peripheral in a mode, the other does not know. Its registers
 * begin to end the mode, and the peripheral waits for the rest of that: busy.
 * Nobody can mend this but the first, who is still told that it is in the mode.
 */
static void do_clash(void)
{
	unsigned char byte;
	int other = open_device();

	send_pattern(0, 3);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	check_eq(release(fd), 0);
	check_eq(claim(other), 0);
	change_patience(other, 0, 100000);
	check(!strcmp(vport_peripheral(number, "state"), "event-25"));
	check_eq(do_write(other, "x", 1), 0);
	check_eq(release(other), 0);
	check_eq(claim(fd), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_NIBBLE);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_at_rest();
	check_count("terminations", 0);
	check(vport_peripheral_number(number, "violations") > 0);
	check_eq(do_write(fd, "y", 1), 1);
	check_count("received", 1);
	close(other);
}

static void a_mode_that_another_breaks(void)
{
	on_each(do_clash, "polled", "ieee1284");
}

static void do_close(int mode, bool owning)
{
	unsigned char byte;
	int other = open_device();
	int mine = fd;

	check_eq(release(fd), 0);
	fd = open_device();
	check_eq(claim(fd), 0);
	send_pattern(0, 2);
	check_eq(negotiate(mode), 0);
	check_eq(do_read(fd, &byte, 1), 1);
	if (!owning)
		check_eq(release(fd), 0);
	close(fd);
	check_at_rest();
	check_count("terminations", 1);
	check_count("violations", 0);
	check_eq(claim(other), 0);
	check_eq(do_write(other, "x", 1), 1);
	check_count("received", 1);
	close(other);
	fd = mine;
	check_eq(claim(fd), 0);
}

static void do_close_as_owner(void)
{
	do_close(IEEE1284_MODE_NIBBLE, true);
}

static void do_close_byte_as_owner(void)
{
	do_close(IEEE1284_MODE_BYTE, true);
}

static void do_close_epp_as_owner(void)
{
	do_close(IEEE1284_MODE_EPP, true);
}

static void do_close_ecp_as_owner(void)
{
	do_close(IEEE1284_MODE_ECP, true);
}

static void do_close_as_nobody(void)
{
	do_close(IEEE1284_MODE_NIBBLE, false);
}

static void close_ends_nibble_mode(void)
{
	on_each(do_close_as_owner, "polled", "ieee1284");
}

static void close_ends_byte_mode(void)
{
	on_each(do_close_byte_as_owner, "polled", "ieee1284");
}

static void close_ends_epp_mode(void)
{
	on_each(do_close_epp_as_owner, "polled", "ieee1284");
}

static void close_ends_ecp_mode(void)
{
	on_each(do_close_ecp_as_owner, "polled", "ieee1284");
}

static void close_ends_a_mode_after_release(void)
{
	on_each(do_close_as_nobody, "polled", "ieee1284");
}

/*
 * The core does not recognise EPP with addresses when it ends a mode, and
 * handshakes as for the others: the peripheral stays in EPP mode.
 */
static void do_leave_address_mode(void)
{
	check_eq(negotiate(IEEE1284_MODE_EPP | IEEE1284_ADDR), 0);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
	check_eq(get_int(fd, PPGETMODE), IEEE1284_MODE_COMPAT);
	check_at_rest();
	check_count("violations", 0);
}

static void an_address_mode_is_left(void)
{
	on_parbiter(do_leave_address_mode, "polled", "ieee1284");
}

static int own_in_nibble_mode(void *arg)
{
	unsigned char byte;

	(void)arg;
	fd = open_device();
	check_eq(claim(fd), 0);
	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	do_read(fd, &byte, 1);
	fail("read without data");
}

static void do_kill(void)
{
	pid_t pid;

	check_eq(release(fd), 0);
	pid = spawn(own_in_nibble_mode, NULL);
	wait_for(!strcmp(vport_peripheral(number, "state"), "reverse-idle"));
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	wait_for(!strcmp(vport_peripheral(number, "state"), "compatibility"));
	check_count("terminations", 1);
	check_count("violations", 0);
	check_eq(claim(fd), 0);
}

static void death_ends_a_mode(void)
{
	on_each(do_kill, "polled", "ieee1284");
}

/* As many interrupts as bytes; poll() tells. One by one: edges may merge. */
static void do_count_interrupts(void)
{
	int count = -1;
	int i;

	check_eq(port_request(fd, PPCLRIRQ, &count), 0);
	for (i = 1; i <= 50; i++) {
		check_eq(do_write(fd, "x", 1), 1);
		wait_for(vport_counter(number, "irq.handled") == i);
	}
	check(port_poll(fd) & POLLIN);
	check_eq(port_request(fd, PPCLRIRQ, &count), 0);
	check_eq(count, 50);
	check_eq(port_poll(fd) & POLLIN, 0);
	check_count("acks", 50);
}

static void acknowledgements_interrupt(void)
{
	on_each(do_count_interrupts, "irq", "printer ack-irq");
}

/* The peripheral itself: what it must complain about */
static void do_misbehave(void)
{
	check_eq(set_byte(fd, PPWDATA, 'a'), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWDATA, 'b'), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("violations", 1);
	check(!strcmp(vport_peripheral(number, "violated"),
		      "compatibility 0d 0c"));
	check_count("received", 1);
	check_eq(vport_error("peripheral %u ready", number), 0);
	check_eq(vport_error("peripheral %u ready", number), -EALREADY);

	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("violations", 2);
	check_count("received", 2);
	vport("peripheral %u ready", number);

	check_eq(negotiate(IEEE1284_MODE_NIBBLE), 0);
	check_eq(set_byte(fd, PPWCONTROL, 0x05), 0);
	check_count("violations", 3);
	check_eq(set_byte(fd, PPWCONTROL, 0x04), 0);
	check_count("violations", 4);
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check(!strcmp(vport_peripheral(number, "state"), "event-25"));
	check_eq(set_byte(fd, PPWCONTROL, 0x0d), 0);
	check_count("violations", 5);
	check_at_rest();
	check_eq(set_byte(fd, PPWCONTROL, 0x0c), 0);
	check_count("received", 3);
	check_eq(negotiate(IEEE1284_MODE_COMPAT), 0);
}

static void the_peripheral_complains(void)
{
	on_each(do_misbehave, "polled", "ieee1284 stall=1");
}

/* A device by its name: "/dev/parport" or "/dev/parbiter" */
static void choose(const char *path)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (!path || !strcmp(path, devices[i].path))
			chosen[i] = true;
}

int main(int argc, char **argv)
{
	static const char *modules[2 + ARRAY_SIZE(devices) + 1] = {
		"parport", "parbiter_vport",
	};
	static const struct setup setup = { .modules = modules };
	static const struct test tests[] = {
		TEST(nobody_answers),
		TEST(a_printer_does_not_answer),
		TEST(modes_are_accepted),
		TEST(modes_are_accepted_with_interrupts),
		TEST(modes_are_changed),
		TEST(modes_are_refused),
		TEST(nibbles_are_read),
		TEST(bytes_are_read),
		TEST(nibbles_are_read_with_interrupts),
		TEST(bytes_are_read_with_interrupts),
		TEST(read_chooses_byte_mode),
		TEST(read_chooses_nibble_mode),
		TEST(read_waits_for_data),
		TEST(read_waits_for_an_interrupt),
		TEST(a_file_is_printed),
		TEST(a_file_is_printed_with_interrupts),
		TEST(to_an_ieee1284_peripheral),
		TEST(a_short_stall_costs_nothing),
		TEST(a_long_stall_costs_nothing),
		TEST(a_stall_ends_by_interrupt),
		TEST(write_goes_on),
		TEST(write_goes_on_by_interrupt),
		TEST(write_gives_up),
		TEST(write_gives_up_with_interrupts),
		TEST(a_signal_ends_write),
		TEST(a_signal_ends_write_with_interrupts),
		TEST(a_dead_writer_leaves_no_trace),
		TEST(nobody_writes_in_between),
		TEST(no_native_writes_in_between),
		TEST(an_upset_printer_is_not_waited_for),
		TEST(write_ends_nibble_mode),
		TEST(write_ends_byte_mode),
		TEST(epp_goes_both_ways),
		TEST(epp_goes_both_ways_in_software),
		TEST(epp_goes_both_ways_fast),
		TEST(epp_has_addresses),
		TEST(ecp_goes_both_ways),
		TEST(ecp_goes_both_ways_in_software),
		TEST(ecp_has_commands),
		TEST(a_mode_without_write),
		TEST(a_mode_outlives_release),
		TEST(two_take_turns),
		TEST(a_mode_that_another_breaks),
		TEST(close_ends_nibble_mode),
		TEST(close_ends_byte_mode),
		TEST(close_ends_epp_mode),
		TEST(close_ends_ecp_mode),
		TEST(close_ends_a_mode_after_release),
		TEST(an_address_mode_is_left),
		TEST(death_ends_a_mode),
		TEST(acknowledgements_interrupt),
		TEST(the_peripheral_complains),
	};
	unsigned int i, n = 2;

	if (argc < 2)
		choose(slow_kernel() ? devices[1].path : NULL);
	for (i = 1; i < (unsigned int)argc; i++)
		choose(argv[i]);
	for (i = 0; i < ARRAY_SIZE(devices); i++)
		if (chosen[i])
			modules[n++] = devices[i].module;
	return run_tests_with(&setup, tests, ARRAY_SIZE(tests));
}
