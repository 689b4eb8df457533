// SPDX-License-Identifier: GPL-2.0
/* Rows that a program measures: what calls cost while no other process waits. */
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "libvport.h"
#include "turns.h"

static pthread_mutex_t *mutex;

static inline long request(int fd, unsigned long request, void *arg)
{
	return call3(SYS_ioctl, fd, (long)request, (long)arg);
}

/* Each of the following functions returns 0 if the calls did what they should. */

static inline long once_empty(int fd)
{
	return 0;
}

static inline long once_null(int fd)
{
	return request(fd, PARBITER_FREE, NULL) + ENOTTY;
}

static inline long once_try(int fd)
{
	return request(fd, PARBITER_TRY_ALLOCATE, NULL) |
	       request(fd, PARBITER_FREE, NULL);
}

static inline long once_allocate(int fd)
{
	return request(fd, PARBITER_ALLOCATE, NULL) |
	       request(fd, PARBITER_FREE, NULL);
}

static inline long once_waiters(int fd)
{
	__u32 waiters;

	return request(fd, PARBITER_QUERY_WAITERS, &waiters);
}

static inline long once_is_free(int fd)
{
	__u8 is_free;

	return request(fd, PARBITER_IS_PORT_FREE, &is_free);
}

static inline long once_claim(int fd)
{
	return request(fd, PPCLAIM, NULL) | request(fd, PPRELEASE, NULL);
}

/* The requests of an owner */

static inline long once_rstatus(int fd)
{
	unsigned char status;

	return request(fd, PPRSTATUS, &status);
}

static inline long once_rcontrol(int fd)
{
	unsigned char control;

	return request(fd, PPRCONTROL, &control);
}

static inline long once_wdata(int fd)
{
	unsigned char data = 0x55;

	return request(fd, PPWDATA, &data);
}

static inline long once_fcontrol(int fd)
{
	struct ppdev_frob_struct frob = {
		.mask = PARPORT_CONTROL_AUTOFD, .val = PARPORT_CONTROL_AUTOFD,
	};

	return request(fd, PPFCONTROL, &frob);
}

static inline long once_datadir(int fd)
{
	int reverse = 0;

	return request(fd, PPDATADIR, &reverse);
}

static inline long once_flock(int fd)
{
	return call3(SYS_flock, fd, LOCK_EX, 0) |
	       call3(SYS_flock, fd, LOCK_UN, 0);
}

static inline long once_mutex(int fd)
{
	return pthread_mutex_lock(mutex) | pthread_mutex_unlock(mutex);
}

#define MEASURE(once)							\
static uint32_t measure_##once(int fd)					\
{									\
	static uint32_t samples[WARM + RUNS];				\
	long failed = 0;						\
	uint32_t start;							\
	unsigned int i;							\
									\
	for (i = 0; i < WARM + RUNS; i++) {				\
		start = cycles();					\
		failed |= once_##once(fd);				\
		samples[i] = cycles() - start;				\
	}								\
	check_eq(failed, 0);						\
	return median(samples + WARM, RUNS);				\
}

MEASURE(empty)
MEASURE(null)
MEASURE(try)
MEASURE(allocate)
MEASURE(waiters)
MEASURE(is_free)
MEASURE(claim)
MEASURE(rstatus)
MEASURE(rcontrol)
MEASURE(wdata)
MEASURE(fcontrol)
MEASURE(datadir)
MEASURE(flock)
MEASURE(mutex)

static double net(uint32_t (*measure)(int fd), int fd)
{
	return (double)(measure(fd) - measure_empty(fd));
}

static struct result *row(const char *key, uint32_t (*measure)(int fd), int fd,
			  const char *text)
{
	struct result *result = add(key, "instructions", net(measure, fd),
				    text);

	close(fd);
	return result;
}

/* Add a row about a port; register accesses are counted on the virtual port. */
static struct result *port_row(const char *key, uint32_t (*measure)(int fd),
			       int (*open_port)(unsigned int number),
			       const char *text)
{
	unsigned long interrupts = port_interrupts();
	struct result *result = row(key, measure, open_port(PC_PORT), text);
	int fd = open_port(counting_port);

	result->interrupts = (double)(port_interrupts() - interrupts) /
			     (WARM + RUNS);
	/* The first use has accesses of its own, which do not count. */
	measure(fd);
	vport("reset %u", counting_port);
	measure(fd);
	result->accesses = (double)vport_accesses(counting_port) /
			   (WARM + RUNS);
	close(fd);
	return result;
}

static int open_lock_file(void)
{
	int fd = open("/tmp/bench-lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600);

	check(fd >= 0);
	return fd;
}

/**
 * struct use - a request of an owner, which has a row each of ppdev and of parbiter
 * @measure: measures it
 * @ppdev: key of ppdev's row
 * @parbiter: key of parbiter's row
 * @name: the request
 */
struct use {
	uint32_t (*measure)(int fd);
	const char *ppdev;
	const char *parbiter;
	const char *name;
};

static const struct use uses[] = {
	{ measure_rstatus, "ppdev_rstatus", "ioctl_rstatus", "PPRSTATUS" },
	{ measure_rcontrol, "ppdev_rcontrol", "ioctl_rcontrol", "PPRCONTROL" },
	{ measure_wdata, "ppdev_wdata", "ioctl_wdata", "PPWDATA" },
	{ measure_fcontrol, "ppdev_fcontrol", "ioctl_fcontrol", "PPFCONTROL" },
	{ measure_datadir, "ppdev_datadir", "ioctl_datadir", "PPDATADIR" },
};

void bench_user_peers(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	const struct use *use;

	mutex = make_mutex();
	row("ioctl_null", measure_null, null, "ioctl on /dev/null (floor)");
	compare(port_row("ppdev_claim", measure_claim, open_ppdev,
			 "PPCLAIM + PPRELEASE on ppdev"), "ioctl_null", 2, 0);
	for (use = uses; use < uses + ARRAY_SIZE(uses); use++)
		compare(port_row(use->ppdev, use->measure, open_ppdev_owner,
				 keep("%s on ppdev", use->name)),
			"ioctl_null", 1, 0);
	compare(row("flock", measure_flock, open_lock_file(),
		    "flock(2) LOCK_EX + LOCK_UN"), "ioctl_null", 2, 0);
	row("mutex", measure_mutex, -1, "robust process-shared pthread mutex");
}

void bench_user(void)
{
	struct result *result;
	const struct use *use;

	compare(port_row("ioctl_try", measure_try, port_open,
			 "TRY_ALLOCATE + FREE"), "ioctl_null", 2, 1.15);
	compare(port_row("ioctl_allocate", measure_allocate, port_open,
			 "ALLOCATE + FREE"), "ioctl_null", 2, 0);
	compare(port_row("ioctl_waiters", measure_waiters, port_open,
			 "QUERY_WAITERS"), "ioctl_null", 1, 0);
	compare(port_row("ioctl_is_free", measure_is_free, port_open,
			 "IS_PORT_FREE"), "ioctl_null", 1, 0);
	compare(port_row("ioctl_claim", measure_claim, port_open,
			 "PPCLAIM + PPRELEASE on parbiter"), "ppdev_claim", 1, 0.5);
	for (use = uses; use < uses + ARRAY_SIZE(uses); use++) {
		result = port_row(use->parbiter, use->measure, open_owner,
				  keep("%s on parbiter", use->name));
		compare(result, use->ppdev, 1, 0.95);
		result->no_more_accesses = true;
	}
}
