// SPDX-License-Identifier: GPL-2.0
/* The port's interrupt, raised and counted on processor 0 */
#include "libirq.h"

#include <sys/io.h>

#define BASE		0x378
#define STATUS		(BASE + 1)
#define CONTROL		(BASE + 2)
#define IRQ		7

/* INIT and SELECT as in a port at rest, and the interrupt enable */
#define CONTROL_ARMED	0x1c

void irq_setup(void)
{
	char path[64];

	pin_to_cpu(0);
	snprintf(path, sizeof(path), "/proc/irq/%d/smp_affinity", IRQ);
	check_eq(write_file(path, "1"), 0);
	check_eq(ioperm(BASE, 3, 1), 0);
}

/*
 * The emulated port raises its interrupt at each write to the control register
 * that finds the enable bit already set, and keeps the line up until the status
 * register is read.
 */
void irq_arm(void)
{
	outb(CONTROL_ARMED, CONTROL);
	inb(STATUS);
	outb(CONTROL_ARMED, CONTROL);
	inb(STATUS);
}

unsigned long irq_count(void)
{
	unsigned long count = 0;
	char line[512];
	bool found = false;
	FILE *file = fopen("/proc/interrupts", "re");
	int nr;

	check(file);
	while (!found && fgets(line, sizeof(line), file))
		found = sscanf(line, "%d: %lu", &nr, &count) == 2 && nr == IRQ;
	fclose(file);
	check(found);
	return count;
}
