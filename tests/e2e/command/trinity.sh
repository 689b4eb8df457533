#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Debian's trinity, a fuzzer of system calls, has no file but the port: it makes
# ioctl(), read(), write(), poll() and others with random arguments.
#
# vm: kernels=stock,debug timeout=120 seconds=15 quick=no
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"

calls=(ioctl read write readv writev pread64 pwrite64 poll ppoll select epoll_ctl
	fcntl dup close lseek fsync mmap sendfile splice)

trinity_on_the_port() {
	local seconds=30 status=0 count call options=()

	[ -z "${FULL:-}" ] || seconds=90
	command -v trinity >/dev/null || {
		echo "# this release of Debian has no package trinity"
		return 4
	}
	set_up parbiter irq
	for call in "${calls[@]}"; do
		options+=(-c "$call")
	done
	# As another user than root, it cannot harm the machine.
	chmod 666 /dev/parbiter0
	chmod 777 .
	timeout -s INT -k 10 "$seconds" trinity -q -q -l off --dropprivs -C 4 \
		-V /dev/parbiter0 \
		--disable-fds=sockets --disable-fds=pipes --disable-fds=perf \
		--disable-fds=eventfd --disable-fds=pseudo --disable-fds=timerfd \
		--disable-fds=testfile --disable-fds=memfd --disable-fds=drm \
		"${options[@]}" >out 2>&1 || status=$?
	count=$(sed -n 's/.*Ran \([0-9]*\) syscalls.*/\1/p' out)
	echo "# trinity made ${count:-0} calls"
	[ "${count:-0}" -gt 100 ] || fail "status $status: $(tail out)"
	eventually is state free
	is waiters 0 || fail "somebody waits"
	clear_away
}

cases=(trinity_on_the_port)
run_cases "$@"
