// SPDX-License-Identifier: GPL-2.0
/*
 * The list of all suites, and the module parameter that runs them.
 *
 * Up to Linux 6.8, KUnit runs the suites of a module before the module's init
 * function, when the parbiter driver does not exist yet. Therefore the suites
 * are not registered with KUnit. They are run by
 *
 *	echo TEXT > /sys/module/parbiter/parameters/kunit
 *
 * which runs each suite whose name contains TEXT, in the order of the list. All
 * names contain "parbiter".
 */
#include <linux/kernel.h>
#include <linux/module.h>
#include <linux/string.h>

#include "fixture.h"

static struct kunit_suite * const suites[] = {
	&arbiter_state_suite,
	&arbiter_queue_suite,
	&arbiter_backing_suite,
	&arbiter_outsider_suite,
	&arbiter_stop_suite,
	&arbiter_sleeper_suite,
	&arbiter_race_suite,
	&arbiter_context_suite,
	&arbiter_model_suite,
	&arbiter_torture_suite,
	&arbiter_walk_suite,
	&arbiter_change_suite,
	&arbiter_trace_suite,
	&port_suite,
	&port_devices_suite,
	&port_native_suite,
	&port_claim_suite,
	&port_handover_suite,
	&port_release_suite,
	&port_service_suite,
	&port_trace_suite,
	&port_contended_suite,
	&waitlist_suite,
	&port_removal_suite,
	&pm_suite,
	&pm_chain_suite,
	&client_suite,
	&select_suite,
	&callback_suite,
	&done_in_irq_suite,
	&use_suite,
	&windows_suite,
	&control_suite,
	&info_suite,
	&mode_suite,
	&chain_suite,
	&interrupt_suite,
	&event_suite,
	&print_suite,
	&irp_suite,
	&irp_sequence_suite,
	&status_suite,
	&uapi_suite,
	&file_suite,
};

static int suites_run(const char *val, const struct kernel_param *kp)
{
	char text[64];
	unsigned int i, ran = 0;

	if (strscpy(text, val, sizeof(text)) < 0)
		return -EINVAL;
	for (i = 0; i < ARRAY_SIZE(suites); i++) {
		if (!strstr(suites[i]->name, strim(text)))
			continue;
		kunit_run_tests(suites[i]);
		ran++;
	}
	return ran ? 0 : -ENOENT;
}

static const struct kernel_param_ops suites_ops = {
	.set = suites_run,
};

module_param_cb(kunit, &suites_ops, NULL, 0200);
MODULE_PARM_DESC(kunit, "Write part of a suite's name to run it");
