#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Two processes change one variable of a kernel module at the same time, without a
# lock. The detector of data races must report that, or its silence would prove nothing
# for other tests.
#
# vm: kernels=kcsan timeout=240 expect=report
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

# Race until the kernel says so.
race() {
	until dmesg | grep -q 'KCSAN: data-race in .*parbiter_kclient'; do
		echo race || return
	done >/dev/parbiter_kclient
}

memory_is_changed_without_a_lock() {
	local first status=0

	load_all
	insmod "$KCLIENT_KO"
	timeout 100 bash -c "$(declare -f race); race" & first=$!
	timeout 100 bash -c "$(declare -f race); race" || status=$?
	wait "$first" || status=$?
	[ "$status" = 0 ] || fail "no report: status $status"
}

cases=(memory_is_changed_without_a_lock)
run_cases "$@"
