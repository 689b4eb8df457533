// SPDX-License-Identifier: GPL-2.0
/*
 * Rows about write() and read(): what each byte costs an owner, in calls of several
 * sizes. The peripheral is a printer at the virtual port, which is always ready and
 * always has data.
 */
#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/syscall.h>

#include "bench.h"
#include "libvport.h"

#define SIZE_MAX_BYTES	256
static const unsigned int sizes[] = { 1, 16, SIZE_MAX_BYTES };

/* Each call takes many instructions, so fewer of them are counted than elsewhere. */
#define TRANSFER_WARM	10
#define TRANSFER_RUNS	101
#define TRANSFER_CALLS	(TRANSFER_WARM + TRANSFER_RUNS)

/* Return what SYS_write or SYS_read takes for each byte, rounded. */
static uint32_t measure(long call, int fd, unsigned int size)
{
	static uint32_t samples[TRANSFER_CALLS];
	static char data[SIZE_MAX_BYTES];
	uint32_t start, nothing;
	long wrong = 0;
	unsigned int i;

	start = cycles();
	nothing = cycles() - start;
	for (i = 0; i < TRANSFER_CALLS; i++) {
		start = cycles();
		wrong |= call3(call, fd, (long)data, size) ^ (long)size;
		samples[i] = cycles() - start;
	}
	check_eq(wrong, 0);
	return (median(samples + TRANSFER_WARM, TRANSFER_RUNS) - nothing +
		size / 2) / size;
}

/* Add the row KEY_SIZE. */
static struct result *row(const char *key, long call, int fd, unsigned int size,
			  const char *device)
{
	struct result *result;

	result = add(keep("%s_%u", key, size), "instructions",
		     measure(call, fd, size),
		     keep("%s of %u on %s, per byte",
			  call == SYS_write ? "write()" : "nibble read()", size,
			  device));
	vport("reset %u", counting_port);
	measure(call, fd, size);
	result->accesses = (double)vport_accesses(counting_port) /
			   (TRANSFER_CALLS * size);
	return result;
}

static void write_rows(const char *key, int fd, const char *device,
		       const char *against)
{
	struct result *result;
	unsigned int i;

	check(fd >= 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		result = row(key, SYS_write, fd, sizes[i], device);
		if (against) {
			compare(result, keep("%s_%u", against, sizes[i]), 1, 1);
			result->no_more_accesses = true;
		}
	}
	close(fd);
}

/* Read in nibble mode. row() reads twice; one byte is left. */
static void read_rows(const char *key, int fd, const char *device,
		      const char *against)
{
	static const char data[2 * TRANSFER_CALLS * SIZE_MAX_BYTES + 1];
	int nibble = IEEE1284_MODE_NIBBLE, compat = IEEE1284_MODE_COMPAT;
	struct result *result;
	unsigned int i;

	check(fd >= 0);
	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		vport("peripheral %u ieee1284", counting_port);
		vport_send(counting_port, data,
			   2 * TRANSFER_CALLS * sizes[i] + 1);
		check_eq(ioctl(fd, PPNEGOT, &nibble), 0);
		result = row(key, SYS_read, fd, sizes[i], device);
		if (against) {
			compare(result, keep("%s_%u", against, sizes[i]), 1, 1);
			result->no_more_accesses = true;
		}
		check_eq(ioctl(fd, PPNEGOT, &compat), 0);
	}
	close(fd);
}

static void bench_lp(void)
{
	check_eq(load_module("lp", keep("parport=%u", counting_port)), 0);
	write_rows("lp_write", open("/dev/lp0", O_WRONLY | O_CLOEXEC), "lp",
		   NULL);
	check_eq(unload_module("lp"), 0);
}

void bench_transfer_peers(void)
{
	vport("peripheral %u printer", counting_port);
	bench_lp();
	write_rows("ppdev_write", open_ppdev_owner(counting_port), "ppdev",
		   NULL);
	read_rows("ppdev_read", open_ppdev_owner(counting_port), "ppdev", NULL);
	vport("peripheral %u none", counting_port);
}

void bench_transfer(void)
{
	vport("peripheral %u printer", counting_port);
	write_rows("write", open_owner(counting_port), "parbiter",
		   "ppdev_write");
	read_rows("read", open_owner(counting_port), "parbiter", "ppdev_read");
	vport("peripheral %u none", counting_port);
}
