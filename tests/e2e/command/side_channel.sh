#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# What the backend of CUPS answers on the side channel. It is run as cupsd runs it, but
# without cupsd. The printer is at a virtual port.
#
# vm: kernels=stock timeout=300 smp=any seconds=25
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libbackend.sh
. "$here/libbackend.sh"

answers() {
	a_printer "MFG:ACME;MDL:Laser;CLS:PRINTER;"
	side_channel answers
	side_channel in_line
	printed <(printf texttext)
}

drains() {
	a_printer
	vport peripheral 0 printer
	side_channel drains
	printed <(printf 'one, two, three')
	side_channel drains_in_vain
}

resets() {
	a_printer
	vport peripheral 0 printer
	side_channel resets
	printed <(printf text)
	side_channel resets_first
	printed <(printf texttext)
	side_channel closes
	printed <(printf texttexttext)
}

answers_at_the_end() {
	a_printer
	vport peripheral 0 printer
	side_channel cancelled
	side_channel cancelled_in_line
	! received 1 || fail "printed"
	is state free || fail "not freed"
}

cases=(answers drains resets answers_at_the_end)

run_cases "$@"
