// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>

#include "device.h"
#include "json.h"
#include "queue.h"
#include "report.h"
#include "text.h"
#include "timestamp.h"

#define CELL_LEN	(64 * PARBITER_QUEUE_MAX)	/* bytes; enough for the queue */

void report_begin(const struct report *report)
{
	if (report->form == REPORT_TABS)
		puts("time\tport\tstate\towner\tpid\twaiters\tgrants\tselected\tqueue");
}

static void print_screen(const struct report *report, const struct watched *w,
			 const struct parbiter_status *status)
{
	char time[32], text[TEXT_LEN] = "gone";

	timestamp_short(time, sizeof(time), report->utc);
	if (status)
		text_state(text, sizeof(text), status);
	printf("%s  %s  %s", time, w->port.name, text);
	if (status && w->known && status->allocates > w->status.allocates + 1)
		printf(", %llu grants since the last reading", (unsigned long long)
		       (status->allocates - w->status.allocates));
	putchar('\n');
}

/* Format the waiters as "avrdude 812;lamps -"; "-": none. */
static void join_waiters(char *s, size_t size, const struct parbiter_waiter *waiters,
			 int count)
{
	char pid[16] = "-";
	size_t len = 0;
	int i;

	snprintf(s, size, "-");
	for (i = 0; i < count && len < size; i++) {
		if (waiters[i].pid)
			snprintf(pid, sizeof(pid), "%d", waiters[i].pid);
		else
			snprintf(pid, sizeof(pid), "-");
		len += snprintf(s + len, size - len, "%s%s %s", len ? ";" : "",
				waiters[i].name, pid);
	}
}

static void print_tabs(const struct report *report, const struct watched *w,
		       const struct parbiter_status *status,
		       const struct parbiter_waiter *waiters, int count)
{
	char time[64], pid[16] = "-", selected[16], queue[CELL_LEN];

	timestamp_format(time, sizeof(time), report->utc);
	if (!status) {
		printf("%s\t%s\tgone\t-\t-\t-\t-\t-\t-\n", time, w->port.name);
		return;
	}
	if (status->owner_pid)
		snprintf(pid, sizeof(pid), "%d", status->owner_pid);
	device_number(selected, sizeof(selected), status->device);
	join_waiters(queue, sizeof(queue), waiters, count);
	printf("%s\t%s\t%s\t%s\t%s\t%u\t%llu\t%s\t%s\n", time, w->port.name,
	       text_state_word(status), status->owner[0] ? status->owner : "-", pid,
	       status->waiters, (unsigned long long)status->allocates, selected,
	       queue);
}

static void print_json(const struct report *report, const struct watched *w,
		       const struct parbiter_status *status,
		       const struct parbiter_waiter *waiters, int count)
{
	static const struct parbiter_status none;
	bool there = status;
	char time[64];

	timestamp_format(time, sizeof(time), report->utc);
	printf("{\"time\": \"%s\"", time);
	json_string("port", w->port.name, true);
	json_string("state", there ? text_state_word(status) : "gone", true);
	status = there ? status : &none;
	json_string("owner", status->owner,
		    status->owner_kind != PARBITER_KIND_NONE);
	json_string("owner_kind", text_kind_word(status->owner_kind),
		    status->owner_kind != PARBITER_KIND_NONE);
	json_number("pid", status->owner_pid, status->owner_pid);
	json_number("waiters", status->waiters, there);
	json_number("grants", status->allocates, there);
	json_number("selected", status->device,
		    there && status->device != PARBITER_DEVICE_NONE);
	queue_json(waiters, count);
	puts("}");
}

void report_change(const struct report *report, const struct watched *w,
		   const struct parbiter_status *status)
{
	struct parbiter_waiter *waiters = NULL;
	uint64_t read_ns;
	int count = 0;

	if (report->form == REPORT_SCREEN) {
		print_screen(report, w, status);
		return;
	}
	if (status->waiters)
		count = queue_read(&w->port, &waiters, PARBITER_QUEUE_MAX, &read_ns);
	if (report->form == REPORT_JSON)
		print_json(report, w, status, waiters, count);
	else
		print_tabs(report, w, status, waiters, count);
	free(waiters);
}

void report_gone(const struct report *report, const struct watched *w)
{
	if (report->form == REPORT_SCREEN)
		print_screen(report, w, NULL);
	else if (report->form == REPORT_JSON)
		print_json(report, w, NULL, NULL, 0);
	else
		print_tabs(report, w, NULL, NULL, 0);
}
