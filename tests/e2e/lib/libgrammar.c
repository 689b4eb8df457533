// SPDX-License-Identifier: GPL-2.0
/*
 * The grammar of the fuzzer: requests, arguments, errors. The errors are those
 * of Documentation/uapi.rst. EUSERS is not among them, because no test can
 * queue 8 million requests; ENODEV and EBADF depend on what else the fuzzer
 * does.
 */
#include "libgrammar.h"

#include <linux/parport.h>
#include <linux/ppdev.h>
#include <sys/mman.h>

/*
 * Where the kernel may write waiters. A spoiled size makes them as long as a page
 * each; a spoiled address leads to where nothing else is.
 */
#define WAITERS		0x600040000000
#define WAITERS_SIZE	(PARBITER_QUEUE_MAX * 4096)

unsigned int grammar_random(unsigned int *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

static unsigned int pick(unsigned int *seed, unsigned int n)
{
	return grammar_random(seed) % n;
}

static void fill_request(unsigned int *seed, void *arg)
{
	struct parbiter_request request = {
		.size = sizeof(request), .device = PARBITER_DEVICE_NONE,
	};

	if (pick(seed, 4) == 0)
		request.device = (int)pick(seed, PARBITER_DEVICE_END + 1);
	switch (pick(seed, 4)) {
	case 0:
		request.flags = PARBITER_REQUEST_TRY;
		break;
	case 1:
		request.flags = PARBITER_REQUEST_QUEUE;
		break;
	case 2:
		request.flags = PARBITER_REQUEST_DEADLINE;
		request.deadline_ns = now_ns() + pick(seed, 500000);
		break;
	}
	/* A longer structure is valid if zeros follow. */
	if (pick(seed, 8) == 0)
		request.size += pick(seed, GRAMMAR_SIZE - sizeof(request));
	memset(arg, 0, GRAMMAR_SIZE);
	memcpy(arg, &request, sizeof(request));
}

static void fill_select(unsigned int *seed, void *arg)
{
	struct parbiter_select select = {
		.size = sizeof(select),
		.flags = pick(seed, 2) ? PARBITER_SELECT_KEEP : 0,
		.device = (int)pick(seed, PARBITER_DEVICE_END + 1),
	};

	memcpy(arg, &select, sizeof(select));
}

static void fill_deselect(unsigned int *seed, void *arg)
{
	struct parbiter_select select = {
		.size = sizeof(select),
		.flags = pick(seed, 2) ? PARBITER_SELECT_KEEP : 0,
		.device = PARBITER_DEVICE_NONE,
	};

	memcpy(arg, &select, sizeof(select));
}

static void fill_time_limit(unsigned int *seed, void *arg)
{
	*(uint64_t *)arg = pick(seed, 500000);
}

static void fill_size(unsigned int *seed, void *arg, unsigned int least)
{
	*(uint32_t *)arg = pick(seed, 4) ? least :
			   least + pick(seed, GRAMMAR_SIZE - least);
}

static void fill_port_info(unsigned int *seed, void *arg)
{
	fill_size(seed, arg, PARBITER_PORT_INFO_SIZE_V1);
}

static void fill_status(unsigned int *seed, void *arg)
{
	fill_size(seed, arg, PARBITER_STATUS_SIZE_V1);
}

static void fill_queue(unsigned int *seed, void *arg)
{
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(struct parbiter_waiter),
		.first = pick(seed, 4),
		.count = pick(seed, 8),
		.waiters = WAITERS,
	};

	memcpy(arg, &queue, sizeof(queue));
}

void grammar_init(void)
{
	void *memory = mmap((void *)WAITERS, WAITERS_SIZE,
			    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS |
			    MAP_FIXED_NOREPLACE, -1, 0);

	check(memory == (void *)WAITERS);
}

static void fill_number(unsigned int *seed, void *arg)
{
	*(int *)arg = (int)pick(seed, 2);
}

static void fill_mode(unsigned int *seed, void *arg)
{
	static const int modes[] = {
		IEEE1284_MODE_COMPAT, IEEE1284_MODE_NIBBLE, IEEE1284_MODE_BYTE,
		IEEE1284_MODE_ECP, IEEE1284_MODE_EPP, IEEE1284_MODE_COMPAT,
		IEEE1284_MODE_NIBBLE | IEEE1284_DEVICEID, IEEE1284_MODE_ECPSWE,
		IEEE1284_MODE_EPP | IEEE1284_ADDR, IEEE1284_MODE_EPPSWE,
	};

	*(int *)arg = modes[pick(seed, ARRAY_SIZE(modes))];
}

static void fill_time32(unsigned int *seed, void *arg)
{
	int32_t *time = arg;

	time[0] = 0;
	time[1] = 1 + (int)pick(seed, 5000);
}

static void fill_time64(unsigned int *seed, void *arg)
{
	int64_t *time = arg;

	time[0] = 0;
	time[1] = 1 + (int)pick(seed, 5000);
}

/* ENXIO: the device that a queued request asked for does not answer. */
#define IN_PPDEV	.errors = { EINVAL, ENXIO }

#define REQUEST(id)	.name = #id, .number = id

static const struct grammar_request requests[] = {
	{ REQUEST(PARBITER_REQUEST), .size = sizeof(struct parbiter_request),
	  .fill = fill_request,
	  .errors = { EALREADY, ECANCELED, EDEADLK, EINTR, EINPROGRESS,
		      ETIMEDOUT, EBUSY, ENXIO, EPERM },
	  .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PARBITER_ALLOCATE),
	  .errors = { EALREADY, ECANCELED, EDEADLK, EINTR, EINPROGRESS } },
	{ REQUEST(PARBITER_ALLOCATE_TIMEOUT), .size = sizeof(uint64_t),
	  .fill = fill_time_limit,
	  .errors = { EALREADY, ECANCELED, EDEADLK, EINTR, ETIMEDOUT } },
	{ REQUEST(PARBITER_TRY_ALLOCATE), .errors = { EBUSY } },
	{ REQUEST(PARBITER_FREE), .errors = { EPERM } },
	{ REQUEST(PARBITER_CANCEL), .errors = { ENOENT } },
	{ REQUEST(PARBITER_YIELD),
	  .errors = { EALREADY, ECANCELED, EDEADLK, EINTR, EINPROGRESS,
		      EPERM } },
	{ REQUEST(PARBITER_SELECT), .size = sizeof(struct parbiter_select),
	  .fill = fill_select,
	  .errors = { EALREADY, ECANCELED, EDEADLK, EINTR, EINPROGRESS,
		      EPERM, ENXIO },
	  .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PARBITER_DESELECT), .size = sizeof(struct parbiter_select),
	  .fill = fill_deselect, .errors = { EPERM, EINTR, ENXIO },
	  .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PARBITER_QUERY_WAITERS), .size = 4 },
	{ REQUEST(PARBITER_IS_PORT_FREE), .size = 1 },
	{ REQUEST(PARBITER_GET_PORT_INFO),
	  .size = sizeof(struct parbiter_port_info), .fill = fill_port_info,
	  .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PARBITER_GET_STATUS), .size = sizeof(struct parbiter_status),
	  .fill = fill_status, .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PARBITER_GET_QUEUE), .size = sizeof(struct parbiter_queue),
	  .fill = fill_queue, .refusals = { EINVAL, E2BIG } },
	{ REQUEST(PPCLAIM), .errors = { EINVAL, EALREADY, ECANCELED, EINTR } },
	{ REQUEST(PPRELEASE), IN_PPDEV },
	{ REQUEST(PPYIELD), .errors = { EINVAL, EALREADY, ECANCELED, EINTR } },
	{ REQUEST(PPEXCL), IN_PPDEV },
	{ REQUEST(PPRSTATUS), .size = 1, IN_PPDEV },
	{ REQUEST(PPRDATA), .size = 1, IN_PPDEV },
	{ REQUEST(PPRCONTROL), .size = 1, IN_PPDEV },
	{ REQUEST(PPWDATA), .size = 1, IN_PPDEV },
	{ REQUEST(PPWCONTROL), .size = 1, IN_PPDEV },
	{ REQUEST(PPFCONTROL), .size = 2, IN_PPDEV },
	{ REQUEST(PPWCTLONIRQ), .size = 1, IN_PPDEV },
	{ REQUEST(PPCLRIRQ), .size = 4, IN_PPDEV },
	{ REQUEST(PPDATADIR), .size = 4, .fill = fill_number, IN_PPDEV },
	{ REQUEST(PPNEGOT), .size = 4, .fill = fill_mode,
	  .errors = { EINVAL, EIO, ENXIO, ENOSYS, EINTR } },
	{ .name = "PPSETTIME, 32 bits", .number = _IOW(PP_IOCTL, 0x96, int32_t[2]),
	  .size = 8, .fill = fill_time32, IN_PPDEV },
	{ .name = "PPSETTIME, 64 bits", .number = _IOW(PP_IOCTL, 0x96, int64_t[2]),
	  .size = 16, .fill = fill_time64, IN_PPDEV },
	{ .name = "PPGETTIME, 32 bits", .number = _IOR(PP_IOCTL, 0x95, int32_t[2]),
	  .size = 8, IN_PPDEV },
	{ .name = "PPGETTIME, 64 bits", .number = _IOR(PP_IOCTL, 0x95, int64_t[2]),
	  .size = 16, IN_PPDEV },
	{ REQUEST(PPSETMODE), .size = 4, .fill = fill_mode,
	  .refusals = { EINVAL } },
	{ REQUEST(PPGETMODE), .size = 4 },
	{ REQUEST(PPSETPHASE), .size = 4, .fill = fill_number,
	  .refusals = { EINVAL } },
	{ REQUEST(PPGETPHASE), .size = 4 },
	{ REQUEST(PPGETMODES), .size = 4 },
	{ REQUEST(PPSETFLAGS), .size = 4 },
	{ REQUEST(PPGETFLAGS), .size = 4 },
};

const struct grammar_request *grammar_find(unsigned long number)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(requests); i++)
		if (requests[i].number == number)
			return &requests[i];
	return NULL;
}

const struct grammar_request *grammar_pick_use(unsigned int *seed)
{
	const struct grammar_request *request;

	/* A negotiation takes as long as a thousand other requests. */
	if (pick(seed, 256) == 0)
		return grammar_find(PPNEGOT);
	do {
		request = &requests[pick(seed, ARRAY_SIZE(requests))];
	} while (request->number == PPNEGOT || grammar_makes_owner(request));
	return request;
}

const struct grammar_request *grammar_pick(unsigned int *seed)
{
	if (pick(seed, 2))
		return grammar_pick_use(seed);
	/* the first nine ask for the port, or give it up */
	return &requests[pick(seed, 9)];
}

bool grammar_makes_owner(const struct grammar_request *request)
{
	switch (request->number) {
	case PARBITER_REQUEST:
	case PARBITER_ALLOCATE:
	case PARBITER_ALLOCATE_TIMEOUT:
	case PARBITER_TRY_ALLOCATE:
	case PARBITER_YIELD:
	case PARBITER_SELECT:
	case PPCLAIM:
	case PPYIELD:
		return true;
	}
	return false;
}

void grammar_spoil(unsigned int *seed, void *arg, size_t size)
{
	static const uint32_t values[] = {
		0, 1, 2, 3, 7, 8, 0x7f, 0x80, 0xff, 4095, 4096, 4097,
		0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff,
	};
	size_t words = size / 4 ? size / 4 : 1;
	char *place = (char *)arg + 4 * pick(seed, (unsigned int)words);
	uint32_t value;

	memcpy(&value, place, 4);
	switch (pick(seed, 4)) {
	case 0:
		value += pick(seed, 17) - 8;
		break;
	case 1:
		value ^= 1U << pick(seed, 32);
		break;
	case 2:
		value = grammar_random(seed);
		break;
	default:
		value = values[pick(seed, ARRAY_SIZE(values))];
	}
	memcpy(place, &value, 4);
}

static bool is_in(const int *list, int error)
{
	unsigned int i;

	for (i = 0; i < GRAMMAR_ERRORS && list[i]; i++)
		if (list[i] == error)
			return true;
	return false;
}

bool grammar_allows(const struct grammar_request *request, bool valid,
		    int error)
{
	if (!request)
		return error == ENOTTY;
	if (error == 0 || is_in(request->errors, error))
		return true;
	if (valid || !request->size)
		return false;
	return error == EFAULT || is_in(request->refusals, error);
}
