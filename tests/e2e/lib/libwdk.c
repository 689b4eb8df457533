// SPDX-License-Identifier: GPL-2.0
/* The driver in the words of Windows' driver kit, on command */
#include "libwdk.h"

struct order {
	int driver;
	const char *command;
	long answer;
};

int wdk_open(unsigned int number)
{
	int driver = wdk_new();

	check_eq(wdk_ask(driver, "open", number), WDK_SUCCESS);
	return driver;
}

long wdk_ask(int driver, const char *verb, long value)
{
	char command[48];

	snprintf(command, sizeof(command), "%s %#lx", verb, value);
	return kclient_ask(driver, command);
}

static int order_child(void *arg)
{
	struct order *order = arg;

	check_eq(kclient_ask(order->driver, order->command), order->answer);
	return 0;
}

pid_t wdk_order(int driver, const char *command, long answer)
{
	struct order order = { driver, command, answer };

	return spawn(order_child, &order);
}
