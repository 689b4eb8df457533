// SPDX-License-Identifier: GPL-2.0
/*
 * A table of all transitions of the state word. Each line has the word before,
 * the call, and the answers of the backing; then the result of the call, the
 * word after it, the owner, and how often each operation of the backing was
 * called.
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sched.h>

#include "lib/fixture.h"

#define H	ARBITER_HELD
#define O	ARBITER_OWNED
#define S	ARBITER_SHARED
#define A	ARBITER_ASKED
#define X	ARBITER_OFF
#define W1	ARBITER_WAITER
#define W2	(2 * ARBITER_WAITER)

/* The client that makes the call, and the client that owns afterwards */
enum who {
	NOBODY,
	OWNER,		/* owns before the call, or has owned */
	ANYBODY,	/* idle before the call */
	HEAD,		/* the first in the queue, if anybody waits */
	TAIL,		/* the second in the queue, if two wait */
	CLIENTS,
};

enum op {
	TRY,
	ENQUEUE,
	WAIT,		/* with deadline 0 */
	FREE,
	CANCEL,
	EXIT,
	KICK,
	SHARE,
	UNSHARE,
	STOP,
	ABANDON,
	START,
};

static const char * const op_names[] = {
	[TRY] = "try", [ENQUEUE] = "enqueue", [WAIT] = "wait",
	[FREE] = "free", [CANCEL] = "cancel", [EXIT] = "exit",
	[KICK] = "kick", [SHARE] = "share", [UNSHARE] = "unshare",
	[STOP] = "stop", [ABANDON] = "abandon", [START] = "start",
};

static const char * const who_names[] = {
	[NOBODY] = "", [OWNER] = " by owner", [ANYBODY] = " by anybody",
	[HEAD] = " by head", [TAIL] = " by tail",
};

/* The answers of the backing. Without a flag each operation succeeds. */
#define REFUSES		BIT(0)	/* claim returns ARBITER_REFUSED */
#define LATER		BIT(1)	/* claim returns ARBITER_LATER */
#define KEEPS		BIT(2)	/* release returns false */
#define STAYS		BIT(3)	/* unwatch returns false */
#define CONTENDED	BIT(4)	/* outsider_waits returns true */

struct transition {
	int from;
	enum op op;
	enum who by;
	unsigned int backing;
	int ret;
	int to;
	enum who owner;
	/* number of calls of claim, release, unwatch, and later */
	int asked[4];
};

static const struct transition transitions[] = {
/*   from    op       by       backing  ret  to        owner     asked */
/* not claimed, not shared */
{ 0,         TRY,     ANYBODY, 0,       0, H | O,      ANYBODY, { 1 } },
{ 0,         TRY,     ANYBODY, REFUSES, -EBUSY, 0,     NOBODY,  { 1 } },
{ 0,         TRY,     ANYBODY, LATER,   -EBUSY, 0,     NOBODY,  { 1 } },
{ 0,         ENQUEUE, ANYBODY, 0,       0, H | O,      ANYBODY, { 1 } },
{ 0,         ENQUEUE, ANYBODY, REFUSES, -EINPROGRESS, W1, NOBODY, { 1 } },
{ 0,         ENQUEUE, ANYBODY, LATER,   -EINPROGRESS, W1, NOBODY, { 1, 0, 0, 1 } },
{ 0,         WAIT,    ANYBODY, 0,       0, H | O,      ANYBODY, { 1 } },
{ 0,         WAIT,    ANYBODY, REFUSES, -ETIMEDOUT, 0, NOBODY,  { 1, 0, 1 } },
{ 0,         WAIT,    ANYBODY, REFUSES | STAYS, -ETIMEDOUT, 0, NOBODY, { 1, 0, 1, 1 } },
{ 0,         FREE,    ANYBODY, 0,       -EPERM, 0,     NOBODY,  { 0 } },
{ 0,         CANCEL,  ANYBODY, 0,       -ENOENT, 0,    NOBODY,  { 0 } },
{ 0,         EXIT,    ANYBODY, 0,       0, 0,          NOBODY,  { 0 } },
{ 0,         KICK,    NOBODY,  0,       0, 0,          NOBODY,  { 0 } },
{ 0,         SHARE,   NOBODY,  0,       0, S,          NOBODY,  { 0 } },
{ 0,         UNSHARE, NOBODY,  0,       0, 0,          NOBODY,  { 0 } },
{ 0,         STOP,    NOBODY,  0,       0, X,          NOBODY,  { 0 } },
/* not claimed, shared */
{ S,         TRY,     ANYBODY, 0,       0, H | O | S,  ANYBODY, { 1 } },
{ S,         TRY,     ANYBODY, CONTENDED, 0, H | O | S | A, ANYBODY, { 1 } },
{ S,         TRY,     ANYBODY, REFUSES, -EBUSY, S,     NOBODY,  { 1 } },
{ S,         ENQUEUE, ANYBODY, 0,       0, H | O | S,  ANYBODY, { 1 } },
{ S,         ENQUEUE, ANYBODY, CONTENDED, 0, H | O | S | A, ANYBODY, { 1 } },
{ S,         ENQUEUE, ANYBODY, REFUSES, -EINPROGRESS, S | W1, NOBODY, { 1 } },
{ S,         KICK,    NOBODY,  0,       0, S,          NOBODY,  { 0 } },
{ S,         UNSHARE, NOBODY,  0,       0, 0,          NOBODY,  { 0 } },
{ S,         STOP,    NOBODY,  0,       0, X | S,      NOBODY,  { 0 } },
/* the claim is kept while nobody owns */
{ H,         TRY,     ANYBODY, 0,       0, H | O,      ANYBODY, { 0 } },
{ H,         ENQUEUE, ANYBODY, 0,       0, H | O,      ANYBODY, { 0 } },
{ H,         WAIT,    ANYBODY, 0,       0, H | O,      ANYBODY, { 0 } },
{ H,         FREE,    ANYBODY, 0,       -EPERM, H,     NOBODY,  { 0 } },
{ H,         FREE,    OWNER,   0,       -EPERM, H,     NOBODY,  { 0 } },
{ H,         CANCEL,  ANYBODY, 0,       -ENOENT, H,    NOBODY,  { 0 } },
{ H,         EXIT,    ANYBODY, 0,       0, H,          NOBODY,  { 0 } },
{ H,         KICK,    NOBODY,  0,       0, H,          NOBODY,  { 0 } },
{ H,         SHARE,   NOBODY,  0,       0, S,          NOBODY,  { 0, 1 } },
{ H,         SHARE,   NOBODY,  KEEPS,   0, H | S,      NOBODY,  { 0, 1, 0, 1 } },
{ H,         UNSHARE, NOBODY,  0,       0, H,          NOBODY,  { 0 } },
{ H,         STOP,    NOBODY,  0,       0, X | H,      NOBODY,  { 0 } },
/* free, and the release left for later */
{ H | S,     TRY,     ANYBODY, 0,       0, H | O | S,  ANYBODY, { 0 } },
{ H | S,     TRY,     ANYBODY, CONTENDED, -EBUSY, H | S, NOBODY, { 0 } },
{ H | S,     ENQUEUE, ANYBODY, 0,       0, H | O | S,  ANYBODY, { 0 } },
{ H | S,     ENQUEUE, ANYBODY, CONTENDED, 0, H | O | S | A, ANYBODY, { 1, 1 } },
{ H | S,     ENQUEUE, ANYBODY, CONTENDED | REFUSES, -EINPROGRESS, S | W1, NOBODY, { 1, 1 } },
{ H | S,     ENQUEUE, ANYBODY, CONTENDED | KEEPS, -EINPROGRESS, H | S | W1, NOBODY,
	{ 0, 1, 0, 1 } },
{ H | S,     KICK,    NOBODY,  0,       0, S,          NOBODY,  { 0, 1 } },
{ H | S,     KICK,    NOBODY,  KEEPS,   0, H | S,      NOBODY,  { 0, 1, 0, 1 } },
{ H | S,     UNSHARE, NOBODY,  0,       0, H,          NOBODY,  { 0 } },
{ H | S,     STOP,    NOBODY,  0,       0, X | H | S,  NOBODY,  { 0 } },
/* owned, nobody waits */
{ H | O,     TRY,     ANYBODY, 0,       -EBUSY, H | O, OWNER,   { 0 } },
{ H | O,     TRY,     OWNER,   0,       -EBUSY, H | O, OWNER,   { 0 } },
{ H | O,     ENQUEUE, ANYBODY, 0,       -EINPROGRESS, H | O | W1, OWNER, { 0 } },
{ H | O,     ENQUEUE, OWNER,   0,       -EDEADLK, H | O, OWNER, { 0 } },
{ H | O,     WAIT,    ANYBODY, 0,       -ETIMEDOUT, H | O, OWNER, { 0 } },
{ H | O,     WAIT,    OWNER,   0,       -EDEADLK, H | O, OWNER, { 0 } },
{ H | O,     FREE,    OWNER,   0,       0, H,          NOBODY,  { 0 } },
{ H | O,     FREE,    ANYBODY, 0,       -EPERM, H | O, OWNER,   { 0 } },
{ H | O,     CANCEL,  OWNER,   0,       -ENOENT, H | O, OWNER,  { 0 } },
{ H | O,     EXIT,    OWNER,   0,       0, H,          NOBODY,  { 0 } },
{ H | O,     EXIT,    ANYBODY, 0,       0, H | O,      OWNER,   { 0 } },
{ H | O,     KICK,    NOBODY,  0,       0, H | O,      OWNER,   { 0 } },
{ H | O,     SHARE,   NOBODY,  0,       0, H | O | S,  OWNER,   { 0 } },
{ H | O,     STOP,    NOBODY,  0,       0, X | H | O,  NOBODY,  { 0 } },
/* owned and shared, nobody waits */
{ H | O | S, FREE,    OWNER,   0,       0, S,          NOBODY,  { 0, 1 } },
{ H | O | S, FREE,    OWNER,   KEEPS,   0, H | S,      NOBODY,  { 0, 1, 0, 1 } },
{ H | O | S, FREE,    OWNER,   CONTENDED, 0, S,        NOBODY,  { 0, 1 } },
{ H | O | S, TRY,     ANYBODY, 0,       -EBUSY, H | O | S, OWNER, { 0 } },
{ H | O | S, EXIT,    OWNER,   0,       0, S,          NOBODY,  { 0, 1 } },
{ H | O | S, KICK,    NOBODY,  0,       0, H | O | S,  OWNER,   { 0 } },
{ H | O | S, UNSHARE, NOBODY,  0,       0, H | O,      OWNER,   { 0 } },
{ H | O | S, STOP,    NOBODY,  0,       0, X | H | O | S, NOBODY, { 0 } },
/* owned and waited for */
{ H | O | W1, TRY,    ANYBODY, 0,       -EBUSY, H | O | W1, OWNER, { 0 } },
{ H | O | W1, TRY,    HEAD,    0,       -EBUSY, H | O | W1, OWNER, { 0 } },
{ H | O | W1, TRY,    OWNER,   0,       -EBUSY, H | O | W1, OWNER, { 0 } },
{ H | O | W1, ENQUEUE, ANYBODY, 0,      -EINPROGRESS, H | O | W2, OWNER, { 0 } },
{ H | O | W1, ENQUEUE, HEAD,   0,       -EALREADY, H | O | W1, OWNER, { 0 } },
{ H | O | W1, ENQUEUE, OWNER,  0,       -EDEADLK, H | O | W1, OWNER, { 0 } },
{ H | O | W1, WAIT,   ANYBODY, 0,       -ETIMEDOUT, H | O | W1, OWNER, { 0 } },
{ H | O | W1, WAIT,   HEAD,    0,       -EALREADY, H | O | W1, OWNER, { 0 } },
{ H | O | W1, FREE,   OWNER,   0,       0, H | O,      HEAD,    { 0 } },
{ H | O | W1, FREE,   HEAD,    0,       -EPERM, H | O | W1, OWNER, { 0 } },
{ H | O | W1, FREE,   ANYBODY, 0,       -EPERM, H | O | W1, OWNER, { 0 } },
{ H | O | W1, CANCEL, HEAD,    0,       0, H | O,      OWNER,   { 0 } },
{ H | O | W1, CANCEL, OWNER,   0,       -ENOENT, H | O | W1, OWNER, { 0 } },
{ H | O | W1, CANCEL, ANYBODY, 0,       -ENOENT, H | O | W1, OWNER, { 0 } },
{ H | O | W1, EXIT,   OWNER,   0,       0, H | O,      HEAD,    { 0 } },
{ H | O | W1, EXIT,   HEAD,    0,       0, H | O,      OWNER,   { 0 } },
{ H | O | W1, KICK,   NOBODY,  0,       0, H | O | W1, OWNER,   { 0 } },
{ H | O | W1, SHARE,  NOBODY,  0,       0, H | O | S | W1, OWNER, { 0 } },
{ H | O | W1, STOP,   NOBODY,  0,       0, X | H | O,  NOBODY,  { 0 } },
{ H | O | W2, FREE,   OWNER,   0,       0, H | O | W1, HEAD,    { 0 } },
{ H | O | W2, CANCEL, HEAD,    0,       0, H | O | W1, OWNER,   { 0 } },
{ H | O | W2, CANCEL, TAIL,    0,       0, H | O | W1, OWNER,   { 0 } },
{ H | O | W2, STOP,   NOBODY,  0,       0, X | H | O,  NOBODY,  { 0 } },
/* owned, shared and waited for: outsiders have their turn */
{ H | O | S | W1, FREE, OWNER, 0,       0, H | O | S,  HEAD,    { 0 } },
{ H | O | S | W1, FREE, OWNER, CONTENDED, 0, H | O | S | A, HEAD,   { 1, 1 } },
{ H | O | S | W1, FREE, OWNER, CONTENDED | REFUSES, 0, S | W1, NOBODY, { 1, 1 } },
{ H | O | S | W1, FREE, OWNER, CONTENDED | LATER, 0, S | W1, NOBODY, { 1, 1, 0, 1 } },
{ H | O | S | W1, FREE, OWNER, CONTENDED | KEEPS, 0, H | S | W1, NOBODY, { 0, 1, 0, 1 } },
{ H | O | S | W2, FREE, OWNER, CONTENDED, 0, H | O | S | A | W1, HEAD, { 1, 1 } },
{ H | O | S | W1, CANCEL, HEAD, 0,      0, H | O | S,  OWNER,   { 0 } },
{ H | O | S | W1, UNSHARE, NOBODY, 0,   0, H | O | W1, OWNER,   { 0 } },
{ H | O | S | W1, STOP, NOBODY, 0,      0, X | H | O | S, NOBODY, { 0 } },
/* behind an outsider */
{ W1,        TRY,     ANYBODY, 0,       -EBUSY, W1,    NOBODY,  { 0 } },
{ W1,        TRY,     HEAD,    0,       -EBUSY, W1,    NOBODY,  { 0 } },
{ W1,        ENQUEUE, ANYBODY, 0,       -EINPROGRESS, W2, NOBODY, { 0 } },
{ W1,        ENQUEUE, HEAD,    0,       -EALREADY, W1, NOBODY,  { 0 } },
{ W1,        WAIT,    ANYBODY, 0,       -ETIMEDOUT, W1, NOBODY, { 0 } },
{ W1,        FREE,    HEAD,    0,       -EPERM, W1,    NOBODY,  { 0 } },
{ W1,        KICK,    NOBODY,  0,       0, H | O,      HEAD,    { 1 } },
{ W1,        KICK,    NOBODY,  REFUSES, 0, W1,         NOBODY,  { 1 } },
{ W1,        KICK,    NOBODY,  LATER,   0, W1,         NOBODY,  { 1, 0, 0, 1 } },
{ W1,        CANCEL,  HEAD,    0,       0, 0,          NOBODY,  { 0, 0, 1 } },
{ W1,        CANCEL,  HEAD,    STAYS,  0, 0,          NOBODY,  { 0, 0, 1, 1 } },
{ W1,        EXIT,    HEAD,    0,       0, 0,          NOBODY,  { 0, 0, 1 } },
{ W1,        SHARE,   NOBODY,  0,       0, S | W1,     NOBODY,  { 0 } },
{ W1,        STOP,    NOBODY,  0,       0, X,          NOBODY,  { 0 } },
{ W2,        KICK,    NOBODY,  0,       0, H | O | W1, HEAD,    { 1 } },
{ W2,        CANCEL,  HEAD,    0,       0, W1,         NOBODY,  { 0 } },
{ W2,        CANCEL,  TAIL,    0,       0, W1,         NOBODY,  { 0 } },
{ S | W1,    KICK,    NOBODY,  0,       0, H | O | S,  HEAD,    { 1 } },
{ S | W1,    KICK,    NOBODY,  CONTENDED, 0, H | O | S | A, HEAD,   { 1 } },
{ S | W1,    KICK,    NOBODY,  REFUSES, 0, S | W1,     NOBODY,  { 1 } },
{ S | W1,    UNSHARE, NOBODY,  0,       0, W1,         NOBODY,  { 0 } },
/* waited for, and the release that outsiders wait for left for later */
{ H | S | W1, TRY,    ANYBODY, 0,       -EBUSY, H | S | W1, NOBODY, { 0 } },
{ H | S | W1, KICK,   NOBODY,  0,       0, H | O | S,  HEAD,    { 0 } },
{ H | S | W1, KICK,   NOBODY,  CONTENDED, 0, H | O | S | A, HEAD,   { 1, 1 } },
{ H | S | W1, KICK,   NOBODY,  CONTENDED | REFUSES, 0, S | W1, NOBODY, { 1, 1 } },
{ H | S | W1, CANCEL, HEAD,    CONTENDED, 0, S,        NOBODY,  { 0, 1 } },
{ H | S | W1, UNSHARE, NOBODY, CONTENDED, 0, H | O,    HEAD,    { 0 } },
{ H | S | W1, STOP,   NOBODY,  0,       0, X | H | S,  NOBODY,  { 0 } },
/* no backing */
{ X,         TRY,     ANYBODY, 0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X,         ENQUEUE, ANYBODY, 0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X,         WAIT,    ANYBODY, 0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X,         FREE,    ANYBODY, 0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X,         CANCEL,  ANYBODY, 0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X,         EXIT,    ANYBODY, 0,       0, X,          NOBODY,  { 0 } },
{ X,         KICK,    NOBODY,  0,       0, X,          NOBODY,  { 0 } },
{ X,         SHARE,   NOBODY,  0,       0, X | S,      NOBODY,  { 0 } },
{ X,         ABANDON, NOBODY,  0,       0, X,          NOBODY,  { 0 } },
{ X,         START,   NOBODY,  0,       0, 0,          NOBODY,  { 0 } },
{ X | O,     FREE,    OWNER,   0,       -ENODEV, X,    NOBODY,  { 0 } },
{ X | O,     FREE,    ANYBODY, 0,       -ENODEV, X | O, NOBODY, { 0 } },
{ X | O,     ENQUEUE, OWNER,   0,       -ENODEV, X | O, NOBODY, { 0 } },
{ X | O,     TRY,     OWNER,   0,       -ENODEV, X | O, NOBODY, { 0 } },
{ X | O,     TRY,     ANYBODY, 0,       -ENODEV, X | O, NOBODY, { 0 } },
{ X | O,     EXIT,    OWNER,   0,       0, X,          NOBODY,  { 0 } },
/* no backing, but the claim not given back yet */
{ X | H,     TRY,     ANYBODY, 0,       -ENODEV, X | H, NOBODY, { 0 } },
{ X | H,     ENQUEUE, ANYBODY, 0,       -ENODEV, X | H, NOBODY, { 0 } },
{ X | H,     KICK,    NOBODY,  0,       0, X | H,      NOBODY,  { 0 } },
{ X | H,     SHARE,   NOBODY,  0,       0, X | H | S,  NOBODY,  { 0 } },
{ X | H,     ABANDON, NOBODY,  0,       0, X,          NOBODY,  { 0, 1 } },
{ X | H | O, FREE,    OWNER,   0,       -ENODEV, X | H, NOBODY, { 0 } },
{ X | H | O, FREE,    ANYBODY, 0,       -ENODEV, X | H | O, NOBODY, { 0 } },
{ X | H | O, TRY,     ANYBODY, 0,       -ENODEV, X | H | O, NOBODY, { 0 } },
{ X | H | O, WAIT,    OWNER,   0,       -ENODEV, X | H | O, NOBODY, { 0 } },
{ X | H | O, EXIT,    OWNER,   0,       0, X | H,      NOBODY,  { 0 } },
{ X | H | O, ABANDON, NOBODY,  0,       0, X | O,      NOBODY,  { 0, 1 } },
};

static void describe(const struct transition *t, char *desc)
{
	char word[48];

	snprintf(word, sizeof(word), "%s%s%s%s%u waiting",
		 t->from & H ? "held " : "", t->from & O ? "owned " : "",
		 t->from & S ? "shared " : "", t->from & X ? "off " : "",
		 t->from / (int)ARBITER_WAITER);
	snprintf(desc, KUNIT_PARAM_DESC_SIZE, "%d %s: %s%s%s%s%s%s%s",
		 (int)(t - transitions) + 1, word, op_names[t->op],
		 who_names[t->by], t->backing & REFUSES ? ", refused" : "",
		 t->backing & LATER ? ", claim later" : "",
		 t->backing & KEEPS ? ", release later" : "",
		 t->backing & STAYS ? ", unwatch later" : "",
		 t->backing & CONTENDED ? ", contended" : "");
}

KUNIT_ARRAY_PARAM(transition, transitions, describe);

/* Bring the state word to a value, through calls only. */
static void reach(struct fake_backing *fake, struct fake_client *fc, int word)
{
	unsigned int waiters = word / (int)ARBITER_WAITER;

	if (word & S)
		arbiter_set_shared(&fake->arb, true);
	if (word & (H | O))
		fake_try(&fc[OWNER]);
	else
		fake->claim = ARBITER_REFUSED;
	if (waiters > 0)
		fake_enqueue(&fc[HEAD]);
	if (waiters > 1)
		fake_enqueue(&fc[TAIL]);
	if ((word & (H | O)) == H) {
		fake->release = !(word & S);
		fake->outsider_waits = waiters;
		fake_free(&fc[OWNER]);
	}
	if (word & X)
		arbiter_stop(&fake->arb);
	if ((word & (X | H)) == X)
		arbiter_abandon(&fake->arb);
}

static int perform(struct fake_backing *fake, enum op op,
		   struct fake_client *fc)
{
	switch (op) {
	case TRY:
		return fake_try(fc);
	case ENQUEUE:
		return fake_enqueue(fc);
	case WAIT:
		return arbiter_wait(&fc->client, TASK_INTERRUPTIBLE, 0);
	case FREE:
		return fake_free(fc);
	case CANCEL:
		return fake_cancel(fc);
	case EXIT:
		arbiter_client_exit(&fc->client);
		return 0;
	case KICK:
		arbiter_kick(&fake->arb);
		return 0;
	case SHARE:
	case UNSHARE:
		arbiter_set_shared(&fake->arb, op == SHARE);
		return 0;
	case STOP:
		arbiter_stop(&fake->arb);
		return 0;
	case ABANDON:
		arbiter_abandon(&fake->arb);
		return 0;
	case START:
		arbiter_start(&fake->arb);
		return 0;
	}
	return -EINVAL;
}

static void answer(struct fake_backing *fake, unsigned int backing)
{
	fake->claim = backing & REFUSES ? ARBITER_REFUSED :
		      backing & LATER ? ARBITER_LATER : ARBITER_CLAIMED;
	fake->release = !(backing & KEEPS);
	fake->unwatch = !(backing & STAYS);
	fake->outsider_waits = backing & CONTENDED;
}

static void every_transition(struct kunit *test)
{
	const struct transition *t = test->param_value;
	struct fake_backing *fake = test->priv;
	struct fake_client *fc = fake_clients(test, fake, CLIENTS);
	int asked[FAKE_CALLS], i;

	reach(fake, fc, t->from);
	KUNIT_ASSERT_EQ(test, fake_word(fake), t->from);

	answer(fake, t->backing);
	for (i = 0; i < FAKE_CALLS; i++)
		asked[i] = fake_calls(fake, i);
	KUNIT_EXPECT_EQ(test, perform(fake, t->op, &fc[t->by]), t->ret);

	KUNIT_EXPECT_EQ(test, fake_word(fake), t->to);
	for (i = OWNER; i < CLIENTS && !(t->to & X); i++)
		KUNIT_EXPECT_EQ_MSG(test, fake_owns(&fc[i]), i == t->owner,
				    "client%s", who_names[i]);
	KUNIT_EXPECT_EQ_MSG(test, fake_calls(fake, FAKE_CLAIM) -
			    asked[FAKE_CLAIM], t->asked[0], "claims");
	KUNIT_EXPECT_EQ_MSG(test, fake_calls(fake, FAKE_RELEASE) -
			    asked[FAKE_RELEASE], t->asked[1], "releases");
	KUNIT_EXPECT_EQ_MSG(test, fake_calls(fake, FAKE_UNWATCH) -
			    asked[FAKE_UNWATCH], t->asked[2], "unwatches");
	KUNIT_EXPECT_EQ_MSG(test, fake_calls(fake, FAKE_LATER) -
			    asked[FAKE_LATER], t->asked[3], "laters");
	KUNIT_EXPECT_TRUE(test, fake_is_consistent(fake));
	KUNIT_EXPECT_EQ(test, arbiter_is_free(&fake->arb),
			!(t->to & (X | O)) && t->to < W1);
}

static struct kunit_case arbiter_state_cases[] = {
	KUNIT_CASE_PARAM(every_transition, transition_gen_params),
	{}
};

struct kunit_suite arbiter_state_suite = {
	.name = "parbiter-arbiter-state",
	.init = fake_test_init,
	.exit = fake_test_exit,
	.test_cases = arbiter_state_cases,
};
