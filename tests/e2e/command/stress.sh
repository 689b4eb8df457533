#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# stress-ng's stressor for devices: it opens the port in all ways and makes ppdev's
# requests, valid and invalid ones, as the owner and not as the owner.
#
# vm: kernels=stock timeout=120 seconds=9 quick=no
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"

# counted NAME: is this counter of the virtual port not 0?
counted() {
	vport counters 0 | grep -q "^$1 [1-9]"
}

# stress-ng recognises a parallel port by the name of the device.
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
