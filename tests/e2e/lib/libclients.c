// SPDX-License-Identifier: GPL-2.0
/* A virtual port and two clients of it */
#include "libclients.h"

int a, b;

void open_two(const char *kind)
{
	number = vport_plug(kind);
	a = port_open(number);
	b = port_open(number);
}

void open_owned(const char *kind)
{
	open_two(kind);
	vport("reset %u", number);
	check_eq(claim(a), 0);
}

void close_two(void)
{
	close(a);
	close(b);
	vport("clear");
}

void close_two_gone(void)
{
	close(a);
	close(b);
	vport_check_gone(number);
	vport("clear");
}

unsigned int control(void)
{
	return vport_register(number, "ctrl");
}
