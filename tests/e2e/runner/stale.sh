#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A kernel module answers with memory that was never written. The detector of the use of
# such memory must report that, or its silence would prove nothing for other tests.
#
# vm: kernels=kmsan timeout=60 expect=report smp=any
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

memory_is_used_that_was_never_written() {
	local kclient

	load_all
	insmod "$KCLIENT_KO"
	exec {kclient}<>/dev/parbiter_kclient
	echo stale >&"$kclient" || fail "no answer"
	dmesg | grep -q 'KMSAN: ' || fail "no report"
}

cases=(memory_is_used_that_was_never_written)
run_cases "$@"
