// SPDX-License-Identifier: GPL-2.0
/* The registers are restored after the machine has slept. */
#include <linux/device.h>
#include <linux/parport.h>
#include <linux/pm.h>

#include "client/kapi.h"
#include "lib/port_fixture.h"

#define LINES	(PARPORT_CONTROL_SELECT | PARPORT_CONTROL_AUTOFD)

static const struct vport_native_config native_owner = {
	.name = "kunit-native",
};

/* Return the operations that the driver core calls for the claimer's device. */
static const struct dev_pm_ops *pm_ops(struct kunit *test,
				       struct port_fixture *pf)
{
	struct device_driver *driver = pf->port->claim.claimer->dev.driver;

	KUNIT_ASSERT_NOT_NULL(test, driver);
	KUNIT_ASSERT_NOT_NULL(test, driver->pm);
	return driver->pm;
}

static void pm_sleep(struct kunit *test, struct port_fixture *pf)
{
	const struct dev_pm_ops *ops = pm_ops(test, pf);
	struct device *dev = &pf->port->claim.claimer->dev;

	KUNIT_EXPECT_EQ(test, ops->suspend(dev), 0);
	parbiter_vport_lose_power(pf->vport);
	KUNIT_EXPECT_EQ(test, ops->resume(dev), 0);
}

static void pm_expect(struct kunit *test, struct port_fixture *pf, u8 data,
		      u8 control, u8 ecr)
{
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_DATA),
			data);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_CONTROL),
			control);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_ECR),
			ecr);
}

static void pm_set(struct port_fixture *pf)
{
	pf->parport->ops->write_data(pf->parport, 0xa5);
	pf->parport->ops->write_control(pf->parport, LINES);
}

static void an_owners_registers_are_restored(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	u8 control, ecr;

	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	pm_set(pf);
	control = parbiter_vport_register(pf->vport, VPORT_CONTROL);
	ecr = parbiter_vport_register(pf->vport, VPORT_ECR);
	KUNIT_EXPECT_EQ(test, control & LINES, LINES);
	pm_sleep(test, pf);
	pm_expect(test, pf, 0xa5, control, ecr);
	/* Hibernation suspends and resumes twice. */
	pm_sleep(test, pf);
	pm_expect(test, pf, 0xa5, control, ecr);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

/* Nobody owns, but parbiter keeps the claim, so the registers are its own. */
static void registers_under_a_kept_claim_are_restored(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	u8 control, ecr;

	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	pm_set(pf);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_TRUE(test, port_is_claimed(pf));
	control = parbiter_vport_register(pf->vport, VPORT_CONTROL);
	ecr = parbiter_vport_register(pf->vport, VPORT_ECR);
	pm_sleep(test, pf);
	pm_expect(test, pf, 0xa5, control, ecr);
}

static void a_native_drivers_registers_are_not_touched(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct vport_native *native;
	u64 before;

	port_open(test, pf, 1);
	native = port_native(test, pf, &native_owner);
	KUNIT_ASSERT_EQ(test, parbiter_vport_native_claim(native), 0);
	before = port_accesses(pf);
	pm_sleep(test, pf);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	pm_expect(test, pf, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
}

/* The port goes to a native driver between suspend and resume. */
static void nothing_is_restored_over_a_native_driver(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = port_open(test, pf, 1);
	struct device *dev = &pf->port->claim.claimer->dev;
	const struct dev_pm_ops *ops = pm_ops(test, pf);
	struct vport_native *native = port_native(test, pf, &native_owner);
	u64 before;

	KUNIT_ASSERT_EQ(test, parbiter_try_allocate(pc->client), 0);
	KUNIT_EXPECT_EQ(test, ops->suspend(dev), 0);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_ASSERT_EQ(test, parbiter_vport_native_claim(native), 0);
	before = port_accesses(pf);
	KUNIT_EXPECT_EQ(test, ops->resume(dev), 0);
	KUNIT_EXPECT_EQ(test, port_accesses(pf), before);
	KUNIT_EXPECT_EQ(test, parbiter_vport_native_release(native), 0);
}

/* A port with a chain of two devices, of which a client selects the second one */
static struct port_client *pm_select(struct kunit *test,
				     struct port_fixture *pf)
{
	struct port_client *pc = port_open(test, pf, 1);

	KUNIT_ASSERT_EQ(test, parbiter_try_select(pc->client, 1), 0);
	KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
	return pc;
}

/* The devices of a chain stay powered, and are deselected with the port. */
static void an_owners_device_is_selected_again(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = pm_select(test, pf);
	u8 control;

	pm_set(pf);
	control = parbiter_vport_register(pf->vport, VPORT_CONTROL);
	pm_sleep(test, pf);
	KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
	pm_expect(test, pf, 0xa5, control, 0x34);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, port_selected(pf), VPORT_END);
}

/*
 * In the chip mode that the owner has set the chain would not hear. A machine that
 * cannot hibernate wakes up with that mode, too.
 */
static void a_device_is_selected_again_in_a_chip_mode(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct device *dev;
	struct port_client *pc = pm_select(test, pf);

	KUNIT_ASSERT_EQ(test, pb_ecr_set(pf->port, &pc->client->base.arb,
					 PB_ECR_ECP), 0);
	pm_sleep(test, pf);
	KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_ECR), 0x74);
	dev = &pf->port->claim.claimer->dev;
	KUNIT_EXPECT_EQ(test, pm_ops(test, pf)->suspend(dev), 0);
	KUNIT_EXPECT_EQ(test, pm_ops(test, pf)->resume(dev), 0);
	KUNIT_EXPECT_EQ(test, pf->port->select.device, 1);
	KUNIT_EXPECT_EQ(test, port_selected(pf), 1);
	KUNIT_EXPECT_EQ(test, parbiter_vport_register(pf->vport, VPORT_ECR), 0x74);
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
	KUNIT_EXPECT_EQ(test, port_selected(pf), VPORT_END);
}

/* The port itself knows that nothing is selected, so a Free sends no packet. */
static void a_device_that_is_gone_after_sleep_is_not_selected(struct kunit *test)
{
	struct port_fixture *pf = test->priv;
	struct port_client *pc = pm_select(test, pf);

	KUNIT_ASSERT_EQ(test, parbiter_vport_set_fault(pf->vport, 1,
						       VPORT_FAULT_SILENT), 0);
	pm_sleep(test, pf);
	KUNIT_EXPECT_EQ(test, port_selected(pf), VPORT_END);
	KUNIT_EXPECT_EQ(test, pf->port->select.device, PARBITER_DEVICE_NONE);
	KUNIT_EXPECT_TRUE(test, port_owns(pc));
	KUNIT_EXPECT_EQ(test, parbiter_free(pc->client), 0);
}

static int pm_chain_test_init(struct kunit *test)
{
	const struct vport_config config = {
		.irq = true,
		.base = 0x378,
		.ecp = true,
		.devices = 2,
		.device = { "MFG:A;", "MFG:B;" },
	};

	test->priv = port_create_with(test, &config);
	return 0;
}

static struct kunit_case pm_chain_cases[] = {
	KUNIT_CASE(an_owners_device_is_selected_again),
	KUNIT_CASE(a_device_is_selected_again_in_a_chip_mode),
	KUNIT_CASE(a_device_that_is_gone_after_sleep_is_not_selected),
	{}
};

struct kunit_suite pm_chain_suite = {
	.name = "parbiter-pm-chain",
	.init = pm_chain_test_init,
	.exit = port_test_exit,
	.test_cases = pm_chain_cases,
};

static struct kunit_case pm_cases[] = {
	KUNIT_CASE(an_owners_registers_are_restored),
	KUNIT_CASE(registers_under_a_kept_claim_are_restored),
	KUNIT_CASE(a_native_drivers_registers_are_not_touched),
	KUNIT_CASE(nothing_is_restored_over_a_native_driver),
	{}
};

struct kunit_suite pm_suite = {
	.name = "parbiter-pm",
	.init = port_irq_test_init,
	.exit = port_test_exit,
	.test_cases = pm_cases,
};
