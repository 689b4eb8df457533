#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The options of "parbiter run" and "parbiter print" that users of flock(1), timeout(1)
# and lp(1) expect, and how they are used in scripts: cron, make(1), a unit of systemd.
#
# vm: ports=one kernels=stock timeout=300 smp=any seconds=30
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

set_up() { load_all; }

names_of_flock() {
	hold
	wants 75 run --nonblock 0 true
	says err "busy: owned by sleep"
	wants 75 run --timeout=100ms 0 true
	says err "gave up after 0.1 s"
	wants 75 run --timeout 0.1s 0 true
	release
	wants 0 run --timeout=5m 0 true
	wants 0 run -w 1h 0 true
	wants 0 run -w 1d 0 true
	wants 64 run -w 5x 0 true
	wants 64 run -w 5mm 0 true
	wants 64 run -w "" 0 true
	says err "is not a time"
}

status_for_busy() {
	hold
	wants 3 run -n -E 3 0 true
	wants 3 run -w 100ms -E 3 0 true
	wants 4 run -w 100ms -E 3 --timeout-exit-code=4 0 true
	wants 3 run -n -E 3 --timeout-exit-code=4 0 true
	wants 124 run -w 100ms --timeout-exit-code=124 0 true
	# No time is over if there was none, as with flock(1).
	for time in 0 0s 0ms; do
		wants 3 run -w "$time" -E 3 --timeout-exit-code=4 0 true
		says err "parport0: busy: owned by sleep"
		wants 3 print --timeout="$time" -E 3 --timeout-exit-code=4 0 "$0"
		says err "parport0: busy: owned by sleep"
	done
	wants 75 run --timeout 0 0 true
	wants 0 run -n --conflict-exit-code=0 0 touch ran
	wants 0 run -w 0.1 -E 0 0 touch ran
	[ ! -e ran ] || fail "ran without the port"
	wants 5 print -n -E 5 0 "$0"
	release
	wants 0 run -w 0 0 true
	wants 1 run -E 3 0 false
	for status in 256 -1 x ""; do
		wants 64 run -E "$status" 0 true
		says err "is not an exit status"
	done
}

verbose_and_quiet() {
	hold
	"$tool" run -v 0 true 2>err &
	eventually grep -q "^parbiter: parport0: waiting for sleep (pid $(field pid)); place 1 of 1$" err
	release
	wait "$!" || fail "status $?"
	grep -q '^parbiter: parport0: owned after [0-9.]* s$' err || fail "said: $(<err)"
	wants 0 run -v 0 true
	grep -q '^parbiter: parport0: owned after [0-9.]* s$' err || fail "said: $(<err)"
	hold
	wants 75 run -qn 0 true
	[ ! -s err ] || fail "said: $(<err)"
	wants 75 run -q -w 0.1 0 true
	[ ! -s err ] || fail "said: $(<err)"
	release
	wants 127 run -q 0 ./missing
	says err "./missing: No such file"
	for options in -qv -vq "-q --verbose" "--verbose -n --quiet"; do
		# shellcheck disable=SC2086	# words
		wants 64 run $options 0 touch ran
		says err "--quiet and --verbose exclude each other"
		# shellcheck disable=SC2086	# words
		wants 64 print $options 0 "$0"
		says err "--quiet and --verbose exclude each other"
	done
	[ ! -e ran ] || fail "ran all the same"
}

# With exclusive=1, to open the port fails while a native driver is registered on it.
quiet_about_a_native_driver() {
	unload parbiter
	modprobe lp || return 4
	load exclusive=1
	eventually test -e /dev/parbiter0
	wants 75 run -n 0 true
	says err "busy: lp"
	wants 75 run -qn 0 true
	[ ! -s err ] || fail "said: $(<err)"
	wants 0 run -q -w 1 -E 0 0 touch ran
	[ ! -s err ] || fail "said: $(<err)"
	[ ! -e ran ] || fail "ran all the same"
	wants 75 print -q 0 "$0"
	[ ! -s err ] || fail "said: $(<err)"
	unload parbiter
	unload lp
	load_all
}

keeps_the_descriptor() {
	# shellcheck disable=SC2016	# the inner shell expands it
	wants 0 run 0 -- sh -c '[ -e "/proc/self/fd/$PARBITER_FD" ]'
	# shellcheck disable=SC2016	# the inner shell expands it
	wants 0 run -o 0 -- sh -c '[ -z "$PARBITER_FD" ] && ! ls -l /proc/self/fd | grep parbiter'
	# shellcheck disable=SC2016	# the inner shell expands it
	wants 0 run --close 0 -- sh -c '"$0" list | grep -q "	owned	"' "$tool"
}

prints_standard_input() {
	local at

	at=$(stat -c %s /host/port0.out)
	echo "from a pipe" | "$tool" print 0 || fail "status $?"
	[ "$(tail -c "+$((at + 1))" /host/port0.out)" = "from a pipe" ] || fail "printed something else"
}

default_command_takes_options() {
	wants 0 --json
	says out '"port": "parport0"'
	wants 0 help
	says out "Usage: parbiter"
	wants 0 help run
	says out "Usage: parbiter run"
	wants 0 help help
	says out "Usage: parbiter"
	wants 64 help nothing
	wants 64 --nothing
	wants 0 0
	says out "parport0	/dev/parbiter0	free"
	wants 0 /dev/parbiter0 parport0
	says out "parport0	/dev/parbiter0	free"
	wants 66 parport7
	says err "parport7: no such port"
}

no_argument_is_wanted() {
	wants 64 run -n -w 2000000 0 true
	says err "--no-wait and --wait exclude each other"
	wants 64 run --no-wait=1 0 true
	says err "the option '--no-wait=1' takes no argument"
	wants 64 list --queue=0
	says err "the option '--queue=0' takes no argument"
	wants 64 list --json -z
	says err "unknown option '-z'"
	wants 64 list --nothing
	says err "'--nothing' is not an option"
	wants 64 run 0
}

# Who knows flock(1) may write -c or an option behind the port.
no_option_follows_the_port() {
	local word

	for word in "-c true" "-n true" "-w 5 true" "--verbose true"; do
		# shellcheck disable=SC2086	# words
		wants 64 run 0 $word
		says err "'${word%% *}' is in the place of the command: options come before the port, and 'sh -c'"
	done
	printf '#!/bin/sh\necho ran "$@"\n' >-n
	chmod +x ./-n
	PATH=$PWD:$PATH wants 0 run 0 -- -n true
	[ "$(<out)" = "ran true" ] || fail "said: $(<out)"
	wants 0 run 0 true -c
}

# as_cron: run the line of sensor.cron as cron does: with few variables, without a
# terminal, and with no standard input. What it prints would be a mail.
as_cron() {
	local line path

	path=$(sed -n 's/^PATH=//p' "$here/sensor.cron")
	line=$(sed -n 's/^\*.* daemon //p' "$here/sensor.cron")
	[[ "$line" = parbiter\ run* ]] || fail "no line of a command: $line"
	setsid env -i HOME=/ LOGNAME=daemon SHELL=/bin/sh PATH="$PWD/bin:$path" \
		/bin/sh -c "$line" </dev/null >mail 2>&1
}

# program NAME COMMAND: make a program that is found first
program() {
	mkdir -p bin
	ln -sf "$tool" bin/parbiter
	printf '#!/bin/sh\n%s\n' "$2" >"bin/$1"
	chmod +x "bin/$1"
}

in_cron() {
	program read-sensor 'echo 42 >reading'
	hold
	as_cron || fail "a busy port is a failure: $(<mail)"
	[ ! -s mail ] || fail "a mail: $(<mail)"
	[ ! -e reading ] || fail "ran without the port"
	release
	as_cron || fail "status $?: $(<mail)"
	[ ! -s mail ] || fail "a mail: $(<mail)"
	[ "$(<reading)" = 42 ] || fail "nothing read"
	program read-sensor 'echo no sensor >&2; exit 3'
	as_cron
	[ $? = 3 ] || fail "another status: $(<mail)"
	[ "$(<mail)" = "no sensor" ] || fail "a mail: $(<mail)"
}

# Let Debian's cron run the example, at each minute instead of every ten, and put what it
# mails into the file mail.
prepare_cron() {
	[ -x /usr/sbin/cron ] || return 4
	usermod -aG lp daemon
	chgrp lp /dev/parbiter0
	chmod 1777 .
	rm -f /etc/cron.d/*
	: >/etc/crontab
	sed "s,^[*]/10 ,* ,; s,^PATH=,PATH=$PWD/bin:," "$here/sensor.cron" >/etc/cron.d/sensor
	printf '#!/bin/sh\nexec cat >>%s/mail\n' "$PWD" >/usr/sbin/sendmail
	chmod +x /usr/sbin/sendmail
}

# sensor COMMAND: make the program that cron's parbiter runs; the status of parbiter is in
# the file status
sensor() {
	program read-sensor "$1"
	rm bin/parbiter
	printf '#!/bin/sh\n%s "$@"\necho $? >%s\n' "$tool" "$PWD/status" >bin/parbiter
	chmod +x bin/parbiter
}

# has_no_child PID: has the process no child?
has_no_child() { ! pgrep -P "$1" >/dev/null; }

# cron_runs STATUS: let one minute begin for cron; parbiter must end with STATUS. cron has
# ten seconds to start, because it waits for the next beginning of a minute.
cron_runs() {
	local daemon

	rm -f status mail
	date -s "@$((($(date +%s) / 60 + 1) * 60 - 10))" >/dev/null
	/usr/sbin/cron -f &
	daemon=$!
	eventually test -s status
	eventually has_no_child "$daemon"
	kill "$daemon"
	[ "$(<status)" = "$1" ] || fail "status $(<status) by cron: $(cat mail)"
}

by_cron_itself() {
	prepare_cron || return
	sensor "echo 42 >$PWD/reading"
	hold
	cron_runs 0
	[ ! -e mail ] || fail "a mail: $(<mail)"
	[ ! -e reading ] || fail "ran without the port"
	release
	cron_runs 0
	[ ! -e mail ] || fail "a mail: $(<mail)"
	[ "$(<reading)" = 42 ] || fail "nothing read"
	[ "$(stat -c %U reading)" = daemon ] || fail "read by $(stat -c %U reading)"
	sensor 'echo no sensor >&2; exit 3'
	cron_runs 3
	grep -qx "no sensor" mail || fail "no mail: $(cat mail)"
	chgrp root /dev/parbiter0
	cron_runs 77
	grep -q "no permission to open /dev/parbiter0" mail || fail "no mail: $(cat mail)"
}

# What the unit starts; scripts/static example_units reads the unit.
in_a_unit() {
	local line

	program read-sensor 'echo 42'
	line=$(sed -n 's,^ExecStart=/usr/local/bin/,,p' "$here/sensor.service")
	line=${line//\/usr\/local\/bin\//}
	[[ "$line" = "parbiter run"* ]] || fail "no line of a command: $line"
	hold
	PATH=$PWD/bin:$PATH setsid sh -c "$line" </dev/null >journal 2>&1 &
	eventually grep -q "parport0: waiting for sleep (pid [0-9]*); place 1 of 1" journal
	release
	wait "$!" || fail "status $?: $(<journal)"
	says journal "42"
	hold
	PATH=$PWD/bin:$PATH sh -c "${line/5m/100ms}" </dev/null >journal 2>&1 ||
		fail "a busy port is a failure: $? $(<journal)"
	says journal "parport0: gave up after 0.1 s: owned by sleep"
	release
	# The status of a busy port is not mistaken for one of the program, nor the reverse.
	program read-sensor 'exit 75'
	PATH=$PWD/bin:$PATH sh -c "$line" </dev/null >journal 2>&1
	[ $? = 75 ] || fail "another status: $(<journal)"
	! grep SuccessExitStatus "$here/sensor.service" || fail "a failure is a success"
}

# owner_sleeps: does the owner execute sleep?
owner_sleeps() { [[ "$(readlink "/proc/$("$tool" list -n -o pid 0)/exe")" = */sleep ]]; }

in_make() {
	program read-sensor 'parbiter list -n -o owner 0'
	# shellcheck disable=SC2016	# the program expands it
	program program-chip 'test "$(parbiter list -n -o owner 0)" = program-chip'
	touch main.hex
	PATH=$PWD/bin:$PATH make -s -j2 -f "$here/sensor.mk" >made 2>&1 ||
		fail "make fails: $(<made)"
	[ "$(<reading)" = read-sensor ] || fail "another owner: $(<reading)"
	[ -e flash ] || fail "no chip"
	rm reading flash
	hold
	PATH=$PWD/bin:$PATH make -s -f "$here/sensor.mk" reading >made 2>&1 &
	eventually is waiters 1
	release
	wait "$!" || fail "make fails: $(<made)"
	# At Ctrl-C, make ends and deletes what is half made.
	set -m
	program read-sensor 'echo half; exec sleep 1000'
	rm -f reading
	PATH=$PWD/bin:$PATH make -s -k -f "$here/sensor.mk" >made 2>&1 &
	eventually is owner read-sensor
	# A signal between the two commands would be lost: dash waits for the second.
	eventually owner_sleeps
	[ -s reading ] || fail "nothing written"
	kill -INT -- "-$!"
	wait "$!" 2>/dev/null
	# make reaps its children in its signal handler, too, and may then complain that it
	# has none: status 2.
	[[ $? = @(130|2) ]] || fail "make goes on: $(<made)"
	[ ! -e reading ] || fail "half a reading is left"
	eventually is state free
}

cases=(set_up names_of_flock status_for_busy verbose_and_quiet
	quiet_about_a_native_driver keeps_the_descriptor
	prints_standard_input default_command_takes_options
	no_argument_is_wanted no_option_follows_the_port in_cron by_cron_itself in_a_unit in_make)

run_cases "$@"
