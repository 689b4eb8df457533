// SPDX-License-Identifier: GPL-2.0
/* Calls of the arbiter's inline functions; see calls.h. */
#include "calls.h"

int call_try(struct arbiter_client *client)
{
	return arbiter_try(client);
}

int call_free(struct arbiter_client *client)
{
	return arbiter_free(client);
}

bool call_resign(struct arbiter_client *client)
{
	return arbiter_resign(client);
}

int call_pass_on(struct arbiter_client *client)
{
	return arbiter_pass_on(client);
}

unsigned int call_waiters(struct arbiter *arb)
{
	return arbiter_waiters(arb);
}

void call_status(struct arbiter *arb)
{
	unsigned long flags;

	arbiter_allocates(arb);
	READ_ONCE(arb->stats.frees);
	READ_ONCE(arb->stats.cancels);
	READ_ONCE(arb->stats.timeouts);
	READ_ONCE(arb->stats.longest_hold);
	READ_ONCE(arb->stats.longest_wait);
	atomic64_read(&arb->refused);
	arbiter_waiters(arb);
	arbiter_is_free(arb);
	raw_spin_lock_irqsave(&arb->lock, flags);
	if (READ_ONCE(arb->owner))
		READ_ONCE(arb->held_since);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
}

struct arbiter_client *call_watch(struct arbiter *arb, bool *armed)
{
	struct arbiter_client *owner;
	unsigned long flags;

	raw_spin_lock_irqsave(&arb->lock, flags);
	*armed = true;
	arbiter_set_traced(arb, true);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	raw_spin_lock_irqsave(&arb->lock, flags);
	owner = READ_ONCE(arb->owner);
	raw_spin_unlock_irqrestore(&arb->lock, flags);
	return owner;
}

bool call_note_change(struct arbiter_client *client)
{
	return arbiter_note_change(client);
}

bool call_is_owner(const struct arbiter_client *client)
{
	return arbiter_is_owner(client);
}

void call_use(struct arbiter_client *client, unsigned long *payload)
{
	if (arbiter_is_owner(client))
		(*payload)++;
}

bool call_hand_over(struct arbiter *arb)
{
	return arbiter_hand_over_idle(arb) || arbiter_hand_over(arb);
}

void call_outsider_use(const unsigned long *payload)
{
	__asm__ volatile("" : : "r" (*payload));
}
