#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The backend of CUPS, run as cupsd runs it, but without cupsd: what it prints, what it
# tells on standard error, and how it ends. The printer is at a virtual port.
#
# vm: kernels=stock timeout=900 smp=any seconds=80
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libbackend.sh
. "$here/libbackend.sh"

finds_printers() {
	a_printer "MFG:ACME;MDL:Laser;CLS:PRINTER;CMD:PCL,PJL;"
	vport reset 0
	"$backend" >out 2>err || fail "status $?"
	trace raw
	[ ! -s raw ] || fail "it used the port: $(<raw)"
	[ "$(<out)" = 'direct parbiter:/dev/parbiter0 "ACME Laser" "ACME Laser at the shared port parport0" "MFG:ACME;MDL:Laser;CLS:PRINTER;CMD:PCL,PJL;" ""' ] ||
		fail "found: $(<out)"
	[ ! -s err ] || fail "said: $(<err)"
	a_printer
	"$backend" >out || fail "status $?"
	[ "$(<out)" = 'direct parbiter:/dev/parbiter0 "Unknown" "Printer at the shared port parport0" "" ""' ] ||
		fail "found: $(<out)"
	clear_away
	"$backend" >out || fail "status $?"
	[ ! -s out ] || fail "found without the module: $(<out)"
}

# The device ID is what the kernel has read. Nobody moves the lines later to read it.
finds_a_printer_that_was_off() {
	a_printer
	vport peripheral 0 ieee1284 "id=MFG:ACME;MDL:Laser;"
	vport reset 0
	"$backend" >out || fail "status $?"
	[ "$(<out)" = 'direct parbiter:/dev/parbiter0 "Unknown" "Printer at the shared port parport0" "" ""' ] ||
		fail "found: $(<out)"
	side_channel has_no_id
	vport peripheral 0 show | grep -qx "negotiations 0" || fail "it has read the device ID"
	printed <(printf text)
}

prints() {
	a_printer
	head -c 20000 /dev/urandom >data
	job <data
	ends 0
	printed data
	[ "$(head -n 1 err)" = "STATE: -connecting-to-device,offline-report,media-empty-warning,other-warning" ] ||
		fail "began with: $(<err)"
	no_pages
	job data 3
	ends 0
	[ "$(grep -cx "PAGE: 1 1" err)" = 3 ] || fail "pages: $(<err)"
	job data 0
	ends 0
	job data -1
	ends 0
	printed data data data data data data
	: >nothing
	vport reset 0
	job <nothing
	ends 0
	trace raw
	[ ! -s raw ] || fail "an empty job used the port"
}

exit_statuses() {
	a_printer
	echo text >file
	DEVICE_URI=parbiter:/dev/lp0 job file
	ends 4
	told "^ERROR: .*remedy: 'lpadmin" || fail "said: $(<err)"
	DEVICE_URI=parbiter:/dev/parbiter0x PRINTER=laser job file
	ends 4
	told "^ERROR: .*lpadmin -p laser -v parbiter:/dev/parbiter0 && cupsenable laser'" ||
		fail "said: $(<err)"
	job ./missing
	ends 1
	told "^ERROR: .*No such file" || fail "said: $(<err)"
	chmod 600 /dev/parbiter0
	setpriv --reuid=lp --regid=lp --clear-groups "$backend" 1 alice title 1 "" <file 2>err &
	job=$!
	ends 4
	told "^ERROR: parport0: no permission to open /dev/parbiter0: its " || fail "said: $(<err)"
	[ "$(grep -c '^ERROR' err)" = 1 ] || fail "said: $(<err)"
	chgrp lp /dev/parbiter0
	chmod 660 /dev/parbiter0
	setpriv --reuid=lp --regid=lp --clear-groups "$backend" 1 alice title 1 "" <file 2>err &
	job=$!
	ends 0
	printed file
	! "$backend" 1 alice 2>err || fail "too few arguments"
	told "^ERROR: usage" || fail "said: $(<err)"
}

# The name of the program is the device if DEVICE_URI is not set.
takes_the_device_from_its_name() {
	a_printer
	echo text >file
	(unset DEVICE_URI; exec -a parbiter:/dev/parbiter0 "$backend" 1 alice title 1 "" file 2>err) &
	job=$!
	ends 0
	printed file
}

# refuse REQUEST: run the backend on a module that does not know this request
refuse() {
	: >err
	python3 - "$1" "$backend" 2>err <<-'PYTHON' &
	import ctypes, os, struct, sys

	LOAD, EQUAL, RETURN, ALLOW, ENOTTY = 0x20, 0x15, 6, 0x7fff0000, 0x50000 | 25
	program = b"".join(struct.pack("HBBI", *line) for line in (
	    (LOAD, 0, 0, 0), (EQUAL, 0, 3, 16),		# x86_64: ioctl
	    (LOAD, 0, 0, 24), (EQUAL, 0, 1, int(sys.argv[1], 16)),
	    (RETURN, 0, 0, ENOTTY), (RETURN, 0, 0, ALLOW)))
	data = ctypes.create_string_buffer(program)
	filter = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(program) // 8,
	                                                 ctypes.addressof(data)))
	prctl = ctypes.CDLL(None).prctl
	if prctl(38, 1, 0, 0, 0) or prctl(22, 2, filter):	# no new privileges; seccomp
	    sys.exit("no seccomp")
	os.execv(sys.argv[2], [sys.argv[2], "1", "alice", "title", "1", "", "file"])
	PYTHON
	job=$!
}

# with_device FILE: print where this file is at the place of /dev/parbiter0
with_device() {
	: >err
	# shellcheck disable=SC2016	# the shell in the new namespace expands it
	unshare -m sh -c 'mount --bind "$0" /dev/parbiter0 && exec "$1" 1 alice title 1 "" file' \
		"$1" "$backend" 2>err &
	job=$!
	ends 4
	told "^ERROR: parport0: /dev/parbiter0 is not a device of parbiter; remedy: remove it, " ||
		fail "said: $(<err)"
}

# The queue stops, and its message says what to do.
has_no_requests() {
	a_printer
	export PRINTER=office
	echo text >file
	refuse d709	# PARBITER_GET_PORT_INFO
	ends 4
	told "^ERROR: parport0: .*remedy: load the module parbiter of version .*; remedy: then start the queue again: 'cupsenable office'$" ||
		fail "said: $(<err)"
	refuse d700	# PARBITER_REQUEST
	ends 4
	told "^ERROR: parport0: .*remedy: load the module parbiter of version" ||
		fail "said: $(<err)"
	with_device "$PWD/file"
	with_device /dev/null
	job file
	ends 0
	printed file
}

has_waited_anew() { [ "$(grep -c '^STATE: +connecting-to-device$' err)" = 2 ]; }

# The port is there again after some looks. In a class, another printer is taken.
waits_for_an_absent_port() {
	a_printer
	vport remove 0
	echo text >file
	job file
	eventually told "^WARNING: parport0: .*remedy: "
	eventually has_reasons connecting-to-device offline-report
	plug_in
	ends 0
	printed file
	vport remove 0
	CLASS=class job file
	ends 1
	job file
	eventually told "^WARNING"
	kill "$job"
	ends 0
}

waits_in_line() {
	local first

	a_printer
	echo text >file
	hold
	first=$holder
	"$tool" run 0 -- sleep 1000 &
	holder=$!
	eventually is waiters 1
	job file
	eventually told "^INFO: parport0: printer is in use by sleep (pid $(field pid)); place 2 of 2$"
	eventually has_reasons connecting-to-device
	# With another owner and place, cupsd measures the wait anew.
	kill "$first"
	eventually told "^INFO: parport0: printer is in use by sleep (pid [0-9]*); place 1 of 1$"
	eventually has_waited_anew
	eventually has_reasons connecting-to-device
	release
	ends 0
	printed file
	hold
	job file
	eventually is waiters 1
	kill "$job"
	ends 0
	is waiters 0 || fail "still waits"
	release
	printed file
}

# A process may have any name. It must not make lines for cupsd.
names_no_lines() {
	a_printer
	echo text >file
	ln -s "$(command -v sleep)" $'Kö\nSTATE: +x'
	"$tool" run 0 -- $'./Kö\nSTATE: +x' 1000 &
	holder=$!
	eventually is state owned
	job file
	eventually told "^INFO: parport0: printer is in use by Kö?STATE: +x (pid $(field pid)); place 1 of 1$"
	eventually has_reasons connecting-to-device
	release
	ends 0
	printed file
}

lp_holds_the_port() {
	modprobe lp || return 4
	a_printer
	echo text >file
	echo >>file
	exec 5>/dev/lp0
	printf text >&5
	job file 5>&-
	eventually told "^INFO: parport0: printer is in use by lp (native driver); .*lpadmin -p QUEUE -v parbiter:/dev/parbiter0"
	eventually has_reasons connecting-to-device
	exec 5>&-
	ends 0
	printed <(printf text) file
	unload lp
}

a_native_driver_has_it_exclusively() {
	a_printer
	vport nadd 0 driver excl
	echo text >file
	job file
	eventually told "^WARNING: parport0: busy: driver has it exclusively; remedy: "
	eventually has_reasons connecting-to-device
	vport nremove 0 driver
	ends 0
	printed file
}

slow_filters_do_not_hold_the_port() {
	a_printer
	mkfifo pipe
	exec 7<>pipe
	job <pipe 7>&-
	printf 'one, ' >&7
	eventually has_spooled 5
	wants 0 run -w 10 0 true
	is state free || fail "holds the port"
	received 1 && fail "printed a part"
	printf 'two' >pipe
	# Without a reader of its own, the FIFO ends.
	exec 7>&-
	ends 0
	printed <(printf 'one, two')
	exec 7<>pipe
	job <pipe 7>&-
	printf 'three' >&7
	eventually has_spooled 5
	kill "$job"
	ends 0
	exec 7>&-
	printed <(printf 'one, two')
}

# has_spooled BYTES: has the backend so much in its temporary file?
has_spooled() {
	local file

	for file in /proc/"$job"/fd/*; do
		[[ "$(readlink "$file")" != *"/parbiter."* ]] ||
			[ "$(stat -L -c %s "$file")" -lt "$1" ] || return 0
	done
	return 1
}

# Without room for a copy, the port is taken while filters run.
streams_without_room() {
	a_printer
	mkfifo pipe
	exec 7<>pipe
	TMPDIR=/nonexistent job <pipe 7>&-
	printf 'one, ' >&7
	eventually received 5
	told "^WARNING: no room for a copy of the job in /nonexistent (No such file or directory)" ||
		fail "said: $(<err)"
	is state owned || fail "does not hold the port"
	printf 'two' >&7
	exec 7>&-
	ends 0
	printed <(printf 'one, two')
}

# The copy has room for a part of the job only.
runs_out_of_room() {
	a_printer
	mkdir small
	mount -t tmpfs -o size=64k small small
	head -c 60k /dev/zero >small/full
	head -c 20000 /dev/urandom >file
	mkfifo pipe
	exec 7<>pipe
	TMPDIR=$PWD/small job <pipe 7>&-
	cat file >&7
	exec 7>&-
	ends 0
	told "^WARNING: no room for a copy of the job in .*/small (No space left on device)" ||
		fail "said: $(<err)"
	umount small
	printed file
	# A limit for the size of a file does not end the job, either.
	exec 7<>pipe
	ulimit -S -f 4
	TMPDIR=$PWD job <pipe 7>&-
	ulimit -S -f unlimited
	cat file >&7
	exec 7>&-
	ends 0
	told "^WARNING: no room for a copy of the job in .* (File too large)" ||
		fail "said: $(<err)"
	printed file file
}

# A job without end does not fill the disk.
leaves_room_for_others() {
	a_printer
	mkdir small
	mount -t tmpfs -o size=256k small small
	head -c 140000 /dev/urandom >file
	mkfifo pipe
	exec 7<>pipe
	TMPDIR=$PWD/small job <pipe 7>&-
	cat file >&7 &
	eventually received 1
	told "^WARNING: no room for a copy of the job in .*/small (it takes half of what was free)" ||
		fail "said: $(<err)"
	exec 7>&-
	ends 0
	[ -z "$(ls -A small)" ] || fail "left behind: $(ls -A small)"
	umount small
	printed file
}

# trouble LINES REASON TEXT: with these status lines, that is the printer's state
trouble() {
	vport status 0 "$1"
	job file
	eventually told "^INFO: parport0: printer $3$"
	eventually has_reasons "$2"
	vport status 0 d8
	ends 0
	told "^INFO: parport0: printing$" || fail "said: $(<err)"
}

tells_the_printers_state() {
	a_printer
	vport peripheral 0 printer
	head -c 500 /dev/zero >file
	trouble 78 media-empty-warning "is out of paper"
	trouble 68 media-empty-warning "is out of paper"
	trouble 48 offline-report "is off-line"
	trouble 50 other-warning "reports an error"
	trouble 58 "" "is busy"
	printed file file file file file
}

# A printer that runs out of paper in the middle gets each byte once.
goes_on_where_it_was() {
	local i

	a_printer
	head -c 450 /dev/urandom >file
	vport peripheral 0 printer stall=100
	job file
	for ((i = 1; i <= 4; i++)); do
		eventually received $((i * 100))
		vport status 0 78
		eventually has_reasons media-empty-warning
		vport status 0 d8
		vport peripheral 0 ready
		eventually has_reasons ""
	done
	ends 0
	printed file
}

is_cancelled() {
	a_printer
	vport peripheral 0 printer
	head -c 500 /dev/zero >file
	vport status 0 78
	job file
	eventually has_reasons media-empty-warning
	kill "$job"
	ends 0
	is state free || fail "not freed"
	# Filters are at work, and the printer takes nothing.
	mkfifo pipe
	exec 7<>pipe
	echo text >&7
	TMPDIR=/nonexistent job <pipe 7>&-
	eventually has_reasons media-empty-warning
	kill "$job"
	ends 0
	is state free || fail "not freed"
	vport status 0 d8
	received 1 && fail "printed"
	# The printer takes what filters still write.
	TMPDIR=/nonexistent job <pipe 7>&-
	echo one >&7
	eventually received 4
	# What is written is there before the backend looks for it, however slow the machine.
	kill -STOP "$job"
	kill "$job"
	echo two >&7
	exec 7>&-
	kill -CONT "$job"
	ends 0
	printed <(printf 'one\ntwo\n')
}

is_unplugged() {
	a_printer
	vport peripheral 0 printer stall=100
	head -c 500 /dev/zero >file
	job file
	eventually received 100
	vport remove 0
	ends 1
	told "^ERROR: parport0: the port is gone.*; remedy: " || fail "said: $(<err)"
}

# Who is not cupsd, the parent of the backend, does not end a job unseen.
is_killed_by_another() {
	a_printer
	hold
	echo text >file
	job file
	eventually is waiters 1
	sh -c "kill $job"
	ends 1
	told "^ERROR: the job was ended by a signal of process [1-9]" || fail "said: $(<err)"
	release
}

# Nothing was printed yet: the job waits for the port, and is printed from its begin.
is_unplugged_before_it_begins() {
	a_printer
	head -c 500 /dev/urandom >file
	vport peripheral 0 printer
	vport status 0 78
	job file
	eventually has_reasons media-empty-warning
	vport remove 0
	eventually has_reasons connecting-to-device offline-report
	plug_in
	ends 0
	printed file
}

cases=(finds_printers finds_a_printer_that_was_off prints exit_statuses
	takes_the_device_from_its_name has_no_requests names_no_lines waits_for_an_absent_port
	waits_in_line lp_holds_the_port a_native_driver_has_it_exclusively
	slow_filters_do_not_hold_the_port streams_without_room runs_out_of_room
	leaves_room_for_others tells_the_printers_state goes_on_where_it_was is_cancelled
	is_unplugged is_killed_by_another is_unplugged_before_it_begins)

run_cases "$@"
