// SPDX-License-Identifier: GPL-2.0
/*
 * ppdev's requests (linux/ppdev.h), one small function for each.
 *
 * The functions that use the port, or change the file's settings, are called
 * with pb_io.lock held. Their arguments are read from user memory before the
 * lock is taken, and written after it is dropped, with the direction and size
 * that are encoded in the request's number. The functions that ask for the port
 * or give it up are called without the lock. Documentation/uapi.rst compares
 * all of them with ppdev's.
 *
 * Programs access registers far more often than they make any other request.
 * For these requests, PPDEV_ACCESS() makes a function into which everything that
 * they do is compiled.
 */
#include <linux/build_bug.h>
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ppdev.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "acquire.h"
#include "file.h"
#include "io.h"
#include "port/port.h"
#include "ppdev.h"

/* Requests with a struct timeval as 32-bit and 64-bit programs lay it out */
#define PPDEV_GETTIME32		_IOR(PP_IOCTL, 0x95, s32[2])
#define PPDEV_SETTIME32		_IOW(PP_IOCTL, 0x96, s32[2])
#define PPDEV_GETTIME64		_IOR(PP_IOCTL, 0x95, s64[2])
#define PPDEV_SETTIME64		_IOW(PP_IOCTL, 0x96, s64[2])

union ppdev_arg {
	u8 byte;
	int number;
	struct ppdev_frob_struct frob;
	s32 time32[2];
	s64 time64[2];
};

typedef int (*ppdev_request)(struct pb_io *io, union ppdev_arg *arg);

static int ppdev_read_status(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	arg->byte = parport->ops->read_status(parport);
	return 0;
}

static int ppdev_read_data(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	arg->byte = parport->ops->read_data(parport);
	return 0;
}

static int ppdev_read_control(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	arg->byte = parport->ops->read_control(parport);
	return 0;
}

static int ppdev_write_data(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	parport->ops->write_data(parport, arg->byte);
	return 0;
}

static int ppdev_write_control(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	io->dirty = true;
	pb_io_write_control(parport, arg->byte);
	return 0;
}

static int ppdev_frob_control(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	io->dirty = true;
	pb_io_frob_control(parport, arg->frob.mask, arg->frob.val);
	return 0;
}

/*
 * The next interrupt writes the value, even if the file gives the port up and
 * owns it again before that.
 */
static int ppdev_write_control_on_irq(struct pb_io *io,
				      union ppdev_arg *arg)
{
	io->responds = true;
	atomic_set(&io->response, arg->byte);
	return 0;
}

static int ppdev_clear_irq(struct pb_io *io, union ppdev_arg *arg)
{
	arg->number = atomic_xchg(&io->interrupts, 0);
	return 0;
}

static int ppdev_set_direction(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);

	io->dirty = true;
	if (arg->number)
		parport->ops->data_reverse(parport);
	else
		parport->ops->data_forward(parport);
	return 0;
}

static bool ppdev_mode_is_valid(int mode)
{
	if (mode & IEEE1284_EXT_LINK)
		return !(mode & ~(IEEE1284_EXT_LINK | 0x7f));

	switch (mode & ~(IEEE1284_DEVICEID | IEEE1284_ADDR)) {
	case IEEE1284_MODE_NIBBLE:
	case IEEE1284_MODE_BYTE:
	case IEEE1284_MODE_COMPAT:
	case IEEE1284_MODE_BECP:
	case IEEE1284_MODE_ECP:
	case IEEE1284_MODE_ECPRLE:
	case IEEE1284_MODE_ECPSWE:
	case IEEE1284_MODE_EPP:
	case IEEE1284_MODE_EPPSL:
	case IEEE1284_MODE_EPPSWE:
		return true;
	}
	return false;
}

static int ppdev_negotiate(struct pb_io *io, union ppdev_arg *arg)
{
	struct parport *parport = pb_io_parport(io);
	int ret;

	if (!ppdev_mode_is_valid(arg->number))
		return -EINVAL;
	io->dirty = true;
	ret = pb_io_negotiate(parport, arg->number);
	parport->ops->enable_irq(parport);

	/*
	 * If a signal is pending, the core reports that the peripheral does not
	 * answer.
	 */
	if ((ret == -1 || ret == 1) && signal_pending(current))
		return -EINTR;
	switch (ret) {
	case -1:
		return -EIO;
	case 1:
		return -ENXIO;
	}
	return ret;
}

static int ppdev_set_time(struct pb_io *io, s64 sec, s64 usec)
{
	struct timespec64 ts;
	long timeout;

	if (sec < 0 || usec < 0 || usec >= USEC_PER_SEC)
		return -EINVAL;
	ts.tv_sec = sec;
	ts.tv_nsec = usec * NSEC_PER_USEC;
	timeout = timespec64_to_jiffies(&ts);
	if (timeout <= 0)
		return -EINVAL;
	WRITE_ONCE(io->timeout, timeout);
	return 0;
}

static int ppdev_set_time32(struct pb_io *io, union ppdev_arg *arg)
{
	return ppdev_set_time(io, arg->time32[0], arg->time32[1]);
}

/*
 * Return whether the caller's struct timeval has the microseconds in the upper
 * half of their 64-bit word.
 */
static bool ppdev_shifts_time64(void)
{
	return IS_ENABLED(CONFIG_SPARC64) && !in_compat_syscall();
}

static int ppdev_set_time64(struct pb_io *io, union ppdev_arg *arg)
{
	return ppdev_set_time(io, arg->time64[0],
			      arg->time64[1] >> (ppdev_shifts_time64() ? 32 : 0));
}

static int ppdev_get_time32(struct pb_io *io, union ppdev_arg *arg)
{
	struct timespec64 ts;

	jiffies_to_timespec64(io->timeout, &ts);
	arg->time32[0] = min_t(s64, ts.tv_sec, S32_MAX);
	arg->time32[1] = ts.tv_nsec / NSEC_PER_USEC;
	return 0;
}

static int ppdev_get_time64(struct pb_io *io, union ppdev_arg *arg)
{
	struct timespec64 ts;

	jiffies_to_timespec64(io->timeout, &ts);
	arg->time64[0] = ts.tv_sec;
	arg->time64[1] = (s64)(ts.tv_nsec / NSEC_PER_USEC)
			 << (ppdev_shifts_time64() ? 32 : 0);
	return 0;
}

/*
 * Return the function of a request that uses the port, but is no access to a
 * register; NULL: it is none.
 */
static ppdev_request ppdev_use(unsigned int cmd)
{
	switch (cmd) {
	case PPWCTLONIRQ:
		return ppdev_write_control_on_irq;
	case PPCLRIRQ:
		return ppdev_clear_irq;
	case PPNEGOT:
		return ppdev_negotiate;
	case PPDEV_SETTIME32:
		return ppdev_set_time32;
	case PPDEV_SETTIME64:
		return ppdev_set_time64;
	case PPDEV_GETTIME32:
		return ppdev_get_time32;
	case PPDEV_GETTIME64:
		return ppdev_get_time64;
	}
	return NULL;
}

/* Return the phase in which a mode begins. */
static enum ieee1284_phase ppdev_first_phase(int mode)
{
	switch (mode & ~(IEEE1284_DEVICEID | IEEE1284_ADDR)) {
	case IEEE1284_MODE_NIBBLE:
	case IEEE1284_MODE_BYTE:
		return IEEE1284_PH_REV_IDLE;
	}
	return IEEE1284_PH_FWD_IDLE;
}

static int ppdev_set_mode(struct pb_io *io, union ppdev_arg *arg)
{
	struct ieee1284_info *info = pb_io_info_locked(io);

	if (!ppdev_mode_is_valid(arg->number))
		return -EINVAL;
	if (info) {
		info->mode = arg->number;
		info->phase = ppdev_first_phase(arg->number);
	} else {
		io->mode = arg->number;
		io->phase = ppdev_first_phase(arg->number);
	}
	return 0;
}

static int ppdev_get_mode(struct pb_io *io, union ppdev_arg *arg)
{
	const struct ieee1284_info *info = pb_io_info_locked(io);

	arg->number = info ? info->mode : io->mode;
	return 0;
}

static int ppdev_set_phase(struct pb_io *io, union ppdev_arg *arg)
{
	struct ieee1284_info *info = pb_io_info_locked(io);

	if (arg->number < 0 || arg->number > IEEE1284_PH_ECP_DIR_UNKNOWN)
		return -EINVAL;
	if (info)
		info->phase = arg->number;
	else
		io->phase = arg->number;
	return 0;
}

static int ppdev_get_phase(struct pb_io *io, union ppdev_arg *arg)
{
	const struct ieee1284_info *info = pb_io_info_locked(io);

	arg->number = info ? info->phase : io->phase;
	return 0;
}

static int ppdev_set_flags(struct pb_io *io, union ppdev_arg *arg)
{
	io->flags = arg->number & PP_FLAGMASK;
	return 0;
}

static int ppdev_get_flags(struct pb_io *io, union ppdev_arg *arg)
{
	arg->number = io->flags;
	return 0;
}

/* Return what the port can do. A port that is gone can do nothing. */
static int ppdev_get_modes(struct pb_io *io, union ppdev_arg *arg)
{
	arg->number = 0;
	if (arbiter_is_on(&io->client->port->arb))
		arg->number = pb_io_parport(io)->modes;
	return 0;
}

/*
 * Return the function of a request about the settings of the file or of the
 * port, for which the file need not own; NULL: it is none.
 */
static ppdev_request ppdev_setting(unsigned int cmd)
{
	switch (cmd) {
	case PPSETMODE:
		return ppdev_set_mode;
	case PPGETMODE:
		return ppdev_get_mode;
	case PPSETPHASE:
		return ppdev_set_phase;
	case PPGETPHASE:
		return ppdev_get_phase;
	case PPSETFLAGS:
		return ppdev_set_flags;
	case PPGETFLAGS:
		return ppdev_get_flags;
	case PPGETMODES:
		return ppdev_get_modes;
	}
	return NULL;
}

/* Call one of the two functions, @use with the port entered. */
static int ppdev_do(struct pb_io *io, ppdev_request use,
		    ppdev_request set, union ppdev_arg *arg)
{
	int ret;

	if (use) {
		ret = pb_io_enter_long(io);
		/* ENXIO from PPNEGOT says that the file owns, and may try others. */
		if (ret == -ENXIO && use == ppdev_negotiate)
			return -EIO;
		if (ret)
			return ret;
		ret = use(io, arg);
		pb_io_leave(io);
		return ret;
	}
	if (mutex_lock_killable(&io->lock))
		return -EINTR;
	ret = set(io, arg);
	mutex_unlock(&io->lock);
	return ret;
}

/*
 * Wait for the port. As in ppdev, this waits even with O_NONBLOCK, and any
 * signal that runs a handler ends the wait, with or without SA_RESTART, because
 * programs limit the wait by alarm().
 */
static int ppdev_claim(struct pb_file *file)
{
	int ret;

	pb_client_note_caller(&file->client);
	WRITE_ONCE(file->claimed, true);
	ret = pb_acquire_wait(file, KTIME_MAX);
	if (ret == -ERESTARTSYS)
		return -ERESTARTNOHAND;
	if (ret)
		return ret;
	/* PPCLAIM sets the lines as the program has left them. */
	return pb_file_granted(file, pb_io_load(&file->io));
}

static int ppdev_release(struct pb_file *file)
{
	return pb_io_free(&file->io);
}

static int ppdev_yield(struct pb_file *file)
{
	return pb_acquire_next_turn(file, false) ?: pb_io_load(&file->io);
}

/*
 * An owner owns the port alone in any case, so this only returns the result
 * that ppdev would: it fails if the file has made a PPCLAIM before its first
 * PPEXCL.
 */
static int ppdev_exclude(struct pb_file *file)
{
	if (READ_ONCE(file->claimed))
		return READ_ONCE(file->exclusive) ? 0 : -EINVAL;
	WRITE_ONCE(file->exclusive, true);
	return 0;
}

/* Return the function of a request that asks for the port or gives it up. */
static int (*ppdev_ownership(unsigned int cmd))(struct pb_file *file)
{
	switch (cmd) {
	case PPCLAIM:
		return ppdev_claim;
	case PPRELEASE:
		return ppdev_release;
	case PPYIELD:
		return ppdev_yield;
	case PPEXCL:
		return ppdev_exclude;
	}
	return NULL;
}

/* Return EINVAL for errors about ownership, as ppdev does. */
static int ppdev_error(int error)
{
	return error == -EPERM || error == -EDEADLK ? -EINVAL : error;
}

static long ppdev_io(struct pb_io *io, unsigned int cmd, void __user *user)
{
	ppdev_request use = ppdev_use(cmd);
	ppdev_request set = use ? NULL : ppdev_setting(cmd);
	union ppdev_arg arg;
	int ret;

	if (!use && !set)
		return -ENOTTY;
	/* As in ppdev, EINVAL comes before EFAULT. */
	ret = use ? pb_io_check(io) : 0;
	if (ret)
		return ret;
	if ((_IOC_DIR(cmd) & _IOC_WRITE) &&
	    copy_from_user(&arg, user, _IOC_SIZE(cmd)))
		return -EFAULT;
	ret = ppdev_do(io, use, set, &arg);
	if (ret)
		return ret;
	if ((_IOC_DIR(cmd) & _IOC_READ) &&
	    copy_to_user(user, &arg, _IOC_SIZE(cmd))) {
		/*
		 * The caller did not learn of the interrupts, so count them
		 * again. A task that began to poll in the meantime is woken by
		 * the next interrupt.
		 */
		if (cmd == PPCLRIRQ)
			atomic_add(arg.number, &io->interrupts);
		return -EFAULT;
	}
	return 0;
}

static noinline long ppdev_other(struct pb_file *file, unsigned int cmd,
				 void __user *arg)
{
	int (*ownership)(struct pb_file *file) = ppdev_ownership(cmd);
	long ret;

	if (ownership)
		ret = ppdev_error(ownership(file));
	else
		ret = ppdev_io(&file->io, cmd, arg);
	return pb_file_result(file, ret);
}

/*
 * Read an argument, without the call and the loop of copy_from_user(). Returns 0
 * or -EFAULT.
 */
static __always_inline int ppdev_get_arg(union ppdev_arg *arg, unsigned int cmd,
					 const void __user *user)
{
	const u8 __user *bytes = user;

	switch (_IOC_SIZE(cmd)) {
	case sizeof(arg->byte):
		return get_user(arg->byte, bytes);
	case sizeof(arg->frob):
		return get_user(arg->frob.mask, bytes) ?:
		       get_user(arg->frob.val, bytes + 1);
	case sizeof(arg->number):
		return get_user(arg->number, (const int __user *)user);
	}
	BUILD_BUG();
}

/*
 * Do a request that accesses a register: call @use with the port entered. A port
 * that is gone cannot be entered, and one that goes away afterwards changes
 * nothing.
 */
static __always_inline long ppdev_access(struct pb_io *io, unsigned int cmd,
					 ppdev_request use, void __user *user)
{
	union ppdev_arg arg;
	int ret;

	/* As in ppdev, EINVAL comes before EFAULT. */
	if ((_IOC_DIR(cmd) & _IOC_WRITE) &&
	    unlikely(ppdev_get_arg(&arg, cmd, user)))
		return pb_io_check(io) ?: -EFAULT;
	ret = pb_io_enter(io);
	if (unlikely(ret))
		return ret;
	use(io, &arg);
	pb_io_leave(io);
	if (_IOC_DIR(cmd) & _IOC_READ)
		return put_user(arg.byte, (u8 __user *)user);
	return 0;
}

/*
 * Define NAME_access(), which does the request @cmd by NAME(). It is not inline,
 * because pb_ppdev_ioctl() would save the registers that each of them needs.
 */
#define PPDEV_ACCESS(name, cmd)						\
static noinline long name##_access(struct pb_io *io, void __user *user)	\
{									\
	return ppdev_access(io, cmd, name, user);			\
}

PPDEV_ACCESS(ppdev_read_status, PPRSTATUS)
PPDEV_ACCESS(ppdev_read_data, PPRDATA)
PPDEV_ACCESS(ppdev_read_control, PPRCONTROL)
PPDEV_ACCESS(ppdev_write_data, PPWDATA)
PPDEV_ACCESS(ppdev_write_control, PPWCONTROL)
PPDEV_ACCESS(ppdev_frob_control, PPFCONTROL)
PPDEV_ACCESS(ppdev_set_direction, PPDATADIR)

/**
 * pb_ppdev_ioctl() - do one of ppdev's requests
 * @filp: a file of parbiter
 * @cmd: PPCLAIM and others of linux/ppdev.h
 * @arg: the argument of the request
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: the file does not own the port, or, for PPCLAIM, owns it
 * already, or a value is not valid; -EFAULT: @arg cannot be read or written;
 * -ENODEV: the port is gone; -ENOTTY: @cmd is none of ppdev's requests;
 * -EALREADY, -ECANCELED, -EUSERS: from PPCLAIM and PPYIELD, as from
 * PARBITER_ALLOCATE; -ERESTARTNOHAND: a signal came during PPCLAIM; -EIO,
 * -ENXIO, -ENOSYS: from PPNEGOT, the peripheral does not answer, the peripheral
 * refuses the mode, or the core does not implement the mode; -ENXIO: from all others
 * that use the port, and -EIO from PPNEGOT: the device that the file's queued request
 * asked for does not answer, and the file does not own the port any more; -EINTR: a
 * signal came during PPYIELD or PPNEGOT, or the process was killed while another
 * thread used the port.
 */
long pb_ppdev_ioctl(struct file *filp, unsigned int cmd, void __user *arg)
{
	struct pb_file *file = filp->private_data;

	/* Programs wait for a line by making the first request again and again. */
	if (cmd == PPRSTATUS)
		return ppdev_read_status_access(&file->io, arg);
	if (cmd == PPRCONTROL)
		return ppdev_read_control_access(&file->io, arg);
	switch (cmd) {
	case PPRDATA:
		return ppdev_read_data_access(&file->io, arg);
	case PPWDATA:
		return ppdev_write_data_access(&file->io, arg);
	case PPWCONTROL:
		return ppdev_write_control_access(&file->io, arg);
	case PPFCONTROL:
		return ppdev_frob_control_access(&file->io, arg);
	case PPDATADIR:
		return ppdev_set_direction_access(&file->io, arg);
	}
	return ppdev_other(file, cmd, arg);
}
