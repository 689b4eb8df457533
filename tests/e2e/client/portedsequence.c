// SPDX-License-Identifier: GPL-2.0
/*
 * A driver in the words of Windows' driver kit takes part in the acceptance sequences
 * of Documentation/windows.rst, by IRPs that it waits for and by IRPs whose completion
 * routine tells it of the end. The other clients are programs, and kernel clients that
 * send the same requests. Sequences B and C are in portedselect.c.
 *
 * vm: ports=none kernels=stock,debug,rt,stock-7.2 timeout=180
 */
#include "libvport.h"
#include "libwdk.h"

#define ALLOCATE	"ioctl 16002c"
#define MISSING		3

static unsigned int number;
static int driver, fd;

static void plug(const char *kind)
{
	number = vport_plug(kind);
	driver = wdk_open(number);
	fd = port_open(number);
}

static void leave(void)
{
	check(port_is_free(fd));
	close(driver);
	close(fd);
	vport_unplug(number);
	vport_check_gone(number);
}

static void wait_ended(long status)
{
	wait_for(kclient_ask(driver, "how") != WDK_PENDING);
	check_eq(kclient_ask(driver, "how"), status);
}

/* The driver is C3; C1, C2 and C4 are programs. */
static void sequence_a(void)
{
	struct parbiter_status before, after;
	int c2, c4;

	plug("polled");
	c2 = port_open_flags(number, O_NONBLOCK);
	c4 = port_open(number);
	before = port_status(c4);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check(port_is_free(c4));
	check_eq(port_try(fd), 0);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check(!port_is_free(c4));
	check_eq(port_try(c2), -EBUSY);
	check_eq(port_allocate(c2), -EINPROGRESS);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(kclient_ask(driver, "later"), WDK_PENDING);
	check_eq(kclient_ask(driver, "waiters"), 2);
	check_eq(port_try(c4), -EBUSY);
	check_eq(port_cancel(c2), 0);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(port_free(fd), 0);
	wait_ended(WDK_SUCCESS);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check(!port_is_free(c4));
	check_eq(kclient(driver, "free"), 0);
	check(port_is_free(c4));
	after = port_status(c4);
	check_eq(after.allocates - before.allocates, 2);
	check_eq(after.frees - before.frees, 2);
	check_eq(after.cancels - before.cancels, 1);
	close(c2);
	close(c4);
	leave();
}

/* In sequence A the driver is C2, whose request is cancelled. */
static void sequence_a_of_who_cancels(void)
{
	plug("polled");
	check_eq(port_try(fd), 0);
	check_eq(kclient_ask(driver, "try"), 0);
	check_eq(kclient_ask(driver, "later"), WDK_PENDING);
	check_eq(kclient_ask(driver, "how"), WDK_PENDING);
	check_eq(kclient_ask(driver, "cancel"), 1);
	wait_ended(WDK_CANCELLED);
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(port_waiters(fd), 0);
	/* The IRP does not exist any more. */
	check_eq(kclient_ask(driver, "cancel"), 0);
	check_eq(port_free(fd), 0);
	/* It asks again, and comes too late with its cancel. */
	check_eq(kclient_ask(driver, "later"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "cancel"), 0);
	check_eq(kclient_ask(driver, "owned"), 1);
	check_eq(kclient(driver, "free"), 0);
	leave();
}

/* Three queued requests, one of them the driver's, end when the port goes. */
static void sequence_d(void)
{
	int kc[2];
	unsigned int i;

	plug("polled");
	check_eq(port_allocate(fd), 0);
	for (i = 0; i < ARRAY_SIZE(kc); i++) {
		kc[i] = kclient_open(number);
		check(strcmp(kclient_text(kc[i], ALLOCATE), "0x103 0") == 0);
	}
	check_eq(kclient_ask(driver, "later"), WDK_PENDING);
	check_eq(port_waiters(fd), 3);
	vport_unplug(number);
	wait_ended(WDK_CANCELLED);
	for (i = 0; i < ARRAY_SIZE(kc); i++) {
		wait_for((uint32_t)kclient_ask(kc[i], "iostatus") ==
			 WDK_CANCELLED);
		close(kc[i]);
	}
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(kclient_ask(driver, "later"), WDK_DELETE_PENDING);
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(kclient_ask(driver, "try"), 0);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(wdk_ask(driver, "open", number), WDK_NAME_NOT_FOUND);
	close(fd);
	close(driver);
	vport_check_gone(number);
}

/*
 * The port goes while the driver waits for it, and while the driver owns it: afterwards
 * nothing is owned, and a Free is harmless. The driver finds the port that is plugged
 * in next.
 */
static void a_port_that_goes_is_not_owned(void)
{
	static const char * const forms[] = { "later", "laterall" };
	unsigned int i, gone;

	for (i = 0; i < ARRAY_SIZE(forms); i++) {
		plug("polled");
		check_eq(port_allocate(fd), 0);
		check_eq(kclient_ask(driver, forms[i]), WDK_PENDING);
		vport_unplug(number);
		wait_ended(WDK_CANCELLED);
		/* One that looks at no status takes the end for a grant. */
		check_eq(kclient_ask(driver, "owned"), i);
		check_eq(kclient(driver, "free"), 0);
		close(fd);
		close(driver);
		vport_check_gone(number);
	}
	plug("polled");
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	gone = number;
	vport_unplug(number);
	check_eq(kclient(driver, "free"), 0);
	check_eq(kclient_ask(driver, "freereq"), WDK_DELETE_PENDING);
	close(fd);
	close(driver);
	vport_check_gone(gone);
	plug("polled");
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(port_try(fd), -EBUSY);
	check_eq(kclient(driver, "free"), 0);
	leave();
}

/* It takes nothing, and nobody is counted, whether somebody owns the port or not. */
static void sequence_e(void)
{
	struct parbiter_status before, after;

	plug("polled");
	before = port_status(fd);
	check_eq(kclient_ask(driver, "before"), WDK_CANCELLED);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "before"), WDK_CANCELLED);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
	after = port_status(fd);
	check_eq(after.allocates - before.allocates, 1);
	check_eq(after.cancels - before.cancels, 0);
	leave();
}

/* A cancelled request is taken for owned: the Free is refused, and counted. */
static void sequence_f_free_of_who_does_not_own(void)
{
	uint64_t refused;

	plug("polled");
	check_eq(port_allocate(fd), 0);
	refused = port_status(fd).refused_frees;
	check_eq(kclient_ask(driver, "laterall"), WDK_PENDING);
	check_eq(kclient_ask(driver, "cancel"), 1);
	wait_ended(WDK_CANCELLED);
	check_eq(kclient_ask(driver, "owned"), 1);
	check_eq(kclient(driver, "free"), 0);
	check_eq(port_status(fd).refused_frees, refused + 1);
	check_eq(kclient_ask(driver, "freereq"), WDK_SUCCESS);
	check_eq(port_status(fd).refused_frees, refused + 2);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
	/* A second Free, too, also of a port that is free */
	check_eq(kclient_ask(driver, "later"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "freereq"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "freereq"), WDK_SUCCESS);
	check_eq(port_status(fd).refused_frees, refused + 3);
	check_eq(kclient_ask(driver, "try"), 1);
	check_eq(kclient(driver, "free"), 0);
	leave();
}

/* What goes frees what it owns, and withdraws its own request only. */
static void sequence_f_close_of_one_client(void)
{
	int waiter;

	plug("polled");
	waiter = port_open_flags(number, O_NONBLOCK);
	check_eq(kclient_ask(driver, "later"), WDK_SUCCESS);
	check_eq(port_allocate(waiter), -EINPROGRESS);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	wait_owner(waiter);
	driver = wdk_open(number);
	check_eq(kclient_ask(driver, "later"), WDK_PENDING);
	set_nonblock(fd, true);
	check_eq(port_allocate(fd), -EINPROGRESS);
	check_eq(port_waiters(waiter), 2);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	check_eq(port_waiters(waiter), 1);
	check_eq(port_free(waiter), 0);
	wait_owner(fd);
	check_eq(port_free(fd), 0);
	close(waiter);
	driver = wdk_open(number);
	leave();
}

/* IS_PORT_FREE takes nothing, a select that fails gives back, a wait has a limit. */
static void sequence_f_the_others(void)
{
	struct parbiter_status before;

	plug("polled");
	before = port_status(fd);
	check(port_is_free(fd));
	check_eq(port_status(fd).allocates, before.allocates);
	check_eq(wdk_ask(driver, "select", MISSING), WDK_UNSUCCESSFUL);
	check(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "allocate 50"), WDK_CANCELLED);
	check_eq(port_free(fd), 0);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(port_allocate_timeout(fd, NSEC_PER_MSEC), -ETIMEDOUT);
	check_eq(kclient(driver, "free"), 0);
	leave();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(sequence_a),
		TEST(sequence_a_of_who_cancels),
		TEST(sequence_d),
		TEST(a_port_that_goes_is_not_owned),
		TEST(sequence_e),
		TEST(sequence_f_free_of_who_does_not_own),
		TEST(sequence_f_close_of_one_client),
		TEST(sequence_f_the_others),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
