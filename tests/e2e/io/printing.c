// SPDX-License-Identifier: GPL-2.0
/*
 * Compatibility mode, which sends data to the peripheral: printers that are
 * busy for a while or for ever or report an error, and programs that are
 * stopped while they write. Each sequence runs on ppdev and on parbiter, see
 * libperipheral.h.
 *
 * vm: kernels=stock,debug,stock-7.2 timeout=180 smp=any seconds=14
 */
#include "libnative.h"
#include "libperipheral.h"

/*
 * Status lines: out of paper, off-line, in error; the printer is busy in each
 * case
 */
#define PAPER_OUT	"78"
#define OFFLINE		"48"
#define ERROR		"50"
#define READY		"d8"

static size_t many(void)
{
	return effort(200000);
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

/*
 * The printer is busy from time to time: no byte is lost, and none is sent
 * twice.
 */
static void a_short_stall_loses_nothing(void)
{
	on_each(do_write_some, "polled", "printer stall=7 polls=3");
}

static void a_long_stall_loses_nothing(void)
{
	on_each(do_write_some, "polled", "printer stall=64 polls=200");
}

static void a_stall_ends_by_interrupt(void)
{
	on_each(do_write_some, "irq", "printer stall=64 polls=200 ack-irq");
}

static void wait_received(long count)
{
	wait_for(vport_peripheral_number(number, "received") == count);
}

/*
 * Wait until the core has looked at the busy printer so often that it must have
 * given up waiting at least once. It looks some 100 times before it gives up.
 */
static void wait_in_vain(void)
{
	check_count("busy", 1);
	vport_wait_polls(number, 251);
}

static int write_600(void *arg)
{
	unsigned char *data = fill(600);

	(void)arg;
	check_eq(do_write(fd, data, 600), 600);
	return 0;
}

/*
 * The printer becomes ready each time the test tells it to, as a printer does
 * that prints.
 */
static void do_go_on(void)
{
	pid_t pid = spawn(write_600, NULL);
	int i;

	for (i = 1; i <= 6; i++) {
		wait_received(100 * i);
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

/*
 * Write @from up to @to with O_NONBLOCK. On a slow machine this may take
 * several calls.
 */
static void write_now(const unsigned char *data, size_t from, size_t to)
{
	long ret;

	for (; from < to; from += ret) {
		ret = do_write(fd, data + from, 600 - from);
		check(ret > 0);
	}
	check_eq(from, to);
}

/*
 * Bytes that the printer did not take in time are not counted, and are not sent
 * later.
 */
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
	write_now(data, 100, 200);
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

/* A write that a signal ends returns the number of bytes that were taken. */
static void do_interrupt_write(void)
{
	unsigned char *data = fill(600);
	pid_t pid = spawn(write_interrupted, NULL);

	wait_received(100);
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

/* A program is killed while it writes, and the next program writes. */
static void do_kill_writer(void)
{
	unsigned char *data = fill(600);
	pid_t pid = spawn(write_600, NULL);

	wait_received(100);
	kill(pid, SIGKILL);
	check_eq(join(pid), 128 + SIGKILL);
	vport("peripheral %u ready", number);
	check_eq(do_write(fd, data + 100, 50), 50);
	check_received(150);
	check_count("violations", 0);
	free(data);
}

static void killed_writer_leaves_nothing_behind(void)
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

/* While one client waits for the printer, no byte of another client is sent. */
static void wait_with_another(int other)
{
	pid_t writer, waiter;
	int i;

	writer = spawn(write_600, NULL);
	wait_received(100);
	waiter = spawn(claim_and_write, &other);
	wait_asleep(waiter, PPCLAIM);
	for (i = 1; i <= 6; i++) {
		wait_received(100 * i);
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
	wait_with_another(ppdev_open(number));
}

static void nobody_writes_in_between(void)
{
	on_parbiter(do_wait_with_client, "polled", "printer stall=100");
}

/*
 * A native driver cannot claim the port while a write waits for the printer.
 * The core would give up the port and sleep there.
 */
static void no_native_writes_in_between(void)
{
	if (!module_loaded("ppdev"))
		skip("no native driver");
	if (slow_kernel())
		skip("lockdep reports the core's own claim, see lockup.c");
	on_parbiter(do_wait_with_native, "polled", "printer stall=100");
}

/*
 * A write does not wait for a printer that reports an error for as long as the
 * time limit allows.
 */
static void do_printer_in_error(void)
{
	static const char * const upset[] = { PAPER_OUT, OFFLINE, ERROR };
	unsigned int i;

	change_patience(fd, 3600, 0);
	for (i = 0; i < ARRAY_SIZE(upset); i++) {
		vport_status(number, upset[i]);
		check_eq(do_write(fd, "x", 1), 0);
		vport_status(number, READY);
		check_eq(do_write(fd, "y", 1), 1);
	}
	check_count("received", ARRAY_SIZE(upset));
	check_count("violations", 0);
}

static void write_does_not_wait_for_a_printer_in_error(void)
{
	on_each(do_printer_in_error, "polled", "printer");
}

/*
 * There are as many interrupts as bytes, and poll() reports them. The bytes are
 * written one by one, because interrupts may merge.
 */
static void do_count_interrupts(void)
{
	struct pollfd pfd = { .fd = fd, .events = POLLIN };
	int count = -1;
	int i;

	check_eq(port_request(fd, PPCLRIRQ, &count), 0);
	for (i = 1; i <= 50; i++) {
		check_eq(do_write(fd, "x", 1), 1);
		wait_for(vport_counter(number, "irq.handled") == i);
	}
	check(port_poll_wait(fd, POLLIN) & POLLIN);
	check_eq(port_request(fd, PPCLRIRQ, &count), 0);
	check_eq(count, 50);
	check_eq(poll(&pfd, 1, 0), 0);
	check_count("acks", 50);
}

static void acknowledgements_interrupt(void)
{
	on_each(do_count_interrupts, "irq", "printer ack-irq");
}

int main(int argc, char **argv)
{
	static const struct test tests[] = {
		TEST(a_file_is_printed),
		TEST(a_file_is_printed_with_interrupts),
		TEST(to_an_ieee1284_peripheral),
		TEST(a_short_stall_loses_nothing),
		TEST(a_long_stall_loses_nothing),
		TEST(a_stall_ends_by_interrupt),
		TEST(write_goes_on),
		TEST(write_goes_on_by_interrupt),
		TEST(write_gives_up),
		TEST(write_gives_up_with_interrupts),
		TEST(a_signal_ends_write),
		TEST(a_signal_ends_write_with_interrupts),
		TEST(killed_writer_leaves_nothing_behind),
		TEST(nobody_writes_in_between),
		TEST(no_native_writes_in_between),
		TEST(write_does_not_wait_for_a_printer_in_error),
		TEST(acknowledgements_interrupt),
	};

	return run_on_devices(argc, argv, tests, ARRAY_SIZE(tests));
}
