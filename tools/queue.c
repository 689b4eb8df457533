// SPDX-License-Identifier: GPL-2.0
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "clean.h"
#include "clock.h"
#include "json.h"
#include "queue.h"
#include "text.h"

/* Read the waiters behind the first @first ones. Return their number or an errno. */
static int read_part(const struct port *port, struct parbiter_waiter *waiters,
		     unsigned int first, unsigned int count)
{
	struct parbiter_queue queue = {
		.size = sizeof(queue),
		.waiter_size = sizeof(*waiters),
		.first = first,
		.count = count,
		.waiters = (uintptr_t)waiters,
	};
	unsigned int i;
	int ret;

	ret = port_request(port, PARBITER_GET_QUEUE, &queue);
	if (ret)
		return ret;
	for (i = 0; i < queue.count; i++)
		clean_text(waiters[i].name, stdout);
	return queue.count;
}

/* Make room for one more part. Return false if there is no memory. */
static bool grow(struct parbiter_waiter **waiters, unsigned int count)
{
	struct parbiter_waiter *more;

	more = reallocarray(*waiters, count + PARBITER_QUEUE_MAX, sizeof(*more));
	if (more)
		*waiters = more;
	return more;
}

/* Bring the times of waiters, which were read at *@read_ns, to the time @now. */
static void bring_to(uint64_t now, struct parbiter_waiter *waiters, unsigned int count,
		     uint64_t *read_ns)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		waiters[i].waiting_ns += now - *read_ns;
	*read_ns = now;
}

int queue_read(const struct port *port, struct parbiter_waiter **waiters,
	       unsigned int most, uint64_t *read_ns)
{
	unsigned int count = 0, part;
	int ret = 0;

	*waiters = NULL;
	*read_ns = 0;
	while (count < most) {
		if (!grow(waiters, count)) {
			ret = -ENOMEM;
			break;
		}
		part = most - count < PARBITER_QUEUE_MAX ? most - count :
		       PARBITER_QUEUE_MAX;
		ret = read_part(port, *waiters + count, count, part);
		if (ret <= 0)
			break;
		bring_to(clock_time_of_day(), *waiters, count, read_ns);
		count += ret;
	}
	if (ret >= 0)
		return count;
	free(*waiters);
	*waiters = NULL;
	return ret;
}

void queue_text(char *s, size_t size, const struct parbiter_waiter *waiter)
{
	if (waiter->pid)
		snprintf(s, size, "%s (pid %d)", waiter->name, waiter->pid);
	else if (waiter->kind == PARBITER_KIND_DRIVER)
		snprintf(s, size, "%s (kernel driver)", waiter->name);
	else
		snprintf(s, size, "%s (hidden or ended process)", waiter->name);
}

void queue_json(const struct parbiter_waiter *waiters, int count)
{
	const struct parbiter_waiter *waiter;
	int i;

	fputs(", \"queue\": [", stdout);
	for (i = 0; i < count; i++) {
		waiter = &waiters[i];
		printf("%s{\"place\": %u", i ? ", " : "", waiter->position);
		json_string("name", waiter->name, true);
		json_string("kind", text_kind_word(waiter->kind), true);
		json_number("pid", waiter->pid, waiter->pid);
		json_number("device", waiter->device,
			    waiter->device != PARBITER_DEVICE_NONE);
		json_seconds("waiting", waiter->waiting_ns, true);
		putchar('}');
	}
	putchar(']');
}
