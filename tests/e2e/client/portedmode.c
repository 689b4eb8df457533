// SPDX-License-Identifier: GPL-2.0
/*
 * A driver in the words of Windows' driver kit finds out what the port can do, and
 * sets and clears modes of its chip.
 *
 * vm: ports=none kernels=stock,debug
 */
#include "libvport.h"
#include "libwdk.h"

/* HardwareCapabilities, and values of the ECR */
#define CAN_ECP_EPP_AND_BYTE	0x0b
#define ECR_BYTE		0x20
#define ECR_BYTE_PIO		0x34
#define ECR_ECP			0x60

static int driver_open(unsigned int number)
{
	int driver = wdk_open(number);

	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	return driver;
}

static unsigned int ecr_mode(unsigned int number)
{
	return vport_register(number, "ecr") & 0xe0;
}

static void information_is_complete(void)
{
	unsigned int number = vport_plug("ecp");
	int driver = driver_open(number);

	check_eq(kclient_ask(driver, "callbacks"), 1);
	check_eq(kclient_ask(driver, "caps") & CAN_ECP_EPP_AND_BYTE,
		 CAN_ECP_EPP_AND_BYTE);
	check_eq(kclient_ask(driver, "current"), 0);
	check_eq(wdk_ask(driver, "name", number), 1);
	check_eq(kclient_ask(driver, "ecr"), 1);
	close(driver);
	vport_unplug(number);
}

/* The request and the callback do the same; a mode is what bits 5 to 7 say. */
static void modes_by(const char *set, const char *clear)
{
	unsigned int number = vport_plug("ecp");
	unsigned int before = vport_register(number, "ecr");
	int driver = driver_open(number);

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(wdk_ask(driver, clear, 0), WDK_UNSUCCESSFUL);
	check_eq(wdk_ask(driver, set, ECR_BYTE_PIO), WDK_SUCCESS);
	check_eq(ecr_mode(number), ECR_BYTE);
	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "current"), ECR_BYTE);
	check_eq(wdk_ask(driver, clear, ECR_ECP), WDK_INVALID_DEVICE_STATE);
	check_eq(wdk_ask(driver, clear, ECR_BYTE), WDK_SUCCESS);
	check_eq(vport_register(number, "ecr"), before);
	check_eq(wdk_ask(driver, set, ECR_ECP), WDK_SUCCESS);
	check_eq(ecr_mode(number), ECR_ECP);
	check_eq(wdk_ask(driver, set, ECR_BYTE), WDK_INVALID_DEVICE_STATE);
	check_eq(wdk_ask(driver, clear, ECR_ECP), WDK_SUCCESS);
	/* One driver means another mode, and lives by this. */
	check_eq(wdk_ask(driver, set, 4), WDK_SUCCESS);
	check_eq(vport_register(number, "ecr"), before);
	/* A Free ends the mode. */
	check_eq(wdk_ask(driver, set, ECR_BYTE), WDK_SUCCESS);
	check_eq(kclient(driver, "free"), 0);
	check_eq(vport_register(number, "ecr"), before);
	check_eq(kclient_ask(driver, "pnp"), WDK_SUCCESS);
	check_eq(kclient_ask(driver, "current"), 0);
	close(driver);
	vport_unplug(number);
}

static void modes_by_request(void)
{
	modes_by("set", "clear");
}

static void modes_by_callback(void)
{
	modes_by("setcb", "clearcb");
}

static void modes_that_the_port_has_not(void)
{
	unsigned int number = vport_plug("noecr");
	int driver = driver_open(number);

	check_eq(kclient_ask(driver, "callbacks"), 1);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(wdk_ask(driver, "set", ECR_ECP), WDK_NO_SUCH_DEVICE);
	check_eq(wdk_ask(driver, "setcb", ECR_ECP), WDK_NO_SUCH_DEVICE);
	check_eq(kclient(driver, "free"), 0);
	close(driver);
	vport_unplug(number);
}

/* What the driver has set is undone when it is unloaded. */
static void unloaded_with_a_mode(void)
{
	unsigned int number = vport_plug("ecp");
	unsigned int before = vport_register(number, "ecr");
	int driver = driver_open(number);

	check_eq(kclient_ask(driver, "allocate -1"), WDK_SUCCESS);
	check_eq(wdk_ask(driver, "set", ECR_BYTE), WDK_SUCCESS);
	close(driver);
	check_eq(unload_module(WDK_MODULE), 0);
	check_eq(vport_register(number, "ecr"), before);
	vport_unplug(number);
	vport_check_gone(number);
}

/* The port is gone: its requests end, and the driver can be unloaded. */
static void unplugged_while_it_waits(void)
{
	unsigned int number = vport_plug("ecp");
	int driver = driver_open(number);
	int fd = port_open(number);

	check_eq(port_allocate(fd), 0);
	check_eq(kclient_ask(driver, "leave"), WDK_PENDING);
	vport_unplug(number);
	wait_for(kclient_ask(driver, "left") == 1);
	check_eq(kclient_ask(driver, "try"), 0);
	check_eq(kclient_ask(driver, "allocate -1"), WDK_DELETE_PENDING);
	close(driver);
	close(fd);
	vport_check_gone(number);
}

int main(void)
{
	static const struct test tests[] = {
		TEST(information_is_complete),
		TEST(modes_by_request),
		TEST(modes_by_callback),
		TEST(modes_that_the_port_has_not),
		TEST(unloaded_with_a_mode),
		TEST(unplugged_while_it_waits),
	};

	return vport_run_tests(tests, ARRAY_SIZE(tests));
}
