#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# "parbiter run" in hard hands: signals of every kind, terminals, jobs in the
# background, a killed waiter, a port that vanishes. parport0 is a real port, parport1
# a virtual one.
#
# vm: ports=one kernels=stock timeout=400 smp=any seconds=40
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

set_up() { load_with_virtual_port; }

# ends_by COMMAND...: run a command, and print the number of the signal that ended it;
# 0: it has exited
ends_by() {
	perl -e 'system { $ARGV[0] } @ARGV; print $? & 127, "\n"' "$@"
}

# on_keys COMMAND: run a command in bash on a terminal of its own, as process $screen.
# What is written to the FIFO keys is typed there; what is shown is in the file seen.
on_keys() {
	set -m	# else background jobs ignore SIGINT
	rm -f keys
	mkfifo keys
	SHELL=/bin/bash TERM=linux script -qec "stty cols 100; $1" /dev/null <>keys >seen &
	screen=$!
}

# The terminal must come to its end, that is, its command must end.
screen_ends() {
	eventually has_ended "$screen"
}
has_ended() { ! kill -0 "$1" 2>/dev/null; }

ctrl_c() { printf '\003' >keys; }

# The shell stops its loop only if the command died of the signal.
ctrl_c_ends_a_loop() {
	on_keys "for i in 1 2 3; do $tool run 0 -- sleep 1000; echo round \$i; done"
	eventually is owner sleep
	ctrl_c
	screen_ends
	! grep -q round seen || fail "the loop went on: $(<seen)"
	hold
	on_keys "for i in 1 2 3; do $tool run 0 -- true; echo round \$i; done"
	eventually is waiters 1
	ctrl_c
	screen_ends
	release
	! grep -q round seen || fail "the loop went on: $(<seen)"
}

dies_of_the_signal_of_the_command() {
	local signal

	for signal in HUP INT QUIT USR1 TERM KILL SEGV; do
		[ "$(ends_by "$tool" run 0 -- sh -c "kill -$signal \$\$")" = \
			"$(kill -l "$signal")" ] || fail "not of $signal"
		is state free || fail "not freed after $signal"
	done
	[ "$(ends_by "$tool" run 0 -- sh -c 'exit 130')" = 0 ] || fail "130 is no signal"
	[ ! -e core ] || fail "a second core"
}

# Every signal that a user sends reaches the command, once.
passes_signals_on() {
	local signal owner status

	set -m	# else background jobs ignore SIGINT
	for signal in HUP INT QUIT TERM USR1 USR2 ALRM; do
		"$tool" run 0 -- sleep 1000 &
		owner=$!
		eventually is owner sleep
		kill -"$signal" "$owner"
		wait "$owner" 2>/dev/null
		status=$?
		[ "$status" = $((128 + $(kill -l "$signal"))) ] || fail "$signal: status $status"
		is state free || fail "not freed after $signal"
	done
}

# counts_terms: start a command that counts how often it gets SIGTERM, and ends with
# that number at SIGUSR1
counts_terms() {
	rm -f ready
	# shellcheck disable=SC2016	# the variables are those of perl
	"$tool" run 0 -- perl -e '$SIG{TERM} = sub { $n++; open(F, ">got") };
		$SIG{USR1} = sub { exit $n }; open(F, ">ready"); sleep 1000 while 1' &
	counter=$!
	eventually test -e ready
}

# count_terms: end the command of counts_terms; set $count to how many SIGTERM it got
count_terms() {
	eventually test -e got
	eventually idle_again
	kill -USR1 "$counter"
	wait "$counter"
	count=$?
}

# Nobody can tell that a program has signalled the group: twice is better than never.
group_signal_arrives() {
	local count

	set -m
	counts_terms
	kill -TERM "$counter"
	count_terms
	[ "$count" = 1 ] || fail "SIGTERM came $count times"
	rm -f got
	counts_terms
	kill -TERM -- "-$counter"
	count_terms
	[[ "$count" = [12] ]] || fail "SIGTERM to the group came $count times"
}

# The keyboard signals the group, of which the command is a member.
keyboard_signals_once() {
	# shellcheck disable=SC2016	# the variables are those of perl
	on_keys "$tool run 0 -- perl -e '\$SIG{INT} = sub { \$n++ }; open(F, q(>ready));
		\$SIG{USR1} = sub { exit 40 + \$n }; sleep 1000 while 1'; echo status \$?"
	eventually test -e ready
	counter=$("$tool" list -n -o pid 0)
	ctrl_c
	ctrl_c_ended
	screen_ends
	says seen "status 41"
}

# Has Ctrl-C been handled by both processes? Then SIGUSR1 ends the command.
ctrl_c_ended() {
	local guard

	guard=$(sed -n 's/^PPid:\t//p' "/proc/$counter/status")
	eventually grep -q '\^C' seen
	eventually idle_again
	counter=$guard eventually idle_again
	eventually idle_again
	kill -USR1 "$guard"
}

# named_parbiter: print the processes that killall(1), pkill(1) or start-stop-daemon(8)
# takes for the command: those of its name or program, the youngest first
named_parbiter() {
	local dir name

	for dir in /proc/[0-9]*; do
		read -r name 2>/dev/null <"$dir/comm" || continue
		[ "$name" != parbiter ] && [ ! "$dir/exe" -ef "$tool" ] ||
			echo "${dir#/proc/}"
	done | sort -rn
}

# All processes of the name get the signal: the command, which has another, must get it.
signal_by_name_arrives() {
	local named owner

	"$tool" run 0 -- sleep 1000 &
	owner=$!
	eventually is owner sleep
	eventually owner_executes sleep
	mapfile -t named < <(named_parbiter)
	kill -TERM "${named[@]}"
	eventually is state free
	wait "$owner"
	[ $? = 143 ] || fail "another end"
	hold
	"$tool" run 0 -- sleep 1000 &
	owner=$!
	eventually is waiters 1
	mapfile -t named < <(named_parbiter | grep -vx "$holder")
	kill -TERM "${named[@]}"
	eventually is waiters 0
	wait "$owner"
	[ $? = 143 ] || fail "another end of a waiter"
	release
}

# owner_executes NAME: does the owner execute the program already?
owner_executes() {
	[ "$(basename "$(readlink "/proc/$("$tool" list -n -o pid 0)/exe")")" != parbiter ]
}

# Has the process $counter handled its signals?
idle_again() {
	local pending
	pending=$(sed -n 's/^S..Pnd:\t//p' "/proc/$counter/status" | tr -d '0\n')
	[ -z "$pending" ] && grep -q '^State:.*sleeping' "/proc/$counter/status"
}

# A command that has left the process group of the terminal still gets the signals of
# the keyboard.
keyboard_reaches_another_group() {
	on_keys "$tool run 0 -- perl -e 'setpgrp; open(F, q(>left)); sleep 1000'"
	eventually test -e left
	ctrl_c
	eventually is state free
	screen_ends
}

# If the parent is killed, the request is withdrawn, whatever signals are ignored.
killed_waiter_never_runs() {
	local waiter

	hold
	(trap '' TERM HUP INT QUIT; exec "$tool" run 0 -- touch ran) &
	waiter=$!
	eventually is waiters 1
	kill -KILL "$waiter"
	eventually is waiters 0
	release
	[ ! -e ran ] || fail "the command ran"
}

# With the descriptor, without it, and with two ports.
does_not_wait_for_itself() {
	wants 75 run 0 -- "$tool" run -w 5 0 true
	says err "this command would wait for itself"
	# shellcheck disable=SC2016	# the inner shell expands it
	wants 75 run 0 -- bash -c 'eval "exec $PARBITER_FD>&-"; "$0" run -w 5 0 true; exit $?' "$tool"
	says err "this command would wait for itself"
	! grep -q "end process" err || fail "advises to end its own ancestor: $(<err)"
	wants 75 run 0 -- "$tool" run 1 -- "$tool" run -w 5 0 true
	says err "this command would wait for itself"
	cp "$(command -v sh)" $'./a\nb) S 1'
	wants 75 run 0 -- sh -c "unset PARBITER_FD; ./a*b* -c '$tool run -w 5 0 true; exit \$?'; exit \$?"
	says err "this command would wait for itself"
	wants 75 run 0 -- sh -c "unset PARBITER_FD; $tool test 0; exit \$?"
	! grep -q "end process" err || fail "advises to end its own ancestor: $(<err)"
	wants 0 run 0 -- "$tool" run 1 -- true
}

# A waiter in the background writes nothing to the terminal, and is not stopped.
background_is_quiet() {
	hold
	on_keys "set -m; stty tostop; $tool run -w 8 0 true 2>/dev/tty & wait; echo end of it"
	eventually is waiters 1
	screen_ends
	says seen "end of it"
	! grep -q "waiting for" seen || fail "wrote: $(<seen)"
	on_keys "set -m; stty tostop; $tool run 0 true & wait; echo end of it"
	eventually is waiters 1
	release
	screen_ends
	says seen "end of it"
	! grep -q "waiting for" seen || fail "wrote: $(<seen)"
	# What -v says is written, and does not stop the waiter.
	hold
	on_keys "set -m; stty tostop; $tool run -v 0 true & wait; echo end of it"
	eventually is waiters 1
	release
	screen_ends
	says seen "end of it"
	says seen "waiting for"
}

foreground_shows_the_queue() {
	local waiter

	hold
	on_keys "$tool run 0 true; echo end of it"
	eventually grep -q "waiting for sleep (pid [0-9]*); place 1 of 1" seen
	release
	screen_ends
	says seen "end of it"
	# A signal ends the wait: then the line is empty for who writes next.
	hold
	on_keys "$tool run 0 true"
	eventually is waiters 1
	eventually grep -q "waiting for sleep" seen
	waiter=$("$tool" list --queue -n -o pid 0)
	kill -TERM "$(sed -n 's/^PPid:\t//p' "/proc/$waiter/status")"
	screen_ends
	release
	grep -qF $'place 1 of 1\r\033[K' seen || fail "the line is not empty: $(cat -v seen)"
}

says_that_the_port_vanished() {
	"$tool" run 1 -- sleep 1000 2>err &
	holder=$!
	eventually is owner sleep parport1
	echo "remove 1" >/dev/parbiter-vport
	eventually grep -qs "parport1: the port is gone" err
	says err "sleep goes on without it"
	kill "$holder"
	wait "$holder" 2>/dev/null
	[ $? = 143 ] || fail "it ended in another way"
	[ "$(grep -c "is gone" err)" = 1 ] || fail "said: $(<err)"
	vanishes_with_the_command
}

# The port vanishes, and the command ends of that, before parbiter sees either.
vanishes_with_the_command() {
	local number child

	exec 3<>/dev/parbiter-vport
	echo add >&3
	read -r number <&3
	exec 3>&-
	eventually test -c "/dev/parbiter$number"
	"$tool" run "$number" -- sleep 1000 2>err &
	holder=$!
	eventually is owner sleep "parport$number"
	kill -STOP "$holder"
	eventually grep -q "^State:.*stopped" "/proc/$holder/status"
	echo "remove $number" >/dev/parbiter-vport
	child=$(pgrep -P "$holder")
	kill -TERM "$child"
	eventually grep -q "^State:.*zombie" "/proc/$child/status"
	kill -CONT "$holder"
	wait "$holder" 2>/dev/null
	[ $? = 143 ] || fail "it ended in another way"
	says err "parport$number: the port is gone"
	! grep -q "goes on" err || fail "said: $(<err)"
}

# What is stopped goes on to own the port.
stopped_keeps_the_port() {
	local guard owner

	on_keys "set -m; $tool run 0 -- sleep 1000; echo status \$?; fg; echo status \$?"
	eventually is owner sleep
	owner=$(field pid)
	printf '\032' >keys
	eventually grep -q "status 148" seen
	wants 75 run -n 0 true
	# The shell has continued it.
	kill -TERM "$owner"
	screen_ends
	says seen "status 143"
	is state free || fail "not freed"
	hold
	owner=$(field pid)
	guard=$holder
	kill -STOP "$guard"
	eventually grep -q "^State:.*stopped" "/proc/$guard/status"
	kill -TERM "$owner"
	eventually grep -q "^State:.*zombie" "/proc/$owner/status"
	wants 75 run -n 0 true
	says err "owned by sleep (pid $owner)"
	kill -CONT "$guard"
	wait "$guard"
	[ $? = 143 ] || fail "another end"
	is state free || fail "not freed"
}

# Who looks all the time never sees an owner without its number: the command's process
# is there until the port is free.
owner_is_known_to_the_end() {
	perl -e 'open(P, "+<", "/dev/parbiter0") or die; my ($owned, $unknown, $runs) = (0, 0, 0);
		for (1 .. 30) {
			my $child = fork;
			exec { $ARGV[0] } @ARGV if !$child;
			until (waitpid($child, 1) > 0) {
				my $status = pack("L34", 136);
				ioctl(P, 0xd70a, $status) or die;	# PARBITER_GET_STATUS
				my ($size, $state, $kind, $pid) = unpack("L4", $status);
				$owned++ if $state == 1 && $kind == 1;
				$unknown++ if $state == 1 && $kind == 1 && !$pid;
			}
			die "status $?" if $?;
		}
		print "$owned $unknown\n"' "$tool" run 0 true >seen || fail "$(<seen)"
	echo "# $(<seen)"
	[[ "$(<seen)" = [1-9]*" 0" ]] || fail "owned, unknown: $(<seen)"
}

# Nor does who looks at the queue see a waiter without its number when the wait is ended.
waiter_is_known_to_the_end() {
	hold
	perl -e 'open(P, "+<", "/dev/parbiter0") or die; my ($queued, $unknown) = (0, 0);
		for (1 .. 30) {
			my ($child, $killed) = fork;
			exec { $ARGV[0] } @ARGV if !$child;
			until (waitpid($child, 1) > 0) {
				my $waiter = "\0" x 64;
				my $queue = pack("L6Q", 32, 64, 0, 1, 0, 0,
						 unpack("Q", pack("P", $waiter)));
				ioctl(P, 0xd70b, $queue) or die;	# PARBITER_GET_QUEUE
				next if (unpack("L6", $queue))[3] == 0;
				my ($kind, $pid) = unpack("L2", $waiter);
				$queued++;
				$unknown++ if $kind == 1 && !$pid;
				$killed = kill("TERM", $child) if !$killed;
			}
			die "status $?" if $? != 15;
		}
		print "$queued $unknown\n"' "$tool" run 0 true >seen || fail "$(<seen)"
	release
	echo "# $(<seen)"
	[[ "$(<seen)" = [1-9]*" 0" ]] || fail "queued, unknown: $(<seen)"
}

status_does_not_depend_on_messages() {
	local status=0

	"$tool" run 0 -- ./missing 2>/dev/full || status=$?
	[ "$status" = 127 ] || fail "status $status"
	status=0
	"$tool" run 0 -- / 2>/dev/full || status=$?
	[ "$status" = 126 ] || fail "status $status"
}

cases=(set_up ctrl_c_ends_a_loop dies_of_the_signal_of_the_command passes_signals_on
	group_signal_arrives keyboard_signals_once signal_by_name_arrives
	keyboard_reaches_another_group killed_waiter_never_runs does_not_wait_for_itself
	background_is_quiet foreground_shows_the_queue stopped_keeps_the_port
	owner_is_known_to_the_end waiter_is_known_to_the_end
	status_does_not_depend_on_messages says_that_the_port_vanished)

run_cases "$@"
