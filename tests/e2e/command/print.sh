#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "parbiter print": to QEMU's printer on the real port parport0, which writes what it
# gets to a file, and to the virtual port parport1, whose status lines the test sets.
#
# vm: ports=one kernels=stock timeout=400 smp=any seconds=41
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

paper=/host/port0.out

# QEMU appends to its file: each case looks only at what is printed after load_paper.
load_paper() { at=$(stat -c %s "$paper"); }
printed() { tail -c "+$((at + 1))" "$paper"; }
printed_size() { echo $(($(stat -c %s "$paper") - at)); }
has_grown_to() { [ "$(printed_size)" -ge "$1" ]; }
has_printed() { has_grown_to 1; }

# same FILE...: what was printed must be these files, one after the other
same() {
	cat "$@" | cmp - <(printed) >&2 || fail "printed something else than $*"
}

# bytes LETTER COUNT FILE: write a file that consists of COUNT times LETTER
bytes() {
	head -c "$2" /dev/zero | tr '\0' "$1" >"$3"
}

# lines VALUE: set the status lines of the printer at parport1: d8 not busy, 58 busy
lines() { echo "status 1 $1" >/dev/parbiter-vport; }

# print_in_background ARG...: start "parbiter print", as process $printer
print_in_background() {
	"$tool" print "$@" 2>err </dev/null &
	printer=$!
}

# ends STATUS: wait until $printer has ended; it must exit with STATUS
ends() {
	local status=0

	wait "$printer" || status=$?
	[ "$status" = "$1" ] || fail "status $status, not $1: $(cat err)"
}

set_up() { load_with_virtual_port; }

# Random bytes are printed without change; a mebibyte in a full run.
every_byte() {
	local size=131072

	[ -z "${FULL:-}" ] || size=1048576
	head -c "$size" /dev/urandom >data
	load_paper
	"$tool" print -v 0 data >out 2>err || fail "status $?: $(cat err)"
	same data
	says err "parbiter: parport0: data: $size bytes in "
	grep -q '^parbiter: parport0: owned after [0-9.]* s$' err || fail "said: $(<err)"
	[ "$(wc -l <err)" = 2 ] || fail "said: $(<err)"
	[ ! -s out ] || fail "on standard output: $(<out)"
	echo "# $(tail -n 1 err)"
	is state free || fail "not freed"
}

two_jobs_do_not_mix() {
	local first second

	bytes a 20000 a
	bytes b 20000 b
	load_paper
	hold
	"$tool" print 0 a &
	first=$!
	eventually is waiters 1
	"$tool" print 0 b &
	second=$!
	eventually is waiters 2
	kill "$holder"
	wait "$first" || fail "status $?"
	wait "$second" || fail "status $?"
	same a b
}

# A job that was queued before the first file was printed comes before the second
# file.
files_take_turns() {
	bytes a 3000 a
	bytes b 3000 b
	bytes c 3000 c
	load_paper
	hold
	print_in_background 0 a c
	eventually is waiters 1
	"$tool" print 0 b &
	eventually is waiters 2
	kill "$holder"
	ends 0
	wait $! || fail "status $?"
	same a b c
}

slow_pipe_does_not_hold() {
	mkfifo pipe
	load_paper
	"$tool" print -v 0 - <pipe 2>err &
	printer=$!
	exec 7>pipe
	printf 'one, ' >&7
	# The command has read this and waits for more: meanwhile the port is free.
	eventually empty pipe
	wants 0 run -n 0 true
	printf 'two' >&7
	[ "$(printed_size)" = 0 ] || fail "printed half of it"
	exec 7>&-
	ends 0
	[ "$(printed)" = "one, two" ] || fail "printed: $(printed)"
	says err "standard input: 8 bytes in"
}

# empty PIPE: has the reader taken all that was written?
empty() {
	python3 -c 'import array, fcntl, os, sys, termios
n = array.array("i", [0])
fcntl.ioctl(os.open(sys.argv[1], os.O_RDWR), termios.FIONREAD, n)
sys.exit(n[0] > 0)' "$1"
}

other_inputs() {
	bytes x 300 file
	: >nothing
	printf yes >yes
	load_paper
	"$tool" print 0 - <file || fail "status $?"
	wants 0 print 0 nothing
	[ ! -s err ] || fail "errors: $(cat err)"
	# Standard input is printed from its current position.
	{
		dd bs=1 count=299 of=/dev/null status=none
		"$tool" print -v 0 - 2>err || fail "status $?"
	} <file
	says err "standard input: 1 bytes in"
	wants 0 print 0 <(printf yes) file
	printf x >rest
	same file rest yes file
	load_paper
	wants 65 print 0 file ./missing
	says err "parbiter: ./missing: No such file"
	wants 65 print 0 .
	says err "parbiter: .: Is a directory"
	[ "$(printed_size)" = 0 ] || fail "printed: $(printed)"
	TMPDIR=/nowhere "$tool" print 0 - < <(echo x) 2>err
	[ $? = 71 ] || fail "no temporary file, and no error"
	says err "temporary file in /nowhere: No such file"
	says err "remedy: set TMPDIR"
}

# More files than a process may have open
many_files() {
	local i

	ulimit -n 64
	for i in {1..100}; do
		echo "$i" >"file$i"
	done
	load_paper
	wants 0 print 0 file{1..100}
	same file{1..100}
}

busy() {
	local begin

	echo text >file
	echo more >file2
	load_paper
	wants 64 print -n -w 1 0 file
	says err "--no-wait and --wait exclude each other"
	hold
	wants 75 print -n 0 file file2
	says err "parport0: busy: owned by sleep (pid $(field pid)) for"
	says err "parport0: file: 0 of 5 bytes sent"
	says err "parport0: 1 more not printed"
	begin=${EPOCHREALTIME/./}
	wants 75 print -w 0.5 0 file
	[ $((${EPOCHREALTIME/./} - begin)) -ge 500000 ] || fail "too early"
	says err "gave up after 0.5 s: owned by sleep"
	release
	[ "$(printed_size)" = 0 ] || fail "printed: $(printed)"
	wants 0 print -n 0 file
	wants 0 print -w 5 0 file2
	same file file2
}

says_as_much_as_is_wanted() {
	local i

	echo text >file
	echo more >file2
	mkfifo pipe
	load_paper
	hold
	print_in_background -v 0 file
	eventually grep -q "^parbiter: parport0: waiting for sleep (pid $(field pid)); place 1 of 1$" err
	kill "$holder"
	ends 0
	grep -q '^parbiter: parport0: owned after [0-9.]* s$' err || fail "said: $(<err)"
	hold
	for i in -nq "-q -w 0.1" "-w 0 --quiet"; do
		# shellcheck disable=SC2086	# words
		wants 75 print $i 0 file file2
		[ ! -s err ] || fail "said: $(<err)"
	done
	# The status does not tell which files were printed.
	release
	print_in_background -nq 0 file2 pipe file
	eventually opened pipe
	eventually is state free
	hold
	echo piped >pipe
	ends 75
	[ "$(<err)" = "parbiter: parport0: busy: 1 of 3 files were printed" ] ||
		fail "said: $(<err)"
	release
	wants 65 print -q 0 ./missing
	says err "./missing: No such file"
	same file file2
	bytes x 300000 file
	on_a_terminal "$tool print -q 0 file" >seen
	[ ! -s seen ] || fail "on a terminal: $(<seen)"
}

interrupted_waiting() {
	set -m	# else background jobs ignore SIGINT
	echo text >file
	load_paper
	hold
	print_in_background 0 file
	eventually is waiters 1
	kill -INT "$printer"
	ends 130
	says err "file: interrupted: 0 of 5 bytes sent"
	print_in_background 0 file
	eventually is waiters 1
	kill -TERM "$printer"
	ends 143
	eventually is waiters 0
	release
	[ "$(printed_size)" = 0 ] || fail "printed: $(printed)"
}

interrupted_reading() {
	set -m
	mkfifo pipe
	exec 7<>pipe
	"$tool" print 0 - <&7 2>err &
	printer=$!
	printf x >&7
	eventually empty pipe
	kill -INT "$printer"
	ends 130
	says err "standard input: interrupted: nothing sent"
}

# A FIFO to which nobody writes yet: the command waits, and says what it has not sent.
interrupted_at_a_fifo() {
	set -m
	mkfifo pipe
	echo text >file
	load_paper
	print_in_background 0 file pipe file
	eventually has_grown_to 5
	eventually is state free
	eventually opened pipe
	kill -INT "$printer"
	ends 130
	says err "pipe: interrupted: nothing sent"
	says err "parport0: 1 more not printed"
	print_in_background 0 pipe file
	eventually opened pipe
	echo piped >pipe
	ends 0
	[ "$(printed)" = $'text\npiped\ntext' ] || fail "printed: $(printed)"
}

# opened PATH: has $printer opened this file?
opened() {
	local fd

	for fd in /proc/"$printer"/fd/*; do
		[ ! "$fd" -ef "$1" ] || return 0
	done
	return 1
}

# A signal after the last byte, here while the second line of -v waits for its reader:
# there is room for "parbiter: parport0: owned after 0.0 s" only.
interrupted_at_the_end() {
	set -m
	mkfifo pipe
	exec 7<>pipe
	dd if=/dev/zero of=pipe bs=4096 count=15 oflag=nonblock status=none
	dd if=/dev/zero of=pipe bs=4051 count=1 oflag=nonblock status=none
	echo text >file
	load_paper
	: >err
	"$tool" print -v 0 file 2>pipe </dev/null &
	printer=$!
	eventually has_grown_to 5
	eventually grep -q pipe_write "/proc/$printer/wchan"
	kill -INT "$printer"
	ends 130
	[ "$(printed)" = text ] || fail "printed: $(printed)"
}

# The number of bytes that the command reports is the number that was printed.
interrupted_sending() {
	set -m
	bytes x 8000000 file
	load_paper
	print_in_background 0 file
	eventually has_printed
	kill -INT "$printer"
	ends 130
	is state free || fail "not freed"
	says err "file: interrupted: $(printed_size) of 8000000 bytes sent"
	wants 0 print 0 <(echo)
}

# A signal cuts a write short: the next write continues with the first byte that the
# printer has not taken.
stopped_and_continued() {
	local i

	head -c 400000 /dev/urandom >file
	load_paper
	print_in_background 0 file
	for ((i = 1; i <= 4; i++)); do
		eventually has_grown_to $((i * 20000))
		kill -STOP "$printer"
		eventually grep -q "^State:.*stopped" "/proc/$printer/status"
		kill -CONT "$printer"
	done
	ends 0
	same file
}

# trouble LINES TEXT: with these status lines the command must report TEXT, and go on
# when they change
trouble() {
	lines "$1"
	print_in_background 1 file
	eventually grep -qs "^parbiter: parport1: file: the printer takes no data: $2; still trying" err
	is pid "$printer" parport1 || fail "does not hold the port"
	lines d8
	ends 0
	[ "$(wc -l <err)" = 1 ] || fail "said: $(cat err)"
}

# A printer that runs out of paper in the middle gets each byte once.
goes_on_where_it_was() {
	local i

	head -c 450 /dev/urandom >file
	ask "peripheral 1 printer stall=100" >/dev/null
	print_in_background 1 file
	for ((i = 1; i <= 4; i++)); do
		eventually has_received $((i * 100))
		lines 78
		eventually complained "$i"
		lines d8
		ask "peripheral 1 ready" >/dev/null
	done
	ends 0
	ask "received 1" | cmp - file || fail "it got something else"
	ask "peripheral 1 none" >/dev/null
}

# ask COMMAND: print the answer of the virtual ports to a command
ask() {
	local port

	exec {port}<>/dev/parbiter-vport
	echo "$1" >&"$port"
	cat <&"$port"
	exec {port}>&-
}

has_received() { [ "$(ask "received-count 1")" = "$1" ]; }

# complained COUNT: has the command reported so often that there is no paper?
complained() {
	[ "$(grep -c "the printer takes no data: out of paper; still trying" err)" = "$1" ]
}

says_what_is_wrong() {
	bytes x 500 file
	trouble 78 "out of paper"
	trouble 48 "off-line"
	trouble 50 "error"
	trouble 68 "off-line, out of paper"
	# A busy printer is reported only after a while.
	trouble 58 "busy"
}

gives_up() {
	bytes x 500 file
	lines 78
	wants 76 print -t 0.3 1 file file
	says err "parport1: file: the printer took no data for 0.3 s: out of paper"
	says err "remedy: check the printer"
	says err "parport1: file: 0 of 500 bytes sent"
	says err "parport1: 1 more not printed"
	is state free parport1 || fail "not freed"
	lines 58
	wants 76 print -t 0.01 1 file
	says err "took no data for 0.01 s: busy"
	lines d8
	wants 0 print -t 0.3 1 file
}

interrupted_stalled() {
	set -m
	echo text >file
	lines 58
	print_in_background 1 file
	eventually is state owned parport1
	kill -INT "$printer"
	ends 130
	says err "file: interrupted: 0 of 5 bytes sent"
	is state free parport1 || fail "not freed"
	lines d8
}

on_a_screen() {
	local waiter

	bytes x 300000 file
	hold
	on_a_terminal "$tool print 0 file; echo end of it" >seen &
	waiter=$!
	eventually grep -q "waiting for sleep (pid [0-9]*); place 1 of 1" seen
	kill "$holder"
	wait "$waiter"
	grep -qE "parbiter: parport0: [1-9][0-9]* of 300000 bytes, [0-9.]+ [kM]?B/s: file" seen ||
		fail "no progress: $(tail -c 200 seen)"
	says seen "end of it"
	lines 78
	on_a_terminal "$tool print -t 1 1 file" >seen
	says seen "; the printer takes no data: out of paper: file"
	lines d8
	grep -qF $'\033[Kparbiter: parport1: file: the printer took no data' seen ||
		fail "the complaint is no line of its own: $(tail -c 200 seen)"
	# There is no progress on a terminal that cannot move its cursor.
	TERM=dumb script -qec "$tool print 1 file" /dev/null </dev/null >seen
	[ ! -s seen ] || fail "said: $(cat seen)"
}

ctrl_c_on_a_screen() {
	local screen status=0

	set -m	# else background jobs ignore SIGINT
	mkfifo keys
	bytes x 8000000 file
	load_paper
	TERM=linux script -qec "stty cols 100; $tool print 0 file" /dev/null <>keys >seen &
	screen=$!
	eventually has_printed
	printf '\003' >keys
	wait "$screen" || status=$?
	[ "$status" = 130 ] || fail "status $status: $(tail -c 200 seen)"
	says seen "file: interrupted: $(printed_size) of 8000000 bytes sent"
}

unplugged() {
	bytes x 500 file
	lines 58
	print_in_background 1 file
	eventually is state owned parport1
	echo "remove 1" >/dev/parbiter-vport
	ends 69
	says err "parport1: the port is gone: unplugged"
	says err "remedy: connect it again"
	says err "parport1: file: 0 of 500 bytes sent"
}

cases=(set_up every_byte two_jobs_do_not_mix files_take_turns
	slow_pipe_does_not_hold other_inputs many_files busy
	says_as_much_as_is_wanted interrupted_waiting
	interrupted_reading interrupted_at_a_fifo interrupted_at_the_end
	interrupted_sending stopped_and_continued goes_on_where_it_was
	says_what_is_wrong gives_up interrupted_stalled on_a_screen ctrl_c_on_a_screen
	unplugged)

run_cases "$@"
