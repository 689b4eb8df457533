// SPDX-License-Identifier: GPL-2.0
/*
 * winlamps: a Linux module around lamps.c, which is source for Windows. It takes the
 * place of DriverEntry() and of the dispatch routines.
 */
#include <linux/module.h>

#include <ntddk.h>
#include <parallel.h>

#include "lamps.h"

static unsigned char value = 0x55;
module_param(value, byte, 0444);
MODULE_PARM_DESC(value, "the lamps that are on, one bit each");

static LAMPS lamps;

static int __init winlamps_init(void)
{
	NTSTATUS status = LampsOpen(&lamps, L"\\Device\\ParallelPort0");

	if (NT_SUCCESS(status))
		status = LampsSet(&lamps, value);
	if (!NT_SUCCESS(status)) {
		pr_err("winlamps: no lamps at parport0: %#x\n", status);
		return -EIO;
	}
	return 0;
}
module_init(winlamps_init);

static void __exit winlamps_exit(void)
{
	LampsSet(&lamps, 0);
}
module_exit(winlamps_exit);

MODULE_DESCRIPTION("Example of a ported Windows driver");
MODULE_LICENSE("GPL");
