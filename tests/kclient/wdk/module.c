// SPDX-License-Identifier: GPL-2.0
/*
 * /dev/parbiter_wdk: a driver that is written in the driver kit's words, on
 * command.
 *
 * A command is one write(). If it has an answer, a number, read() returns it next;
 * a status of Windows is one in hexadecimal. Several threads may write commands at
 * a time, each to an open file of its own. A command may also be written to the
 * parameter "command" of the module, which an open file does not keep loaded; the
 * write fails with ECANCELED if the answer is STATUS_CANCELLED.
 *
 *	open N			IoGetDeviceObjectPointer(), GET_PARALLEL_PORT_INFO;
 *				answer: status
 *	same			open the port again; answer: 1 if it is the same
 *				device object, and DeviceExtension is Context
 *	pnp			GET_PARALLEL_PNP_INFO; answer: status
 *	callbacks		answer: 1 if both chip-mode callbacks are there
 *	caps | current		answer: members of the PNP information
 *	name N			answer: 1 if PortName is L"LPT1" for 0, and so on
 *	allocate MS		by a request, and cancel it after a time, -1: never;
 *				answer: status
 *	stop MS | own MS	the same with a completion routine that stops the
 *				completion, and with an IRP of the driver's own
 *	careless MS		the same; whatever the result is, it counts as owned
 *	try			by callback, with DeviceExtension; answer: 1 or 0
 *	free | freereq		by callback if it believes to own; by request
 *	owned			answer: 1 if it believes to own
 *	waiters			answer: QueryNumWaiters
 *	before			an IRP that was cancelled first; answer: status
 *	leave			leave a request pending; answer: status
 *	left			answer: number of completed requests that were left
 *	set M | clear M		chip modes by request; answer: status
 *	setcb M | clearcb M	by callback; answer: status
 *	immediate L		GET_PARALLEL_PORT_INFO with room for L bytes; answer:
 *				what it touched, TOUCHED_*
 *	code C			any code without buffers; answer: status
 *	print			prints a line with DbgPrint
 *	names			use what drivers use beside the port, which is free; answer:
 *				bits of what is wrong, see nameacc.c
 *	write V | data		the data register, by WRITE_PORT_UCHAR and back
 *	original		answer: the data register, by OriginalController
 *	addresses		answer: 1 if OriginalController is Controller, and
 *				OriginalEcpController is EcpController
 *	release			RELEASE_PARALLEL_PORT_INFO; answer: status
 *	later | laterall	ask for the port and go on; laterall: any end counts
 *				as owned; answer: status
 *	cancel			IoCancelIrp() for it; answer: 1 or 0
 *	how			answer: the status it has ended with, or STATUS_PENDING
 *	await			wait until it has ended; answer: status of the wait
 *	select D | brief D	by request; brief: cancelled after 50 ms. D is the ID of
 *				the device, plus 0x100 times the flags; answer: status
 *	deselect D		by request; answer: status
 *	selectcb D | deselectcb D	by callback; answer: status
 *	lock MS | unlock	LOCK_PORT_NO_SELECT, UNLOCK_PORT_NO_DESELECT; answer:
 *				status
 *	devices			answer: Ieee1284_3DeviceCount
 *	connect W		a service routine; W: 1: with a deferred port check;
 *				answer: status
 *	disconnect		answer: status
 *	interrupts | raised | atirq | checks	answer: calls of the service
 *				routine, those of them above DISPATCH_LEVEL, those that
 *				have owned the port; calls of the deferred port check
 *	ecr			answer: 1 if the ECR has the same address as seen from
 *				the port's base and from its ECP registers
 */
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/moduleparam.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include <ntddk.h>
#include <parallel.h>

#include "portacc.h"

#define COMMAND_LEN	64

static PORT_ACCESS port;

/**
 * struct verb - a command
 * @name: its name
 * @run: does it, and returns the answer
 */
struct verb {
	const char *name;
	long (*run)(long arg);
};

static long status_of(NTSTATUS status)
{
	return (u32)status;
}

static long do_open(long arg)
{
	WCHAR name[] = L"\\Device\\ParallelPort?";

	name[ARRAY_SIZE(name) - 2] = '0' + arg;
	return status_of(PtaOpen(&port, name));
}

static long do_same(long arg)
{
	PDEVICE_OBJECT before = port.PortDeviceObject;

	return PtaOpen(&port, L"\\Device\\ParallelPort0") == STATUS_SUCCESS &&
	       port.PortDeviceObject == before &&
	       before->DeviceExtension == port.PortInfo.Context;
}

static long do_pnp(long arg)
{
	return status_of(PtaGetPnpInfo(&port));
}

static long do_callbacks(long arg)
{
	return port.PnpInfo.TrySetChipMode && port.PnpInfo.ClearChipMode;
}

static long do_caps(long arg)
{
	return port.PnpInfo.HardwareCapabilities;
}

static long do_current(long arg)
{
	return port.PnpInfo.CurrentMode;
}

static long do_name(long arg)
{
	WCHAR name[] = L"LPT?";

	name[ARRAY_SIZE(name) - 2] = '1' + arg;
	return port.PnpInfo.PortName && wcslen(port.PnpInfo.PortName) == 4 &&
	       !memcmp(port.PnpInfo.PortName, name, sizeof(name));
}

static long do_allocate(long arg)
{
	return status_of(PtaAllocate(&port, arg));
}

static long do_stop(long arg)
{
	return status_of(PtiAllocate(&port, arg));
}

static long do_own(long arg)
{
	return status_of(PtiAllocateOwn(&port, arg));
}

static long do_careless(long arg)
{
	PtaAllocateCareless(&port, arg);
	return 0;
}

static long do_try(long arg)
{
	return PtaTryAllocate(&port);
}

static long do_free(long arg)
{
	PtaFree(&port);
	return 0;
}

static long do_freereq(long arg)
{
	port.Allocated = FALSE;
	return status_of(PtaControl(&port, IOCTL_INTERNAL_PARALLEL_PORT_FREE,
				    NULL, 0, NULL, 0, WAIT_FOREVER, NULL));
}

static long do_owned(long arg)
{
	return port.Allocated;
}

static long do_waiters(long arg)
{
	return port.PortInfo.QueryNumWaiters(port.PortInfo.Context);
}

static long do_before(long arg)
{
	return status_of(PtiCancelBefore(&port));
}

static long do_leave(long arg)
{
	return status_of(PtiLeavePending(&port));
}

static long do_left(long arg)
{
	/* The driver's source does not know Linux, and counts without a mark. */
	return data_race(READ_ONCE(PtiLeftCompleted));
}

static long do_set(long arg)
{
	return status_of(PtaChipMode(&port,
				     IOCTL_INTERNAL_PARALLEL_SET_CHIP_MODE, arg));
}

static long do_clear(long arg)
{
	return status_of(PtaChipMode(&port,
				     IOCTL_INTERNAL_PARALLEL_CLEAR_CHIP_MODE, arg));
}

static long do_setcb(long arg)
{
	return status_of(port.PnpInfo.TrySetChipMode(port.PnpInfo.Context, arg));
}

static long do_clearcb(long arg)
{
	return status_of(port.PnpInfo.ClearChipMode(port.PnpInfo.Context, arg));
}

static long do_immediate(long arg)
{
	NTSTATUS status;
	long touched = PtaImmediate(&port, arg, &status);
	NTSTATUS wanted = arg < sizeof(PARALLEL_PORT_INFORMATION) ?
			  STATUS_BUFFER_TOO_SMALL : STATUS_SUCCESS;

	return status == wanted ? touched : -EIO;
}

static long do_code(long arg)
{
	return status_of(PtaControl(&port, arg, NULL, 0, NULL, 0, WAIT_FOREVER,
				    NULL));
}

static long do_print(long arg)
{
	ANSI_STRING narrow = { .Length = 3, .Buffer = "counted" };
	UNICODE_STRING string;
	ULONG status = STATUS_CANCELLED;
	LONGLONG big = -5000000000LL;
	/* No zero ends it. */
	const char three[3] = { 'c', 'u', 't' };

	RtlInitUnicodeString(&string, L"Counted");
	DbgPrint("wdk: %wZ %ws %S %s %08lx %I64d %d%% %c%p\n", &string, L"wide",
		 L"large", "narrow", status, big, -7, 'c', NULL);
	DbgPrint("wdk: %hx %llu %Iu %x\n", 0x1234, 5000000000ULL, (ULONG_PTR)7,
		 0xabcd);
	DbgPrint("wdk: stop at %q %s\n", 1, 2);
	DbgPrint("wdk: %Z|%hS|%p|\n", &narrow, "b", port.PortInfo.Controller);
	DbgPrint("wdk: %.3s|%5s|%.2ws|\n", three, "ab", L"wide");
	return 0;
}

static long do_names(long arg)
{
	return PtxCheck(&port);
}

static long do_write(long arg)
{
	PtaWriteData(&port, arg);
	return 0;
}

static long do_data(long arg)
{
	return PtaReadData(&port);
}

static long do_ecr(long arg)
{
	return PtaEcr(&port) == PtiEcr(&port);
}

static long do_original(long arg)
{
	return PtaReadOriginal(&port);
}

static long do_addresses(long arg)
{
	return PtaSameAddresses(&port);
}

static long do_release(long arg)
{
	return status_of(PtaReleaseInfo(&port));
}

static long do_later(long arg)
{
	return status_of(PtiAllocateLater(&port, FALSE));
}

static long do_laterall(long arg)
{
	return status_of(PtiAllocateLater(&port, TRUE));
}

static long do_cancel(long arg)
{
	return PtiCancelLater();
}

static long do_how(long arg)
{
	return status_of(PtiHowLater());
}

static long do_await(long arg)
{
	return status_of(PtiAwaitLater());
}

static long do_select(long arg)
{
	return status_of(PtsSelect(&port, arg, arg >> 8, WAIT_FOREVER));
}

static long do_brief(long arg)
{
	return status_of(PtsSelect(&port, arg, arg >> 8, 50));
}

static long do_deselect(long arg)
{
	return status_of(PtsDeselect(&port, arg, arg >> 8));
}

static long do_selectcb(long arg)
{
	return status_of(PtsTrySelect(&port, arg, arg >> 8));
}

static long do_deselectcb(long arg)
{
	return status_of(PtsDeselectNow(&port, arg, arg >> 8));
}

static long do_lock(long arg)
{
	return status_of(PtsLock(&port, arg));
}

static long do_unlock(long arg)
{
	return status_of(PtsUnlock(&port));
}

static long do_devices(long arg)
{
	return port.PnpInfo.Ieee1284_3DeviceCount;
}

static long do_connect(long arg)
{
	return status_of(PtnConnect(&port, arg));
}

static long do_disconnect(long arg)
{
	return status_of(PtnDisconnect(&port));
}

/* The routines, which do not know Linux, count in an interrupt, without a mark. */
static long do_interrupts(long arg)
{
	/* See above. */
	return data_race(READ_ONCE(PtnCounts.Interrupts));
}

static long do_raised(long arg)
{
	/* See above. */
	return data_race(READ_ONCE(PtnCounts.Raised));
}

static long do_atirq(long arg)
{
	/* See above. */
	return data_race(READ_ONCE(PtnCounts.Allocated));
}

static long do_checks(long arg)
{
	/* See above. */
	return data_race(READ_ONCE(PtnCounts.PortChecks));
}

static const struct verb verbs[] = {
	{ "open", do_open }, { "same", do_same }, { "pnp", do_pnp },
	{ "callbacks", do_callbacks }, { "caps", do_caps },
	{ "current", do_current }, { "name", do_name },
	{ "allocate", do_allocate }, { "stop", do_stop }, { "own", do_own },
	{ "careless", do_careless }, { "try", do_try }, { "free", do_free },
	{ "freereq", do_freereq }, { "owned", do_owned },
	{ "waiters", do_waiters }, { "before", do_before },
	{ "leave", do_leave }, { "left", do_left }, { "set", do_set },
	{ "clear", do_clear }, { "setcb", do_setcb }, { "clearcb", do_clearcb },
	{ "immediate", do_immediate }, { "code", do_code },
	{ "print", do_print }, { "names", do_names }, { "write", do_write }, { "data", do_data },
	{ "ecr", do_ecr }, { "original", do_original },
	{ "addresses", do_addresses }, { "release", do_release },
	{ "later", do_later }, { "laterall", do_laterall },
	{ "cancel", do_cancel }, { "how", do_how }, { "await", do_await }, { "select", do_select },
	{ "brief", do_brief }, { "deselect", do_deselect },
	{ "selectcb", do_selectcb }, { "deselectcb", do_deselectcb },
	{ "lock", do_lock }, { "unlock", do_unlock },
	{ "devices", do_devices }, { "connect", do_connect },
	{ "disconnect", do_disconnect }, { "interrupts", do_interrupts },
	{ "raised", do_raised }, { "atirq", do_atirq }, { "checks", do_checks },
};

static const struct verb *find_verb(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verbs); i++)
		if (!strcmp(name, verbs[i].name))
			return &verbs[i];
	return NULL;
}

/* Do a command, which this changes. Return 0 or a negative error number. */
static int run_command(char *text, long *answer)
{
	const struct verb *verb;
	long value = 0;

	verb = find_verb(strsep(&text, " \n"));
	if (!verb || (text && kstrtol(strim(text), 0, &value)))
		return -EINVAL;
	if (!port.PortDeviceObject && verb->run != do_open)
		return -ENOTCONN;
	*answer = verb->run(value);
	return 0;
}

static ssize_t wdk_write(struct file *file, const char __user *buf, size_t len,
			 loff_t *pos)
{
	char text[COMMAND_LEN];
	int ret;

	if (len >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, len))
		return -EFAULT;
	text[len] = '\0';
	ret = run_command(text, file->private_data);
	return ret ?: len;
}

static int wdk_set_command(const char *value, const struct kernel_param *param)
{
	char text[COMMAND_LEN];
	long answer = 0;
	int ret;

	strscpy(text, value, sizeof(text));
	ret = run_command(text, &answer);
	return ret ?: answer == status_of(STATUS_CANCELLED) ? -ECANCELED : 0;
}

static const struct kernel_param_ops wdk_command_ops = {
	.set = wdk_set_command,
};
module_param_cb(command, &wdk_command_ops, NULL, 0200);
MODULE_PARM_DESC(command, "A command, see the source");

static ssize_t wdk_read(struct file *file, char __user *buf, size_t len,
			loff_t *pos)
{
	long *answer = file->private_data;
	char text[24];
	int size = scnprintf(text, sizeof(text), "%ld\n", *answer);

	len = min_t(size_t, len, size);
	return copy_to_user(buf, text, len) ? -EFAULT : len;
}

static int wdk_open(struct inode *inode, struct file *file)
{
	file->private_data = kzalloc(sizeof(long), GFP_KERNEL);
	return file->private_data ? nonseekable_open(inode, file) : -ENOMEM;
}

static int wdk_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations wdk_fops = {
	.owner = THIS_MODULE,
	.open = wdk_open,
	.release = wdk_release,
	.read = wdk_read,
	.write = wdk_write,
};

static struct miscdevice wdk_device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "parbiter_wdk",
	.fops = &wdk_fops,
	.mode = 0600,
};

module_misc_device(wdk_device);

MODULE_DESCRIPTION("A driver in the words of Windows' driver kit, for tests");
MODULE_LICENSE("GPL");
