// SPDX-License-Identifier: GPL-2.0
/* Format the values of parbiter as text. */
#include <linux/parport.h>
#include <stdio.h>
#include <string.h>

#include "text.h"
#include "util.h"

#define NSEC_PER_MSEC	1000000ULL
#define NSEC_PER_SEC	1000000000ULL

void text_duration(char *s, size_t size, uint64_t ns)
{
	unsigned long long seconds = ns / NSEC_PER_SEC;

	if (seconds < 60)
		snprintf(s, size, "%llu.%llu s", seconds,
			 ns / (100 * NSEC_PER_MSEC) % 10ULL);
	else if (seconds < 3600)
		snprintf(s, size, "%llu min %02llu s", seconds / 60,
			 seconds % 60);
	else
		snprintf(s, size, "%llu h %02llu min", seconds / 3600,
			 seconds / 60 % 60);
}

void text_seconds(char *s, size_t size, uint64_t ns)
{
	unsigned long long seconds = ns / NSEC_PER_SEC;

	if (seconds < 60)
		snprintf(s, size, "%llu s", seconds);
	else
		text_duration(s, size, ns);
}

void text_rate(char *s, size_t size, uint64_t bytes, double seconds)
{
	double rate = seconds > 0 ? bytes / seconds : 0;

	if (rate < 1e3)
		snprintf(s, size, "%.0f B/s", rate);
	else if (rate < 1e6)
		snprintf(s, size, "%.1f kB/s", rate / 1e3);
	else
		snprintf(s, size, "%.1f MB/s", rate / 1e6);
}

void text_modes(char *s, size_t size, unsigned int modes)
{
	static const struct {
		unsigned int bit;
		const char *word;
	} words[] = {
		{ PARPORT_MODE_PCSPP, "PCSPP" },
		{ PARPORT_MODE_TRISTATE, "TRISTATE" },
		{ PARPORT_MODE_COMPAT, "COMPAT" },
		{ PARPORT_MODE_EPP, "EPP" },
		{ PARPORT_MODE_ECP, "ECP" },
		{ PARPORT_MODE_DMA, "DMA" },
	};
	unsigned int i;
	size_t len = 0;

	snprintf(s, size, "-");
	for (i = 0; i < ARRAY_SIZE(words); i++)
		if ((modes & words[i].bit) && len < size)
			len += snprintf(s + len, size - len, "%s%s",
					len ? "," : "", words[i].word);
}

void text_address(char *s, size_t size, uint64_t base, uint64_t base_hi)
{
	if (!base)
		snprintf(s, size, "-");
	else if (!base_hi)
		snprintf(s, size, "0x%llx", (unsigned long long)base);
	else
		snprintf(s, size, "0x%llx,0x%llx", (unsigned long long)base,
			 (unsigned long long)base_hi);
}

void text_owner(char *s, size_t size, const struct parbiter_status *status)
{
	if (status->state == PARBITER_STATE_FREE)
		snprintf(s, size, "nobody");
	else if (status->state == PARBITER_STATE_NATIVE)
		snprintf(s, size, "%s (native driver)", status->owner);
	else if (status->owner_pid)
		snprintf(s, size, "%s (pid %d)", status->owner,
			 status->owner_pid);
	else if (status->owner_kind == PARBITER_KIND_DRIVER)
		snprintf(s, size, "%s (kernel driver)", status->owner);
	else	/* see owner_pid of struct parbiter_status */
		snprintf(s, size, "%s (hidden or ended process)",
			 status->owner);
}

/* Format the state; @held is for how long the port is owned, or empty. */
static void format_state(char *s, size_t size,
			 const struct parbiter_status *status,
			 const char *held)
{
	char owner[TEXT_LEN], waiters[32] = "", device[32] = "", since[40] = "";

	if (held[0] && status->state == PARBITER_STATE_OWNED)
		snprintf(since, sizeof(since), " for %s", held);

	if (status->device == PARBITER_DEVICE_END)
		snprintf(device, sizeof(device), " (end of the chain)");
	else if (status->device != PARBITER_DEVICE_NONE)
		snprintf(device, sizeof(device), " (device %d)", status->device);
	text_owner(owner, sizeof(owner), status);
	if (status->waiters)
		snprintf(waiters, sizeof(waiters), ", %u waiting",
			 status->waiters);
	if (status->state == PARBITER_STATE_FREE)
		snprintf(s, size, "free%s", waiters);
	else
		snprintf(s, size, "%s by %s%s%s%s",
			 status->state == PARBITER_STATE_NATIVE ? "held" :
			 "owned", owner, device, since, waiters);
}

void text_state(char *s, size_t size, const struct parbiter_status *status)
{
	format_state(s, size, status, "");
}

void text_state_since(char *s, size_t size, const struct parbiter_status *status)
{
	char held[32];

	text_duration(held, sizeof(held), status->held_ns);
	format_state(s, size, status, held);
}

void text_state_seconds(char *s, size_t size, const struct parbiter_status *status)
{
	char held[32];

	text_seconds(held, sizeof(held), status->held_ns);
	format_state(s, size, status, held);
}

const char *text_kind_word(unsigned int kind)
{
	switch (kind) {
	case PARBITER_KIND_PROCESS:
		return "process";
	case PARBITER_KIND_DRIVER:
		return "driver";
	case PARBITER_KIND_NATIVE:
		return "native";
	default:
		return "unknown";
	}
}

const char *text_state_word(const struct parbiter_status *status)
{
	switch (status->state) {
	case PARBITER_STATE_FREE:
		return "free";
	case PARBITER_STATE_OWNED:
		return "owned";
	case PARBITER_STATE_NATIVE:
		return "native";
	default:
		return "unknown";
	}
}
