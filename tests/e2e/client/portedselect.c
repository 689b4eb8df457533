// SPDX-License-Identifier: GPL-2.0
/*
 * A driver in the words of Windows' driver kit selects devices of an IEEE 1284.3
 * chain and locks the port, beside programs. The chain is a virtual one, of two
 * devices and a peripheral at its end.
 *
 * vm: ports=none kernels=stock,debug,rt,stock-7.2 timeout=180
 */
#include "libchain.h"
#include "libwdk.h"

#define CHAIN	"irq device=MFG:A;MDL:Disk; device=MFG:B;MDL:Scan; end=MFG:C;MDL:Print;"

/* The flags of a command, above the ID of the device */
#define AT_END		0x100
#define KEEP		0x200

#define END_ID		4
#define MISSING		3
#define INIT_BUS	"code 0x160058"

static int driver, fd;

static void plug(void)
{
	number = vport_plug(CHAIN);
	driver = wdk_open(number);
	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	fd = port_open(number);
}

static void leave(void)
{
	check_eq(chain_selected(number), -1);
	check_eq(chain_value(number, "unheard"), 0);
	check(port_is_free(fd));
	close(driver);
	close(fd);
	vport_unplug(number);
	vport_check_gone(number);
}

static int open_queued(void)
{
	int client = port_open_flags(number, O_NONBLOCK);

	check_eq(port_allocate(client), -EINPROGRESS);
	return client;
}

static void selected_and_deselected(void)
{
	plug();
	check_eq(wdk_ask(driver, "select", 1), WDK_SUCCESS);
	check_eq(chain_selected(number), 1);
	check_eq(kclient_ask(driver, "owned"), 1);
	check_eq(port_try(fd), -EBUSY);
	check_eq(wdk_ask(driver, "deselect", 1), WDK_SUCCESS);
	check_eq(chain_selected(number), -1);
	wait_for(port_is_free(fd));
	/* Selected by request, freed by callback */
	check_eq(wdk_ask(driver, "select", 0), WDK_SUCCESS);
	check_eq(kclient(driver, "free"), 0);
	wait_for(port_is_free(fd));
	leave();
}

/* Sequence B of Documentation/windows.rst; the driver is C3. */
static void sequence_b(void)
{
	int c2, c4, second = wdk_new();
	pid_t pid;

	plug();
	check_eq(port_allocate(fd), 0);
	c2 = open_queued();
	pid = wdk_order(second, "select 0", WDK_SUCCESS);
	wait_waiters(fd, 2);
	c4 = open_queued();
	check_eq(kclient_ask(driver, "waiters"), 3);
	check_eq(port_free(fd), 0);
	wait_owner(c2);
	check_eq(chain_selected(number), -1);
	check_eq(kclient_ask(driver, "waiters"), 2);
	check_eq(port_free(c2), 0);
	check_eq(join(pid), 0);
	check_eq(chain_selected(number), 0);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(kclient(driver, "free"), 0);
	wait_owner(c4);
	check_eq(chain_selected(number), -1);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(port_free(c4), 0);
	close(c2);
	close(c4);
	close(second);
	leave();
}

/* Sequence C of Documentation/windows.rst; the driver is C1. */
static void sequence_c(void)
{
	int c2;

	plug();
	check_eq(wdk_ask(driver, "select", 0), WDK_SUCCESS);
	check_eq(chain_selected(number), 0);
	c2 = open_queued();
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(wdk_ask(driver, "select", 1 | KEEP), WDK_SUCCESS);
	check_eq(chain_selected(number), 1);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(wdk_ask(driver, "deselect", 1 | KEEP), WDK_SUCCESS);
	check_eq(chain_selected(number), -1);
	check_eq(kclient_ask(driver, "waiters"), 1);
	check_eq(kclient_ask(driver, "owned"), 1);
	check_eq(port_poll(c2), 0);
	check_eq(wdk_ask(driver, "select", 1 | KEEP), WDK_SUCCESS);
	check_eq(wdk_ask(driver, "deselect", 1), WDK_SUCCESS);
	wait_owner(c2);
	check_eq(chain_selected(number), -1);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(port_free(c2), 0);
	close(c2);
	leave();
}

/* Who says that it has the port, and has not, gets nothing, and does not wait. */
static void kept_without_the_port(void)
{
	plug();
	check_eq(wdk_ask(driver, "select", KEEP), WDK_INVALID_DEVICE_STATE);
	check_eq(wdk_ask(driver, "deselect", KEEP), WDK_INVALID_DEVICE_STATE);
	check_eq(wdk_ask(driver, "deselect", 0), WDK_INVALID_DEVICE_STATE);
	check(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(wdk_ask(driver, "select", KEEP), WDK_INVALID_DEVICE_STATE);
	check_eq(wdk_ask(driver, "deselect", 0), WDK_INVALID_DEVICE_STATE);
	check_eq(port_waiters(fd), 0);
	check_eq(port_poll(fd), POLLOUT);
	check_eq(port_free(fd), 0);
	leave();
}

/* A select that fails gives the port back; with KEEP it stays as it was. */
static void a_device_that_is_missing(void)
{
	plug();
	check_eq(wdk_ask(driver, "select", MISSING), WDK_UNSUCCESSFUL);
	check_eq(kclient_ask(driver, "owned"), 0);
	wait_for(port_is_free(fd));
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(wdk_ask(driver, "select", MISSING | KEEP), WDK_UNSUCCESSFUL);
	check_eq(port_try(fd), -EBUSY);
	check_eq(kclient(driver, "free"), 0);
	wait_for(port_is_free(fd));
	leave();
}

/* Once the devices are counted, a number that is too great is refused. */
static void devices_are_counted(void)
{
	plug();
	check_eq(kclient_ask(driver, "devices"), 0);
	check_eq(kclient_ask(driver, INIT_BUS), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "devices"), 2);
	check_eq(wdk_ask(driver, "select", MISSING), WDK_INVALID_PARAMETER);
	check_eq(wdk_ask(driver, "select", 9), WDK_INVALID_PARAMETER);
	check(port_is_free(fd));
	leave();
}

/* All three names of what is at the end of the chain */
static void the_end_of_the_chain(void)
{
	static const long names[] = { END_ID, 2, AT_END | MISSING };
	unsigned int i;

	plug();
	check_eq(kclient_ask(driver, INIT_BUS), WDK_SUCCESS);
	for (i = 0; i < ARRAY_SIZE(names); i++) {
		check_eq(wdk_ask(driver, "select", names[i]), WDK_SUCCESS);
		check_eq(chain_selected(number), -1);
		check_eq(port_try(fd), -EBUSY);
		check_eq(wdk_ask(driver, "deselect", names[i]), WDK_SUCCESS);
		wait_for(port_is_free(fd));
	}
	leave();
}

static void a_select_that_waits_is_cancelled(void)
{
	plug();
	check_eq(port_allocate(fd), 0);
	check_eq(wdk_ask(driver, "brief", 0), WDK_CANCELLED);
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(port_waiters(fd), 0);
	check_eq(chain_selected(number), -1);
	check_eq(port_free(fd), 0);
	leave();
}

/* The callbacks do not wait, and count nobody who would. */
static void by_callback(void)
{
	plug();
	check_eq(wdk_ask(driver, "selectcb", 0), WDK_SUCCESS);
	check_eq(chain_selected(number), 0);
	check_eq(wdk_ask(driver, "deselectcb", 0 | KEEP), WDK_SUCCESS);
	check_eq(wdk_ask(driver, "selectcb", 1 | KEEP), WDK_SUCCESS);
	check_eq(chain_selected(number), 1);
	check_eq(wdk_ask(driver, "deselectcb", 1), WDK_SUCCESS);
	wait_for(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(wdk_ask(driver, "selectcb", 0), WDK_DEVICE_BUSY);
	check_eq(kclient_ask(driver, "waiters"), 0);
	check_eq(kclient_ask(driver, "owned"), 0);
	check_eq(port_free(fd), 0);
	leave();
}

/* The forms of LOCK and UNLOCK without a selection */
static void locked_without_a_selection(void)
{
	int second = wdk_new();
	pid_t pid;

	plug();
	check_eq(kclient_ask(driver, "lock -1"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "lock -1"), WDK_SUCCESS);
	check_eq(chain_value(number, "selected"), -1);
	check_eq(port_try(fd), -EBUSY);
	/* Locked twice, unlocked once */
	check_eq(kclient_ask(driver, "unlock"), WDK_SUCCESS);
	wait_for(port_is_free(fd));
	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "lock 50"), WDK_CANCELLED);
	check_eq(port_waiters(fd), 0);
	/* It does not own, and disturbs nobody. */
	check_eq(kclient_ask(driver, "unlock"), WDK_SUCCESS);
	check_eq(port_poll(fd), POLLOUT);
	pid = wdk_order(second, "lock -1", WDK_SUCCESS);
	wait_waiters(fd, 1);
	check_eq(port_free(fd), 0);
	check_eq(join(pid), 0);
	check_eq(port_try(fd), -EBUSY);
	/* UNLOCK_PORT ends LOCK_PORT_NO_SELECT, too. */
	check_eq(kclient_ask(driver, "code 0x160098"), WDK_SUCCESS);
	wait_for(port_is_free(fd));
	close(second);
	leave();
}

int main(void)
{
	static const struct test tests[] = {
		TEST(selected_and_deselected),
		TEST(sequence_b),
		TEST(sequence_c),
		TEST(kept_without_the_port),
		TEST(a_device_that_is_missing),
		TEST(devices_are_counted),
		TEST(the_end_of_the_chain),
		TEST(a_select_that_waits_is_cancelled),
		TEST(by_callback),
		TEST(locked_without_a_selection),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
