#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# When a time limit ends a test, the runner shows where each task is in the kernel, and
# what parbiter says of the port.
#
# vm: ports=one kernels=stock,rt timeout=60 smp=any
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

a_waiter_is_shown() {
	local waiter

	load_all
	"$tool" run 0 sleep 1000 &
	eventually is state owned
	"$tool" run 0 true &
	eventually is waiters 1
	/host/guest-tasks >tasks || fail "status $?"
	waiter=$(sed -n 's/^# .*queue 1: true pid=\([0-9]*\) .*/\1/p' tasks)
	[ -n "$waiter" ] || fail "no queue: $(<tasks)"
	grep -q "^# $waiter (true) S: .*poll" tasks || fail "no waiter: $(<tasks)"
	! grep -v '^# ' tasks || fail "not a comment in KTAP"
}

cases=(a_waiter_is_shown)
run_cases "$@"
