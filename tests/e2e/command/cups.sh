#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Jobs of Debian's cupsd go through the backend to a virtual printer, while others use
# the port, paper runs out, jobs are cancelled and the port is unplugged.
#
# vm: kernels=stock timeout=400 smp=any seconds=50 cups=yes
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"

debian=$PWD/debian	# what Debian's packages have
home=$PWD/cupsd		# what cupsd writes
export CUPS_SERVER=$home/socket PATH=$debian/usr/bin:$debian/usr/sbin:$PATH
LD_LIBRARY_PATH=$debian/usr/lib/$(uname -m)-linux-gnu
export LD_LIBRARY_PATH

# Start cupsd, with the backend where its package has it, and no other.
set_up_cups() {
	cp -r /host/cups "$debian"
	rm -rf "$debian"/usr/lib/cups/backend
	install -D -m 755 "$here/parbiter-backend" "$debian/usr/lib/cups/backend/parbiter"
	mkdir -p "$home"/{etc,log} "$home"/{cache,run,spool/tmp}
	chown -R lp:lp "$home"
	# All directories on the way can be searched by lp.
	chmod 755 "$PWD"
	cat >"$home/cups-files.conf" <<-EOF
		SystemGroup root
		ServerRoot $home/etc
		ServerBin $debian/usr/lib/cups
		DataDir $debian/usr/share/cups
		CacheDir $home/cache
		RequestRoot $home/spool
		TempDir $home/spool/tmp
		StateDir $home/run
		ErrorLog $home/log/error_log
		AccessLog $home/log/access_log
		PageLog $home/log/page_log
		SetEnv LD_LIBRARY_PATH $LD_LIBRARY_PATH
	EOF
	cat >"$home/cupsd.conf" <<-EOF
		LogLevel debug
		Listen $CUPS_SERVER
		Browsing No
		JobRetryInterval 3
		PageLogFormat %u page %P %C
		<Location />
			Order allow,deny
		</Location>
		<Policy default>
			<Limit All>
				Order deny,allow
			</Limit>
		</Policy>
	EOF
	# It must not end with this case.
	("$debian/usr/sbin/cupsd" -f -c "$home/cupsd.conf" -s "$home/cups-files.conf" &
		echo $! >"$home/pid")
	eventually test -S "$CUPS_SERVER"
	modprobe parport
	insmod "$VPORT_KO"
	plug_in
	insmod "$PARBITER_KO"
	eventually test -c /dev/parbiter0
	# This is what the udev rule does.
	chgrp lp /dev/parbiter0
	chmod 660 /dev/parbiter0
	lpinfo -v >found 2>&1
	grep -qx "direct parbiter:/dev/parbiter0" found || fail "found: $(<found)"
	lpadmin -p printer -E -v parbiter:/dev/parbiter0 -m raw \
		-o printer-error-policy=abort-job ||
		fail "no queue: $(tail "$home/log/error_log")"
}

plug_in() {
	[ "$(vport add polled "end=MFG:ACME;MDL:Laser;CLS:PRINTER;")" = 0 ] ||
		fail "the port is not parport0"
}

# state TEXT: does cupsd say that of the printer, as a message or a reason?
state() { { lpstat -l -p printer; lpoptions -p printer; } | grep -q -- "$1"; }
no_state() { ! state "$1"; }
jobs_left() { lpstat -o printer >left && [ "$(wc -l <left)" -le "$1" ]; }
no_jobs() { jobs_left 0; }
received() { [ "$(vport received-count 0)" -ge "$1" ]; }

# print USER FILE...: print files as one job
print() {
	local user=$1
	shift

	lp -U "$user" -d printer "$@" >said || fail "$(<said)"
	request=$(sed -n 's/^request id is \([^ ]*\).*/\1/p' said)
}

# A new printer, so that what it gets is only of this case
new_printer() {
	no_jobs || fail "jobs are left: $(lpstat -o)"
	vport peripheral 0 printer "$@"
	vport status 0 d8
}

# printed FILE...: the printer must have got these files, and the queue must be at rest
printed() {
	eventually no_jobs
	eventually state "is idle"
	cat "$@" | cmp - <(vport received 0) || fail "printed something else than $*"
	is state free || fail "not freed"
	state "printer-state-reasons=none" || fail "$(lpoptions -p printer)"
}

finds_the_printer() {
	lpinfo -l -v >found
	grep -q "make-and-model = ACME Laser" found || fail "found: $(<found)"
	grep -q "device-id = MFG:ACME;MDL:Laser;CLS:PRINTER;" found || fail "found: $(<found)"
}

# Two users print, and a program takes the port again and again.
users_and_a_program() {
	local i turns before

	new_printer
	for i in 1 2 3 4; do
		head -c 5000 /dev/urandom >"file$i"
	done
	while :; do
		"$tool" run 0 -- true
	done &
	turns=$!
	before=$(counter allocates)
	print alice file1
	print bob file2
	print alice file3
	print bob file4
	for i in 3 2 1 0; do
		eventually jobs_left "$i"
	done
	kill "$turns"
	wait "$turns" 2>/dev/null
	eventually is state free
	printed file1 file2 file3 file4
	[ "$(counter allocates)" -gt $((before + 4)) ] || fail "the program did not run"
}

copies_and_several_files() {
	new_printer
	echo one >one
	echo two >two
	print alice one two
	eventually no_jobs
	print carol -n 3 one
	printed one two one one one
	grep -qx "carol page total 3" "$home/log/page_log" ||
		fail "counted: $(<"$home/log/page_log")"
}

waits_in_line() {
	new_printer
	echo text >file
	hold
	print alice file
	eventually state "printer is in use by sleep (pid $(field pid)); place 1 of 1"
	eventually state connecting-to-device
	release
	printed file
}

paper_out_and_back() {
	new_printer stall=100
	head -c 300 /dev/urandom >file
	print alice file
	eventually received 100
	vport status 0 78
	eventually state media-empty-warning
	eventually state "out of paper"
	vport status 0 d8
	vport peripheral 0 ready
	eventually received 200
	eventually no_state media-empty-warning
	vport status 0 48
	eventually state offline-report
	vport status 0 d8
	vport peripheral 0 ready
	printed file
}

cancelled_in_the_middle() {
	new_printer stall=100
	head -c 300 /dev/urandom >file
	print alice file
	eventually received 100
	vport status 0 78
	eventually state media-empty-warning
	cancel "$request"
	eventually no_jobs
	eventually is state free
	eventually state "printer-state-reasons=none"
	new_printer
	print bob file
	printed file
}

cancelled_in_line() {
	new_printer
	echo text >file
	hold
	print alice file
	eventually is waiters 1
	cancel "$request"
	eventually no_jobs
	eventually is waiters 0
	release
	printed /dev/null
}

# With the policy retry-job, cupsd prints the job again once the port is back.
unplugged_in_the_middle() {
	new_printer stall=100
	lpadmin -p printer -o printer-error-policy=retry-job
	head -c 300 /dev/urandom >file
	print alice file
	eventually received 100
	vport remove 0
	# The next attempt replaces the message of the first one.
	eventually grep -q "the port is gone" "$home/log/error_log"
	eventually state offline-report
	plug_in
	eventually test -c /dev/parbiter0
	chgrp lp /dev/parbiter0
	chmod 660 /dev/parbiter0
	printed file
	lpadmin -p printer -o printer-error-policy=abort-job
}

lp_holds_the_port() {
	modprobe lp || return 4
	new_printer
	printf by-lp >by-lp
	echo text >file
	exec 5>/dev/lp0
	cat by-lp >&5
	print alice file
	eventually state "lpadmin -p QUEUE -v parbiter:/dev/parbiter0"
	exec 5>&-
	printed by-lp file
	unload lp
}

# The queue stops, and says why; it prints after the repair.
no_permission() {
	new_printer
	echo text >file
	chmod 600 /dev/parbiter0
	print alice file
	eventually state "no permission to open /dev/parbiter0.*'cupsenable printer'"
	eventually state "disabled"
	chmod 660 /dev/parbiter0
	cupsenable printer
	printed file
}

stops() {
	kill "$(<"$home/pid")"
	clear_away
}

cases=(set_up_cups finds_the_printer users_and_a_program copies_and_several_files
	waits_in_line paper_out_and_back cancelled_in_the_middle cancelled_in_line
	unplugged_in_the_middle lp_holds_the_port no_permission stops)

run_cases "$@"
