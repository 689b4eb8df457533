/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A model of the arbiter, for calls one after the other. It has no state word
 * and no lock: it has an owner, an array of waiters, and an outsider that holds
 * the claim or waits for it. tests/user/sequences uses it, too.
 */
#ifndef _PARBITER_KUNIT_MODEL_H
#define _PARBITER_KUNIT_MODEL_H

#include <linux/errno.h>
#include <linux/string.h>
#include <linux/types.h>

#define MODEL_CLIENTS	8

/**
 * struct model - the state that the arbiter must have
 * @owner: index of the owner; -1: nobody owns
 * @queue: indices of the waiters, in the order of their requests
 * @length: number of waiters
 * @off: there is no backing
 * @held: the arbiter holds the claim
 * @shared: an idle claim is not kept, because outsiders use the backing
 * @asked: an outsider has asked since the claim was made, or waited then
 * @renew: nobody may become owner by the claim that is held
 * @served: a client has owned since the claim was made; not set by a Free that
 *	finds neither outsiders nor waiters
 * @watched: the arbiter waits to be kicked
 * @kicked: the arbiter is to claim though it was refused
 * @outsider: an outsider holds the claim
 * @waits: an outsider waits for the claim
 * @no_claim: the backing cannot claim in this context
 * @no_release: the backing cannot release in this context
 * @no_unwatch: the backing cannot stop watching in this context
 * @allocates: number of grants
 * @frees: number of Frees by owners
 * @cancels: number of requests that were withdrawn
 * @timeouts: number of requests that timed out
 * @refused: number of Frees by clients that did not own
 * @told: number of times that an owner was told that somebody waits
 * @laters: number of times that the rest was left for later
 * @ended: called when a queued request ends; may be NULL
 */
struct model {
	int owner;
	int queue[MODEL_CLIENTS];
	int length;
	bool off;
	bool held;
	bool shared;
	bool asked;
	bool renew;
	bool served;
	bool watched;
	bool kicked;
	bool outsider;
	bool waits;
	bool no_claim;
	bool no_release;
	bool no_unwatch;
	u64 allocates;
	u64 frees;
	u64 cancels;
	u64 timeouts;
	int refused;
	u64 told;
	u64 laters;
	void (*ended)(struct model *m, int client, int result);
};

/* Set whether the backing can do nothing in the context of the next call. */
static inline void model_limit(struct model *m, bool limited)
{
	m->no_claim = limited;
	m->no_release = limited;
	m->no_unwatch = limited;
}

static inline int model_place(const struct model *m, int client)
{
	int i;

	for (i = 0; i < m->length; i++)
		if (m->queue[i] == client)
			return i;
	return -1;
}

/* Return whether the last Free gives the claim back. */
static inline bool model_is_wanted(const struct model *m)
{
	return m->shared || m->asked;
}

static inline bool model_is_contended(const struct model *m)
{
	return !m->off && (m->length || (model_is_wanted(m) && m->waits));
}

/* Tell the owner that somebody waits, if both are there. */
static inline void model_tell(struct model *m)
{
	if (m->owner >= 0 && model_is_contended(m))
		m->told++;
}

static inline void model_own(struct model *m, int client)
{
	m->owner = client;
	m->allocates++;
}

/* A queued request ends. */
static inline void model_end(struct model *m, int client, int result)
{
	int place = model_place(m, client);

	m->length--;
	memmove(&m->queue[place], &m->queue[place + 1],
		(m->length - place) * sizeof(m->queue[0]));
	if (!result)
		model_own(m, client);
	if (m->ended)
		m->ended(m, client, result);
}

/* Claim, for a Try or for the queue. Returns whether the claim is held. */
static inline bool model_claim(struct model *m, bool watch)
{
	m->kicked = m->no_claim;
	m->renew = false;
	if (m->no_claim)
		return false;
	if (m->outsider) {
		m->watched |= watch;
		return false;
	}
	m->held = true;
	m->asked = m->waits;
	m->watched = false;
	m->served = false;
	return true;
}

/* An outsider that waits takes the claim. */
static inline void model_release(struct model *m)
{
	m->held = false;
	m->asked = false;
	m->outsider = m->waits;
	m->waits = false;
}

/* The claim is held. Returns false if there is nothing more to do now. */
static inline bool model_use_claim(struct model *m)
{
	bool theirs = model_is_wanted(m) && m->served && m->waits;

	if (m->length && !theirs && !m->renew) {
		model_end(m, m->queue[0], 0);
		model_tell(m);
		return false;
	}
	if (!model_is_wanted(m))
		return false;
	m->laters += m->no_release;
	if (m->no_release)
		return false;
	model_release(m);
	return true;
}

/* The claim is not held. Returns false if there is nothing more to do now. */
static inline bool model_get_claim(struct model *m)
{
	if (m->length) {
		if (m->watched && !m->kicked)
			return false;
		model_claim(m, true);
		m->laters += m->no_claim;
		return !m->no_claim;
	}
	if (m->watched) {
		m->laters += m->no_unwatch;
		m->watched = m->no_unwatch;
	}
	return false;
}

/* Do what must follow from a change: release, claim, and grant. */
static inline void model_advance(struct model *m)
{
	while (!m->off && m->owner < 0 &&
	       (m->held ? model_use_claim(m) : model_get_claim(m)))
		;
}

static inline void model_kick(struct model *m)
{
	m->kicked = true;
	model_advance(m);
}

static inline int model_try(struct model *m, int client)
{
	if (m->off)
		return -ENODEV;
	if (m->owner >= 0 || m->length)
		return -EBUSY;
	if (m->renew)
		model_advance(m);
	if (!m->held) {
		if (!model_claim(m, false)) {
			model_advance(m);
			return -EBUSY;
		}
	} else if (model_is_wanted(m) && m->served && m->waits) {
		return -EBUSY;
	}
	if (m->renew) {
		model_advance(m);
		return -EBUSY;
	}
	model_own(m, client);
	model_tell(m);
	return 0;
}

static inline int model_enqueue(struct model *m, int client)
{
	if (m->off)
		return -ENODEV;
	if (m->owner == client)
		return -EDEADLK;
	if (model_place(m, client) >= 0)
		return -EALREADY;
	m->queue[m->length++] = client;
	if (m->length == 1) {
		m->kicked = true;
		model_tell(m);
	}
	model_advance(m);
	return m->owner == client ? 0 : -EINPROGRESS;
}

/* A queued request ends with this error. */
static inline void model_withdraw(struct model *m, int client, int why)
{
	if (why == -ETIMEDOUT)
		m->timeouts++;
	else if (why != -ENODEV)
		m->cancels++;
	model_end(m, client, why);
	model_advance(m);
}

/* Begin to wait. The shortest way is that of a Try, and leaves @kicked alone. */
static inline int model_join(struct model *m, int client)
{
	if (m->off || m->owner >= 0 || m->length || !m->held ||
	    model_is_wanted(m))
		return model_enqueue(m, client);
	model_own(m, client);
	return 0;
}

/* Wait until the deadline, which has passed already. */
static inline int model_wait(struct model *m, int client)
{
	int ret = model_join(m, client);

	if (ret != -EINPROGRESS)
		return ret;
	model_withdraw(m, client, -ETIMEDOUT);
	return -ETIMEDOUT;
}

static inline int model_free(struct model *m, int client)
{
	if (m->owner != client) {
		m->refused += !m->off;
		return m->off ? -ENODEV : -EPERM;
	}
	m->owner = -1;
	/* The shortest way of a Free has nobody to serve. */
	m->served |= m->off || model_is_wanted(m) || m->length;
	m->frees++;
	model_advance(m);
	return m->off ? -ENODEV : 0;
}

static inline int model_cancel(struct model *m, int client)
{
	if (model_place(m, client) < 0)
		return m->off ? -ENODEV : -ENOENT;
	model_withdraw(m, client, -ECANCELED);
	return 0;
}

static inline void model_exit(struct model *m, int client)
{
	if (m->owner == client)
		model_free(m, client);
	else
		model_cancel(m, client);
}

static inline void model_set_shared(struct model *m, bool shared)
{
	m->shared = shared;
	model_advance(m);
}

/* The claim is to be made anew. */
static inline void model_renew(struct model *m)
{
	m->renew = true;
	m->asked |= m->held;
	model_advance(m);
}

/* An outsider asks for the claim, which is held. Return whether it has it now. */
static inline bool model_hand_over(struct model *m)
{
	if (m->off || m->owner >= 0 || m->length || model_is_wanted(m)) {
		m->asked = true;
		return false;
	}
	m->held = false;
	m->outsider = true;
	return true;
}

static inline void model_stop(struct model *m)
{
	m->off = true;
	while (m->length)
		model_withdraw(m, m->queue[0], -ENODEV);
}

/* The claim goes with the backing, or an outsider that waits takes it. */
static inline void model_abandon(struct model *m)
{
	if (m->held && !m->no_release)
		model_release(m);
	m->held = false;
	m->asked = false;
}

/* Nobody owns. */
static inline void model_start(struct model *m)
{
	m->off = false;
	m->kicked = false;
	m->watched = false;
	m->served = false;
}

#endif /* _PARBITER_KUNIT_MODEL_H */
