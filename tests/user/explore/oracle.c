// SPDX-License-Identifier: GPL-2.0
/* What must be true; see oracle.h. */
#include <errno.h>
#include <linux/errno.h>

#include "backing.h"
#include "fail.h"
#include "fiber.h"
#include "oracle.h"

static int word_now(void)
{
	return world.arb.state.counter;
}

static bool claim_is_held(void)
{
	return word_now() & ARBITER_HELD;
}

static int waiters_now(void)
{
	return (unsigned int)word_now() / ARBITER_WAITER;
}

static int client_state(int i)
{
	return world.clients[i].base.state.counter;
}

static char letter(int client)
{
	return 'a' + client;
}

/* Return the bit mask of the first @length clients in the queue. */
static unsigned int queue_mask(int length)
{
	unsigned int mask = 0;
	int i;

	for (i = 0; i < length; i++)
		mask |= 1u << world.queue[i];
	return mask;
}

/* The place of a client in the queue, from 1; 0: it is not there. */
static int place_of(int client)
{
	int i;

	for (i = 0; i < world.queue_length; i++)
		if (world.queue[i] == client)
			return i + 1;
	return 0;
}

void oracle_op_begins(const struct step *step)
{
	/* A request that is linked but not counted yet may be overtaken. */
	fiber_now->queued_before =
		queue_mask(waiters_now() < world.queue_length ?
			   waiters_now() : world.queue_length);
	fiber_now->queue_place = place_of(step->client);
	if (step->op <= OP_USE && world.clients[step->client].gone)
		fail("the scenario uses client %c after its exit",
		     letter(step->client));
}

static bool result_is_allowed(enum op op, int result)
{
	if (result == -ENODEV)
		return scenario.stops;
	switch (op) {
	case OP_TRY:
		return !result || result == -EBUSY;
	case OP_TIMED:
	case OP_NOW:
	case OP_WAIT:
		return !result || result == -EDEADLK || result == -EALREADY ||
			result == -ECANCELED ||
			result == -ERESTARTSYS ||
			(result == -ETIMEDOUT && op != OP_WAIT);
	case OP_SUBMIT:
	case OP_DIE:
		return result == -EINPROGRESS || result == -EDEADLK ||
			result == -EALREADY;
	case OP_ENQUEUE:
		return !result || result == -EINPROGRESS ||
			result == -EDEADLK || result == -EALREADY;
	case OP_FREE:
		return !result || result == -EPERM;
	case OP_YIELD:
		return !result || result == -EPERM || result == -EINPROGRESS ||
			result == -EALREADY || result == -EDEADLK;
	case OP_CANCEL:
		return !result || result == -ENOENT;
	case OP_POSITION:
		return result >= 0 && result <= scenario.clients;
	default:
		return !result;
	}
}

void oracle_op_ends(const struct step *step, int result)
{
	if (!result_is_allowed(step->op, result))
		fail("%s returns %d", scenario_op_name(step), result);
	/* Requests ahead may leave during the walk, and none joins there. */
	if (step->op == OP_POSITION &&
	    (fiber_now->queued_before & (1u << step->client)) &&
	    (result > fiber_now->queue_place || result < place_of(step->client)))
		fail("%s returns %d; the place was %d, and is %d",
		     scenario_op_name(step), result, fiber_now->queue_place,
		     place_of(step->client));
	if (step->op == OP_ENQUEUE && scenario.users[step->client] == 1 &&
	    !result && client_state(step->client) != ARBITER_OWNER)
		fail("%s says that it was granted, but it was not",
		     scenario_op_name(step));
	/* Only one fiber uses the client, so nobody else has canceled. */
	if (step->op <= OP_USE && scenario.users[step->client] == 1 &&
	    (step->op == OP_WAIT || step->op == OP_TIMED) &&
	    result == -ECANCELED)
		fail("%s was canceled by nobody", scenario_op_name(step));
}

void oracle_free(const struct client *client, bool held, int ret)
{
	if (ret && held && scenario.users[client_number(client)] == 1)
		fail("%c owns, and its Free fails", letter(client_number(client)));
}

/* Compare the queue with what it was one step ago. */
static void check_queue(void)
{
	struct list_head *node = world.arb.queue.next;
	int queue[CLIENTS_MAX + 1] = { 0 };
	int length = 0, same = 0, i;
	struct client *client;

	for (; node != &world.arb.queue; node = node->next) {
		if (length == scenario.clients || !node ||
		    node->next->prev != node) {
			fail("the queue is no list of requests any more");
			return;
		}
		client = client_of(list_entry(node, struct arbiter_request,
					      node)->client);
		if (client->gone)
			fail("client %c is in the queue, but it is gone",
			     letter(client_number(client)));
		queue[length++] = client_number(client);
	}
	while (same < world.queue_length && same < length &&
	       queue[same] == world.queue[same])
		same++;
	if (length == world.queue_length - 1) {
		world.left_place = same;
		for (i = same; i < length; i++)
			if (queue[i] != world.queue[i + 1])
				fail("the queue has changed its order");
	} else if (length == world.queue_length + 1) {
		if (same != world.queue_length)
			fail("%c did not join at the tail", letter(queue[same]));
	} else if (length != world.queue_length || same != length) {
		fail("the queue has changed its order");
	}
	for (i = 0; i < length; i++)
		world.queue[i] = queue[i];
	for (; i < CLIENTS_MAX; i++)
		world.queue[i] = 0;
	world.queue_length = length;
	if (!world.arb.lock.host.word && waiters_now() != length)
		fail("%d requests are counted, but %d are in the queue",
		     waiters_now(), length);
}

/* Look at a step that has set OWNED. */
static void check_grant(const struct fiber *fiber)
{
	int change = word_now() - world.word;
	int i;

	if (!(word_now() & ARBITER_OWNED) || (world.word & ARBITER_OWNED))
		return;
	if (word_now() & ARBITER_OFF)
		fail("a client becomes owner, but the arbiter is off");
	if (world.backing.stale)
		fail("a client becomes owner by an old claim");
	if (world.backing.changed)
		fail("a client becomes owner, and the backing is not restored");
	if (change < 0) {
		if (world.left_place)
			fail("a grant overtakes an earlier request");
	} else if (fiber && fiber->queued_before) {
		fail("a Try overtakes a request");
	}
	/*
	 * One more owner is right for each other outsider that has the backing
	 * meanwhile, see backing_is_taken() and Documentation/parport-core.rst.
	 */
	for (i = 0; i < OUTSIDERS_MAX; i++)
		if (backing_outsider_is_waiting(i) &&
		    ++world.backing.passed[i] > 1)
			fail("an outsider waits for too many owners");
}

/*
 * Look at a step that has set BUSY while somebody waits.
 *
 * A claim is not given back unused then: the request would be passed over by an
 * outsider whose turn comes later. And while an outsider has the backing, it is
 * not claimed again and again.
 */
static void check_busy(void)
{
	int begun = word_now() & ~world.word;

	if (begun & ARBITER_HELD)
		world.backing.used = false;
	if (begun & ARBITER_OWNED)
		world.backing.used = true;
	world.backing.news |= world.arb.kicked;
	if (!(begun & ARBITER_BUSY))
		return;
	if (waiters_now() && claim_is_held() &&
	    !world.backing.used && !world.arb.renew)
		fail("the claim is given back unused, and %c waits",
		     letter(world.queue[0]));
	if (waiters_now() && !claim_is_held()) {
		if (world.arb.watched && !world.backing.news)
			fail("the backing is claimed again for no reason");
		world.backing.news = false;
	}
}

/*
 * Look at a step that has cleared OWNED while the backing is to be told of it. It
 * need not be told if somebody owns after that, or an outsider has the backing (see
 * backing_is_taken()).
 */
static void check_report(void)
{
	int ended = world.word & ~word_now();

	if ((ended & ARBITER_OWNED) && (word_now() & ARBITER_REPORT))
		world.backing.unreported = true;
	if (word_now() & (ARBITER_OWNED | ARBITER_OFF) ||
	    (ended & ARBITER_REPORT))
		world.backing.unreported = false;
}

/* A claim that could not be tried is tried by whoever can do so first. */
static void check_owed(void)
{
	if (word_now() & (ARBITER_OFF | ARBITER_BUSY) || !waiters_now())
		return;
	if (world.backing.owed && !world.arb.kicked &&
	    !world.arb.lock.host.word)
		fail("a claim that was left for later is forgotten");
}

static void check_owners(void)
{
	int owners = 0, i;

	for (i = 0; i < scenario.clients; i++)
		owners += !world.clients[i].gone &&
			  client_state(i) == ARBITER_OWNER;
	if (owners > 1)
		fail("there are %d owners", owners);
	if (owners && !(word_now() & ARBITER_OWNED))
		fail("there is an owner, but OWNED is clear");
	if ((word_now() & ARBITER_OWNED) &&
	    !(word_now() & (ARBITER_HELD | ARBITER_OFF)))
		fail("OWNED is set without HELD");
	if ((word_now() & ARBITER_OWNED) && world.backing.holder != HOLDER_ARBITER &&
	    !(word_now() & ARBITER_OFF))
		fail("a client owns what an outsider has");
	if ((word_now() & ARBITER_NOTIFY) && !(word_now() & ARBITER_OWNED))
		fail("NOTIFY is set without OWNED");
}

static bool is_contended(void)
{
	return waiters_now() || ((word_now() & ARBITER_WANTED) &&
				 backing_outsiders_waiting());
}

/* Forget what owners were told when they own no more, or nobody waits. */
static void forget_told(void)
{
	bool nobody_waits = !world.arb.lock.host.word && !is_contended();
	int i;

	for (i = 0; i < scenario.clients; i++)
		if (nobody_waits || (client_state(i) != ARBITER_OWNER &&
				     world.arb.owner != &world.clients[i].base))
			world.clients[i].told = false;
}

void oracle_step(const struct fiber *fiber)
{
	bool is_held = world.backing.holder == HOLDER_ARBITER;
	int i;

	check_queue();
	check_grant(fiber);
	check_busy();
	check_report();
	check_owed();
	check_owners();
	forget_told();
	if (world.backing.inside && !(word_now() & ARBITER_BUSY))
		fail("the backing is called, but BUSY is clear");
	if (!(word_now() & (ARBITER_BUSY | ARBITER_OFF)) &&
	    !world.arb.lock.host.word && !world.backing.lock.word &&
	    is_held != claim_is_held())
		fail("HELD does not say whether the claim is held");
	for (i = 0; i < scenario.fibers; i++)
		world.fibers[i].queued_before &= queue_mask(world.queue_length);
	world.word = word_now();
}

bool oracle_is_quiet(void)
{
	int i;

	for (i = 0; i < scenario.fibers; i++) {
		const struct fiber *fiber = &world.fibers[i];

		switch (fiber->wish) {
		case WISH_STEP:
		case WISH_SPIN_LOCK:
		case WISH_MUTEX:
		case WISH_COMPLETION:
			return false;
		case WISH_SLEEP:
		case WISH_WORK:
			if (fiber_is_enabled(fiber))
				return false;
			break;
		default:
			break;
		}
		if (fiber->stores[0].address)
			return false;
	}
	return true;
}

/* Nobody is asleep for what is free, and nothing is held for nobody. */
static void check_progress(void)
{
	int word = word_now();

	if (word & (ARBITER_OFF | ARBITER_OWNED))
		return;
	if (world.queue_length && world.backing.holder < HOLDER_OUT &&
	    !(world.backing.lost && world.backing.retry))
		fail("%c waits for ever: nobody owns",
		     letter(world.queue[0]));
	if ((word & ARBITER_WANTED) && (word & ARBITER_HELD))
		fail("the claim is held for nobody, and outsiders want it");
	if ((word & ARBITER_ASKED) && !(word & ARBITER_HELD))
		fail("ASKED is set without HELD");
	if (world.backing.changed || (word & ARBITER_CHANGED))
		fail("nobody owns, and the backing is not restored");
	if (backing_outsiders_waiting() && world.backing.holder < HOLDER_OUT)
		fail("an outsider waits for ever: nobody owns");
	if (!world.queue_length && (world.arb.watched || backing_is_watching()))
		fail("the backing is watched for nobody");
}

static void check_told(void)
{
	struct arbiter_client *owner = world.arb.owner;

	if (word_now() & ARBITER_OFF)
		return;
	if (!(word_now() & ARBITER_OWNED)) {
		if (owner)
			fail("nobody owns, but an owner is noted");
		return;
	}
	if (!owner || owner->state.counter != ARBITER_OWNER)
		fail("OWNED is set, but the owner is not noted");
	else if (is_contended() && (word_now() & ARBITER_NOTIFY))
		fail("NOTIFY stays, and nobody will look at it");
	else if (is_contended() && !client_of(owner)->told)
		fail("%c owns, somebody waits, and %c was not told",
		     letter(client_number(client_of(owner))),
		     letter(client_number(client_of(owner))));
}

static void check_statistics(void)
{
	const struct arbiter_stats *stats = &world.arb.stats;
	const struct tally *tally = &world.tally;

	if ((int)(stats->grants - stats->undone) != tally->grants)
		fail("%d grants are counted; there were %d",
		     (int)(stats->grants - stats->undone), tally->grants);
	if (!scenario.stops && tally->grants !=
	    tally->frees + !!(word_now() & ARBITER_OWNED))
		fail("%d grants, %d frees: somebody freed who did not own",
		     tally->grants, tally->frees);
	if ((int)stats->frees != tally->frees)
		fail("%d frees are counted; there were %d", (int)stats->frees,
		     tally->frees);
	if ((int)stats->cancels != tally->cancels)
		fail("%d cancels are counted; there were %d",
		     (int)stats->cancels, tally->cancels);
	if ((int)stats->timeouts != tally->timeouts)
		fail("%d timeouts are counted; there were %d",
		     (int)stats->timeouts, tally->timeouts);
	if ((int)world.arb.refused.counter != tally->refused)
		fail("%d refused frees are counted; there were %d",
		     (int)world.arb.refused.counter, tally->refused);
}

/* Each request that has not ended is in the queue, and the other way round. */
static void check_requests(void)
{
	int waiting[CLIENTS_MAX] = { 0 }, i;

	for (i = 0; i < scenario.fibers - 1; i++) {
		const struct fiber *fiber = &world.fibers[i];
		const struct program *program = &scenario.programs[i];

		if (fiber->wish != WISH_SLEEP)
			continue;
		waiting[program->steps[fiber->op].client]++;
		if (fiber->signal || fiber->thaws)
			fail("fiber %d sleeps, but a signal is pending", i);
	}
	for (i = 0; i < scenario.clients; i++) {
		struct client *client = &world.clients[i];
		bool queued = queue_mask(world.queue_length) & (1u << i);

		if (client->pending + waiting[i] != queued)
			fail("%c %s, but %d of its requests have not ended",
			     letter(i), queued ? "is in the queue" :
			     "is not in the queue", client->pending + waiting[i]);
		if (!client->gone &&
		    queued != (client_state(i) == ARBITER_QUEUED))
			fail("%c's state does not say whether it is queued",
			     letter(i));
	}
}

/* Grants and Frees alternate, if all of them are traced. */
void oracle_traced(int number, enum arbiter_act act, int result)
{
	bool ended = act == ARBITER_ACT_ENDED || act == ARBITER_ACT_REFUSED;

	if (ended ? result >= 0 : result)
		fail("what is traced has the result %d", result);
	if (!scenario.traced)
		return;
	if (act == ARBITER_ACT_GRANTED) {
		if (world.traced)
			fail("a grant is traced, and %c has not freed",
			     letter(world.traced - 1));
		world.traced = number + 1;
	} else if (act == ARBITER_ACT_FREED) {
		if (world.traced != number + 1)
			fail("a Free of %c is traced, and no grant", letter(number));
		world.traced = 0;
	}
}

/* Who owns was traced, and nobody else was. */
static void check_traced(void)
{
	bool owned = word_now() & ARBITER_OWNED;

	if (scenario.traced && owned != !!world.traced)
		fail("%s", owned ? "no grant of the owner is traced" :
				   "no Free is traced, and nobody owns");
}

void oracle_quiet(void)
{
	check_traced();
	if (world.watch.armed && world.watch.seen != world.arb.owner)
		fail("the watcher has seen another owner, and is not woken");
	if (word_now() & ARBITER_BUSY)
		fail("BUSY is set, but nobody is busy");
	if (world.arb.lock.host.word || world.arb.cursor)
		fail("a lock is held, or a walk is under way, by nobody");
	if ((word_now() & ARBITER_OFF) && world.queue_length)
		fail("requests are queued, but the arbiter is off");
	if (world.backing.off && world.backing.holder == HOLDER_ARBITER)
		fail("the claim is held, but the arbiter is off");
	if (world.backing.unreported)
		fail("a Free has left nobody, and the backing was not told");
	check_progress();
	check_told();
	check_requests();
	check_statistics();
}

void oracle_stuck(void)
{
	int i;

	for (i = 0; i < scenario.fibers; i++) {
		enum wish wish = world.fibers[i].wish;

		if (wish == WISH_STEP || wish == WISH_SPIN_LOCK ||
		    wish == WISH_MUTEX || wish == WISH_COMPLETION)
			fail("fiber %d waits for ever for a lock or a completion",
			     i);
	}
}
