#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the kernel log says when parbiter is loaded and unloaded.
#
# vm: ports=one kernels=stock,debug smp=any seconds=10
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

# said: print parbiter's lines in the kernel log since the last mark()
mark() { echo "the mark of this test" >/dev/kmsg; }
said() {
	dmesg | tac | sed '/the mark of this test/,$d' | tac | sed -n 's/^.*\<parbiter: //p'
}

# The kernel itself says once that a module is not its own.
one_line_at_load() {
	load_all
	unload parbiter
	mark
	load_all
	[ "$(said)" = "version $(cat /sys/module/parbiter/version): parallel ports are shared in the order of requests" ] ||
		fail "said: $(said)"
}

none_at_unload() {
	mark
	unload parbiter
	[ -z "$(said)" ] || fail "said: $(said)"
}

cases=(one_line_at_load none_at_unload)
run_cases "$@"
