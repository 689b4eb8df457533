#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# stress-ng's stressor for devices on a port: every way to open it, ppdev's
# requests in and out of ownership, and what no program would ask for.
#
# vm: kernels=stock timeout=120 seconds=9 quick=no
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"

counted() {	# NAME: the port's counter is not 0
	vport counters 0 | grep -q "^$1 [1-9]"
}

# It knows a parallel port by its name only. On the debug kernel the time ends it.
stress_ng() {
	local seconds=5

	[ -z "${FULL:-}" ] || seconds=60
	set_up parbiter irq
	ln -sf parbiter0 /dev/parport77
	stress-ng --dev 2 --dev-file /dev/parport77 --dev-ops 100 \
		--timeout "$seconds" >out 2>&1 &
	finish $! || fail "status $?: $(cat out)"
	counted ops.read_status || fail "no status read: $(cat out)"
	[ "$(counter allocates)" -gt 0 ] || fail "no claim: $(cat out)"
	is state free || fail "not free"
	is waiters 0 || fail "somebody waits"
	clear_away
	rm /dev/parport77
}

cases=(stress_ng)
run_cases "$@"
