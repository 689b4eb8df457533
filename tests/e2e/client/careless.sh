#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# A driver calls functions that may sleep where it must not sleep. The debug kernel says so
# at each call, also if the port is free, so that the mistake does not wait for a busy port.
#
# vm: ports=one kernels=debug expect=report smp=any seconds=30
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

reports() {
	dmesg | grep -c 'sleeping function called from invalid context at .*src/client/'
}

# is_reported CALL BEFORE: make the call, and see if there are more reports than BEFORE; the
# kernel makes one a second at most. Calls for an owner and for a closed client fail.
is_reported() {
	{
		echo "open 0" >&3
		echo "careless $1" >&3
	} 2>/dev/null
	[ "$(reports)" -gt "$2" ]
}

functions_that_may_sleep_say_so() {
	local call

	load_all
	insmod "$KCLIENT_KO"
	# The last close would take the port's mutex, about which lockdep complains.
	exec 4<>/dev/parbiter_kclient
	echo "open 0" >&4
	exec 3<>/dev/parbiter_kclient
	for call in allocate killable yield select close; do
		eventually is_reported "$call" "$(reports)"
	done
	exec 3>&- 4>&-
}

cases=(functions_that_may_sleep_say_so)
run_cases "$@"
