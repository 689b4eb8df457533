// SPDX-License-Identifier: GPL-2.0
/*
 * An idle claim that is kept beside one native driver, and handed over to that
 * driver when it claims.
 */
#include <linux/device/driver.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/processor.h>

#include "port/claim.h"
#include "lib/port_fixture.h"

/* Control registers, each of a device of its own */
#define NATIVE_CONTROL	0x06
#define CLIENT_CONTROL	0x09
/* The initial registers, with the interrupt disabled */
#define INITIAL_CONTROL	0x0c
#define INITIAL_ECR	0x34
/* Extended control registers: ECP mode, and FIFO test mode */
#define NATIVE_ECR	0x74
#define CLIENT_ECR	0xd4

static void keep_an_idle_claim(struct kunit *test, struct port_client *pc)
{
	struct port_fixture *pf = test->priv;

	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_ASSERT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_ASSERT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
}

static void beside_one_native_no_register_is_accessed(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 2);
	unsigned int i;
	u64 before;

	port_sleeping_native(test, pf, "kunit-a");
	keep_an_idle_claim(test, pc);
	before = port_accesses(pf);
	for (i = 0; i < 100; i++) {
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc[i % 2].client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc[i % 2].client), 0);
	}
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, pf->port->claim.claimer);
}

static void set_registers(struct port_fixture *pf, unsigned char control,
			  unsigned char ecr)
{
	struct parport_state state = { .u.pc = { control, ecr } };

	pf->parport->ops->restore_state(pf->parport, &state);
}

static void expect_registers(struct kunit *test, unsigned char control,
			     unsigned char ecr)
{
	struct port_fixture *pf = test->priv;

	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_CONTROL),
			control);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_ECR), ecr);
}

/* Each finds the registers as it has left them, however often they take turns. */
static void registers_survive_every_hand_over(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	unsigned char control = NATIVE_CONTROL, ecr = NATIVE_ECR;
	unsigned int i;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	set_registers(pf, control, ecr);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	for (i = 0; i < 20; i++) {
		KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
		set_registers(pf, CLIENT_CONTROL, CLIENT_ECR);
		KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
		KUNIT_EXPECT_TRUE(test, port_native_owns(native));
		expect_registers(test, control, ecr);
		control ^= i % 16;
		ecr ^= (i % 8) << 5;
		set_registers(pf, control, ecr);
		KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	}
}

/* The claim is kept, and the next native driver has registers of its own. */
static void the_only_native_leaves_an_idle_claim(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *goes = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *comes;

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(goes), 0);
	set_registers(pf, NATIVE_CONTROL, NATIVE_ECR);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(goes), 0);
	keep_an_idle_claim(test, pc);
	parbiter_vport_native_unregister(goes);
	KUNIT_EXPECT_NULL(test, pf->port->claim.native);
	keep_an_idle_claim(test, pc);

	comes = port_sleeping_native(test, pf, "kunit-b");
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(comes), 0);
	expect_registers(test, INITIAL_CONTROL, INITIAL_ECR);
}

/* A file's registers come back with the next claim, as after a release. */
static void a_files_registers_are_saved_for_the_claimer(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_record rec;
	int saved = -1;
	u64 pos = 0;

	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	parport_write_control(pf->parport, CLIENT_CONTROL);
	KUNIT_ASSERT_EQ(test, parbiter_free(pc->client), 0);
	/* The address of a file is only compared. */
	pf->port->registers.holder = (unsigned long)pf;
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	while (parbiter_vport_read(pf->vport, &pos, &rec))
		if (rec.kind == VPORT_KIND_SAVE && !strcmp(rec.name, "parbiter"))
			saved = rec.value;
	KUNIT_EXPECT_EQ(test, saved & ~VPORT_CONTROL_IRQ, CLIENT_CONTROL);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parport_read_control(pf->parport), CLIENT_CONTROL);
}

static void a_plain_claim_has_an_idle_port_with_interrupts_off(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct pardevice *native;
	unsigned long flags;
	int ret;

	port_sleeping_native(test, pf, "kunit-a");
	keep_an_idle_claim(test, pc);
	native = pf->port->claim.native;
	KUNIT_ASSERT_NOT_NULL(test, native);
	local_irq_save(flags);
	ret = parport_claim(native);
	local_irq_restore(flags);
	KUNIT_EXPECT_EQ(test, ret, 0);
	KUNIT_EXPECT_PTR_EQ(test, pf->parport->cad, native);
	KUNIT_EXPECT_EQ(test, atomic_read(&pf->port->arb.state), 0);
	parport_release(native);
}

/* A native driver that was refused once finds the port free after the Free. */
static void a_free_gives_the_claim_back_once_a_native_has_asked(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), -EAGAIN);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	/* The next claim is kept again. */
	keep_an_idle_claim(test, pc);
}

static void an_idle_claim_is_given_back_before_a_second_native_can_claim(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *first = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);

	keep_an_idle_claim(test, pc);
	port_sleeping_native(test, pf, "kunit-b");
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_NULL(test, pf->port->claim.native);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_FALSE(test, port_is_claimed(pf));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(first), 0);
}

static void the_native_that_stays_is_handed_the_port(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *stays = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct vport_native *goes = port_sleeping_native(test, pf, "kunit-b");

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(stays), 0);
	parport_write_control(pf->parport, NATIVE_CONTROL);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(stays), 0);
	parbiter_vport_native_unregister(goes);
	keep_an_idle_claim(test, pc);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(stays), 0);
	KUNIT_EXPECT_EQ(test, parport_read_control(pf->parport), NATIVE_CONTROL);
}

/**
 * struct rival - what another CPU does in the middle of a hand-over
 * @pf: the port
 * @actor: calls @fn
 * @fn: what the other CPU does
 * @pc: the client that @fn uses
 * @word: a flag of the state word; once it is set, @fn has begun; 0: none tells
 * @may_end: @fn need not wait for the end of the hand-over
 * @go: the hand-over has begun
 * @begun: @word was seen in the middle of the hand-over
 * @ended: @fn has returned
 * @early: @fn had returned before the hand-over was over
 * @second: the native driver that @fn has registered
 */
struct rival {
	struct port_fixture *pf;
	struct actor actor;
	int (*fn)(struct rival *rival);
	struct port_client *pc;
	int word;
	bool may_end;
	bool go;
	bool begun;
	bool ended;
	bool early;
	struct vport_native *second;
};

static int thread_rival(void *data)
{
	unsigned long limit = jiffies + FIXTURE_LIMIT;
	struct rival *rival = data;
	int ret;

	/* Pairs with the release in let_the_rival_begin(). */
	while (!smp_load_acquire(&rival->go) && time_before(jiffies, limit))
		cpu_relax();
	ret = rival->fn(rival);
	/* Pairs with the acquire in fixture_spin_a_while_for(). */
	smp_store_release(&rival->ended, true);
	return ret;
}

/*
 * Runs while the core hands the port over, with cad_lock held: parbiter has let
 * go, and cad still says that parbiter owns. A rival that must wait for the lock,
 * and does not, ends within the time that this spins.
 */
static void let_the_rival_begin(struct vport *vport, enum vport_op op,
				void *context)
{
	struct rival *rival = context;
	u64 limit = ktime_get_ns() + 5 * NSEC_PER_SEC;

	if (rival->go)
		return;
	/* Release: what the rival reads is written. */
	smp_store_release(&rival->go, true);
	while (rival->word && !rival->begun && ktime_get_ns() < limit) {
		rival->begun = atomic_read(&rival->pf->port->arb.state) &
			       rival->word;
		cpu_relax();
	}
	rival->early = fixture_spin_a_while_for(&rival->ended);
}

/*
 * Let a native driver claim, and the rival act in the middle of that. Return what
 * the rival returns.
 */
static int hand_over_beside(struct kunit *test, struct rival *rival,
			    struct vport_native *native)
{
	struct port_fixture *pf = test->priv;
	int cpu = fixture_other_cpu(test);
	int ret;

	rival->pf = pf;
	actor_start(test, &rival->actor, thread_rival, rival, cpu);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE,
				let_the_rival_begin, rival);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	parbiter_vport_set_hook(pf->vport, VPORT_SAVE_STATE, NULL, NULL);
	ret = actor_join(test, &rival->actor);
	KUNIT_EXPECT_TRUE(test, rival->begun || !rival->word);
	KUNIT_EXPECT_TRUE(test, rival->may_end || !rival->early);
	return ret;
}

static int rival_tries(struct rival *rival)
{
	return parbiter_try_allocate(rival->pc->client);
}

static void a_try_in_the_middle_of_a_hand_over_is_refused(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct rival rival = {
		.fn = rival_tries,
		.pc = pc,
		.word = ARBITER_BUSY,
	};

	keep_an_idle_claim(test, pc);
	KUNIT_EXPECT_EQ(test, hand_over_beside(test, &rival, native), -EBUSY);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_FALSE(test, port_owns(pc));
}

static int rival_closes(struct rival *rival)
{
	port_close(rival->pc);
	return 0;
}

/* The device that has let go is not unregistered while cad points to it. */
static void a_last_close_in_the_middle_of_a_hand_over_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct rival rival = {
		.fn = rival_closes,
		.pc = pc,
		.word = ARBITER_OFF,
	};

	keep_an_idle_claim(test, pc);
	hand_over_beside(test, &rival, native);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 1U);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
}

static int rival_detaches(struct rival *rival)
{
	struct parport *parport = rival->pf->parport;
	struct device_driver *driver =
		driver_find("parbiter", parport->bus_dev.bus);

	to_parport_driver(driver)->detach(parport);
	return 0;
}

/* As the core does when the port is unplugged */
static void a_removal_in_the_middle_of_a_hand_over_waits(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct rival rival = {
		.fn = rival_detaches,
		.pc = pc,
		.word = ARBITER_OFF,
	};

	keep_an_idle_claim(test, pc);
	hand_over_beside(test, &rival, native);
	KUNIT_EXPECT_EQ(test, port_devices(pf->parport), 1U);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), -ENODEV);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
}

static int rival_registers(struct rival *rival)
{
	const struct vport_native_config config = {
		.name = "kunit-b",
		.preempt = VPORT_PREEMPT_REFUSE,
	};
	struct vport_native *native;

	native = parbiter_vport_native_create(rival->pf->parport, &config);
	if (IS_ERR(native))
		return PTR_ERR(native);
	rival->second = native;
	return 0;
}

/* The first one has the port, and each has registers of its own. */
static void a_second_native_in_the_middle_of_a_hand_over(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct rival rival = {
		.fn = rival_registers,
		.word = ARBITER_SHARED,
		.may_end = true,
	};

	KUNIT_ASSERT_EQ(test, parbiter_vport_native_claim(native), 0);
	set_registers(pf, NATIVE_CONTROL, NATIVE_ECR);
	KUNIT_ASSERT_EQ(test, parbiter_vport_native_release(native), 0);
	keep_an_idle_claim(test, pc);
	KUNIT_ASSERT_EQ(test, hand_over_beside(test, &rival, native), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	expect_registers(test, NATIVE_CONTROL, NATIVE_ECR);
	KUNIT_EXPECT_EQ(test, parbiter_try_allocate(pc->client), -EBUSY);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(rival.second), -EAGAIN);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);

	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(rival.second), 0);
	expect_registers(test, INITIAL_CONTROL, INITIAL_ECR);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(rival.second), 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_claim(native), 0);
	expect_registers(test, NATIVE_CONTROL, NATIVE_ECR);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	parbiter_vport_native_unregister(rival.second);
	parbiter_vport_native_put(rival.second);
}

static int rival_registers_exclusively(struct rival *rival)
{
	const struct vport_native_config config = {
		.name = "kunit-b",
		.preempt = VPORT_PREEMPT_REFUSE,
		.exclusive = true,
	};
	struct vport_native *native;

	native = parbiter_vport_native_create(rival->pf->parport, &config);
	return PTR_ERR_OR_ZERO(native);
}

static void an_exclusive_native_in_the_middle_of_a_hand_over(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native = port_sleeping_native(test, pf, "kunit-a");
	struct port_client *pc = port_open(test, pf, 1);
	struct rival rival = {
		.fn = rival_registers_exclusively,
		.may_end = true,
	};

	keep_an_idle_claim(test, pc);
	KUNIT_EXPECT_LT(test, hand_over_beside(test, &rival, native), 0);
	KUNIT_EXPECT_TRUE(test, port_native_owns(native));
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
	keep_an_idle_claim(test, pc);
}

static struct kunit_case port_handover_cases[] = {
	KUNIT_CASE(beside_one_native_no_register_is_accessed),
	KUNIT_CASE(registers_survive_every_hand_over),
	KUNIT_CASE(the_only_native_leaves_an_idle_claim),
	KUNIT_CASE(a_files_registers_are_saved_for_the_claimer),
	KUNIT_CASE(a_plain_claim_has_an_idle_port_with_interrupts_off),
	KUNIT_CASE(a_free_gives_the_claim_back_once_a_native_has_asked),
	KUNIT_CASE(an_idle_claim_is_given_back_before_a_second_native_can_claim),
	KUNIT_CASE(the_native_that_stays_is_handed_the_port),
	KUNIT_CASE(a_try_in_the_middle_of_a_hand_over_is_refused),
	KUNIT_CASE(a_last_close_in_the_middle_of_a_hand_over_waits),
	KUNIT_CASE(a_removal_in_the_middle_of_a_hand_over_waits),
	KUNIT_CASE(a_second_native_in_the_middle_of_a_hand_over),
	KUNIT_CASE(an_exclusive_native_in_the_middle_of_a_hand_over),
	{}
};

struct kunit_suite port_handover_suite = {
	.name = "parbiter-port-handover",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = port_handover_cases,
};
