// SPDX-License-Identifier: GPL-2.0
/*
 * ppdev's requests (linux/ppdev.h) that read and write the port or the file's
 * settings; those that own it and give it up are in cdev.c. One small function
 * each. Documentation/uapi.rst compares them with ppdev's one by one.
 *
 * User memory is read before the port is entered and written after it is
 * left: see parbiter_io.lock.
 */
#include <linux/compat.h>
#include <linux/errno.h>
#include <linux/jiffies.h>
#include <linux/ppdev.h>
#include <linux/time64.h>
#include <linux/uaccess.h>

#include "client.h"
#include "io.h"
#include "port.h"
#include "ppdev.h"

/* struct timeval as 32-bit and 64-bit programs lay it out. */
#define PPDEV_GETTIME32		_IOR(PP_IOCTL, 0x95, s32[2])
#define PPDEV_SETTIME32		_IOW(PP_IOCTL, 0x96, s32[2])
#define PPDEV_GETTIME64		_IOR(PP_IOCTL, 0x95, s64[2])
#define PPDEV_SETTIME64		_IOW(PP_IOCTL, 0x96, s64[2])

/* What EINVAL is for comes before EFAULT, as with ppdev. */
static int ppdev_fetch(struct parbiter_io *io, void *to,
		       const void __user *from, size_t size)
{
	if (!arbiter_is_owner(&io->client->arb))
		return -EINVAL;
	return copy_from_user(to, from, size) ? -EFAULT : 0;
}

static int ppdev_read_register(struct parbiter_io *io, unsigned int cmd,
			       u8 __user *arg)
{
	const struct parport_operations *ops;
	struct parport *parport;
	u8 value;
	int ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	parport = parbiter_io_parport(io);
	ops = parport->ops;
	if (cmd == PPRSTATUS)
		value = ops->read_status(parport);
	else if (cmd == PPRDATA)
		value = ops->read_data(parport);
	else
		value = ops->read_control(parport);
	parbiter_io_leave(io);
	return put_user(value, arg);
}

static int ppdev_write_data(struct parbiter_io *io, const u8 __user *arg)
{
	struct parport *parport;
	u8 value;
	int ret;

	ret = ppdev_fetch(io, &value, arg, sizeof(value));
	if (ret)
		return ret;
	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	parport = parbiter_io_parport(io);
	parport->ops->write_data(parport, value);
	parbiter_io_leave(io);
	return 0;
}

static int ppdev_write_control(struct parbiter_io *io, const u8 __user *arg)
{
	u8 value;
	int ret;

	ret = ppdev_fetch(io, &value, arg, sizeof(value));
	if (ret)
		return ret;
	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	io->dirty = true;
	parbiter_io_write_control(parbiter_io_parport(io), value);
	parbiter_io_leave(io);
	return 0;
}

static int ppdev_frob_control(struct parbiter_io *io,
			      const struct ppdev_frob_struct __user *arg)
{
	struct ppdev_frob_struct frob;
	int ret;

	ret = ppdev_fetch(io, &frob, arg, sizeof(frob));
	if (ret)
		return ret;
	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	io->dirty = true;
	parbiter_io_frob_control(parbiter_io_parport(io), frob.mask, frob.val);
	parbiter_io_leave(io);
	return 0;
}

/* The next interrupt, be it in this ownership or a later one, does it. */
static int ppdev_write_control_on_irq(struct parbiter_io *io,
				      const u8 __user *arg)
{
	u8 value;
	int ret;

	ret = ppdev_fetch(io, &value, arg, sizeof(value));
	if (ret)
		return ret;
	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	io->responds = true;
	atomic_set(&io->response, value);
	parbiter_io_leave(io);
	return 0;
}

static int ppdev_clear_irq(struct parbiter_io *io, int __user *arg)
{
	int count, ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	count = atomic_xchg(&io->interrupts, 0);
	parbiter_io_leave(io);
	if (!put_user(count, arg))
		return 0;
	/* Not told, so not cleared. */
	atomic_add(count, &io->interrupts);
	return -EFAULT;
}

static int ppdev_set_direction(struct parbiter_io *io, int reverse)
{
	struct parport *parport;
	int ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	parport = parbiter_io_parport(io);
	io->dirty = true;
	if (reverse)
		parport->ops->data_reverse(parport);
	else
		parport->ops->data_forward(parport);
	parbiter_io_leave(io);
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

static int ppdev_negotiate(struct parbiter_io *io, int mode)
{
	struct parport *parport;
	int ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	if (!ppdev_mode_is_valid(mode)) {
		parbiter_io_leave(io);
		return -EINVAL;
	}
	parport = parbiter_io_parport(io);
	io->dirty = true;
	ret = parbiter_io_negotiate(parport, mode);
	parport->ops->enable_irq(parport);
	parbiter_io_leave(io);

	/* The core takes a signal for a peripheral that does not answer. */
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

static enum ieee1284_phase ppdev_first_phase(int mode)
{
	switch (mode & ~(IEEE1284_DEVICEID | IEEE1284_ADDR)) {
	case IEEE1284_MODE_NIBBLE:
	case IEEE1284_MODE_BYTE:
		return IEEE1284_PH_REV_IDLE;
	}
	return IEEE1284_PH_FWD_IDLE;
}

static int ppdev_set_mode(struct parbiter_io *io, int mode)
{
	struct ieee1284_info *info;

	if (!ppdev_mode_is_valid(mode))
		return -EINVAL;
	mutex_lock(&io->lock);
	io->mode = mode;
	io->phase = ppdev_first_phase(mode);
	info = parbiter_io_info_locked(io);
	if (info) {
		info->mode = io->mode;
		info->phase = io->phase;
	}
	mutex_unlock(&io->lock);
	return 0;
}

static int ppdev_get_mode(struct parbiter_io *io)
{
	struct ieee1284_info *info;
	int mode;

	mutex_lock(&io->lock);
	info = parbiter_io_info_locked(io);
	mode = info ? info->mode : io->mode;
	mutex_unlock(&io->lock);
	return mode;
}

static int ppdev_set_phase(struct parbiter_io *io, int phase)
{
	struct ieee1284_info *info;

	if (phase < 0 || phase > IEEE1284_PH_ECP_DIR_UNKNOWN)
		return -EINVAL;
	mutex_lock(&io->lock);
	io->phase = phase;
	info = parbiter_io_info_locked(io);
	if (info)
		info->phase = phase;
	mutex_unlock(&io->lock);
	return 0;
}

static int ppdev_get_phase(struct parbiter_io *io)
{
	struct ieee1284_info *info;
	int phase;

	mutex_lock(&io->lock);
	info = parbiter_io_info_locked(io);
	phase = info ? info->phase : io->phase;
	mutex_unlock(&io->lock);
	return phase;
}

static int ppdev_get_modes(struct parbiter_io *io, unsigned int __user *arg)
{
	struct parbiter_port *port = io->client->port;
	unsigned int modes = 0;

	mutex_lock(&port->lock);
	if (port->parport)
		modes = port->parport->modes;
	mutex_unlock(&port->lock);
	return put_user(modes, arg);
}

static int ppdev_set(struct parbiter_io *io, unsigned int cmd,
		     const int __user *arg)
{
	int value;

	if (get_user(value, arg))
		return -EFAULT;
	if (cmd == PPSETMODE)
		return ppdev_set_mode(io, value);
	if (cmd == PPSETPHASE)
		return ppdev_set_phase(io, value);
	WRITE_ONCE(io->flags, value & PP_FLAGMASK);
	return 0;
}

static int ppdev_act(struct parbiter_io *io, unsigned int cmd,
		     const int __user *arg)
{
	int value, ret;

	ret = ppdev_fetch(io, &value, arg, sizeof(value));
	if (ret)
		return ret;
	if (cmd == PPNEGOT)
		return ppdev_negotiate(io, value);
	return ppdev_set_direction(io, value);
}

static int ppdev_set_time(struct parbiter_io *io, s64 sec, s64 usec)
{
	struct timespec64 ts;
	long timeout;
	int ret;

	if (sec < 0 || usec < 0 || usec >= USEC_PER_SEC)
		return -EINVAL;
	ts.tv_sec = sec;
	ts.tv_nsec = usec * NSEC_PER_USEC;
	timeout = timespec64_to_jiffies(&ts);
	if (timeout <= 0)
		return -EINVAL;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	WRITE_ONCE(io->timeout, timeout);
	parbiter_io_leave(io);
	return 0;
}

static int ppdev_set_time32(struct parbiter_io *io, const s32 __user *arg)
{
	s32 time[2];
	int ret;

	ret = ppdev_fetch(io, time, arg, sizeof(time));
	if (ret)
		return ret;
	return ppdev_set_time(io, time[0], time[1]);
}

static int ppdev_set_time64(struct parbiter_io *io, const s64 __user *arg)
{
	s64 time[2];
	int ret;

	ret = ppdev_fetch(io, time, arg, sizeof(time));
	if (ret)
		return ret;
	/* Its microseconds are the upper half. */
	if (IS_ENABLED(CONFIG_SPARC64) && !in_compat_syscall())
		time[1] >>= 32;
	return ppdev_set_time(io, time[0], time[1]);
}

static int ppdev_get_time(struct parbiter_io *io, struct timespec64 *ts)
{
	int ret;

	ret = parbiter_io_enter(io);
	if (ret)
		return ret;
	jiffies_to_timespec64(io->timeout, ts);
	parbiter_io_leave(io);
	return 0;
}

static int ppdev_get_time32(struct parbiter_io *io, s32 __user *arg)
{
	struct timespec64 ts;
	s32 time[2];
	int ret;

	ret = ppdev_get_time(io, &ts);
	if (ret)
		return ret;
	time[0] = min_t(s64, ts.tv_sec, S32_MAX);
	time[1] = ts.tv_nsec / NSEC_PER_USEC;
	return copy_to_user(arg, time, sizeof(time)) ? -EFAULT : 0;
}

static int ppdev_get_time64(struct parbiter_io *io, s64 __user *arg)
{
	struct timespec64 ts;
	s64 time[2];
	int ret;

	ret = ppdev_get_time(io, &ts);
	if (ret)
		return ret;
	time[0] = ts.tv_sec;
	time[1] = ts.tv_nsec / NSEC_PER_USEC;
	if (IS_ENABLED(CONFIG_SPARC64) && !in_compat_syscall())
		time[1] <<= 32;
	return copy_to_user(arg, time, sizeof(time)) ? -EFAULT : 0;
}

/**
 * parbiter_ppdev_ioctl() - do one of ppdev's requests
 * @io: a file's
 * @cmd: PPRDATA and others of linux/ppdev.h
 * @arg: its argument
 *
 * Context: process, may sleep.
 * Return: 0; -EINVAL: the file does not own the port, or a value is not one;
 * -EFAULT; -ENODEV; -EIO, -ENXIO, -ENOSYS: PPNEGOT; -EINTR: a signal came
 * during PPNEGOT, or the process was killed while another thread used the
 * port; -ENOTTY: not one of them.
 */
long parbiter_ppdev_ioctl(struct parbiter_io *io, unsigned int cmd,
			  void __user *arg)
{
	switch (cmd) {
	case PPRSTATUS:
	case PPRDATA:
	case PPRCONTROL:
		return ppdev_read_register(io, cmd, arg);
	case PPWDATA:
		return ppdev_write_data(io, arg);
	case PPWCONTROL:
		return ppdev_write_control(io, arg);
	case PPFCONTROL:
		return ppdev_frob_control(io, arg);
	case PPWCTLONIRQ:
		return ppdev_write_control_on_irq(io, arg);
	case PPCLRIRQ:
		return ppdev_clear_irq(io, arg);
	case PPSETMODE:
	case PPSETPHASE:
	case PPSETFLAGS:
		return ppdev_set(io, cmd, arg);
	case PPNEGOT:
	case PPDATADIR:
		return ppdev_act(io, cmd, arg);
	case PPGETMODE:
		return put_user(ppdev_get_mode(io), (int __user *)arg);
	case PPGETPHASE:
		return put_user(ppdev_get_phase(io), (int __user *)arg);
	case PPGETFLAGS:
		return put_user(READ_ONCE(io->flags), (int __user *)arg);
	case PPGETMODES:
		return ppdev_get_modes(io, arg);
	case PPDEV_SETTIME32:
		return ppdev_set_time32(io, arg);
	case PPDEV_SETTIME64:
		return ppdev_set_time64(io, arg);
	case PPDEV_GETTIME32:
		return ppdev_get_time32(io, arg);
	case PPDEV_GETTIME64:
		return ppdev_get_time64(io, arg);
	}
	return -ENOTTY;
}
