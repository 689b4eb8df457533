#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# The command parbiter, from outside: what it prints and how it exits.
#
# vm: ports=one kernels=stock timeout=300 smp=any seconds=53
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"

# A program on ppdev: excl or claim. It holds the port until $native ends.
ppdev() {
	perl -e 'open(my $f, "+<", "/dev/parport0") or die;
		if ($ARGV[0] eq "excl") { ioctl($f, 0x708f, 0) or die "PPEXCL: $!" }
		ioctl($f, 0x708b, 0) or die "PPCLAIM: $!";
		open(my $r, ">", "claimed"); close($r); sleep(1000)' "$1" &
	native=$!
	eventually test -e claimed
	rm claimed
}

end_ppdev() {
	kill "$native"
	wait "$native" 2>/dev/null
	unload ppdev
}

not_installed() {
	local args

	for args in "" list "test 0" "run 0 -- true" "print 0 -" "watch"; do
		# shellcheck disable=SC2086	# words
		wants 69 $args
		says err "parbiter: the module parbiter is neither loaded nor installed"
		says err "parbiter: remedy: 'make install'"
		[ ! -s out ] || fail "output: $(cat out)"
	done
	wants 0 list --names
	[ ! -s out ] || fail "output: $(cat out)"
}

for_another_kernel() {
	mkdir /lib/modules/9.9-other
	echo "extra/parbiter.ko: kernel/parport.ko" >/lib/modules/9.9-other/modules.dep
	wants 69 test 0
	rm -r /lib/modules/9.9-other
	says err "it is installed for kernel 9.9-other,"
	says err "but this is kernel $release"
}

not_loaded() {
	local dep=/lib/modules/$release/modules.dep
	local enforce=/sys/module/module/parameters/sig_enforce

	echo "extra/parbiter.ko: kernel/parport.ko" >dep
	mount --bind dep "$dep"
	wants 69 test 0
	says err "parbiter: the module parbiter is not loaded"
	says err "remedy: 'modprobe parbiter' as root"
	if [ -e "$enforce" ]; then
		echo Y >enforce
		mount --bind enforce "$enforce"
		wants 69 test 0
		umount "$enforce"
		says err "'mokutil --import' that key"
	fi
	umount "$dep"
}

no_port() {
	modprobe parport
	load
	wants 66 list
	says err "parport0: the kernel has no parallel port"
	says err "modprobe parport_pc"
	wants 66 test 0
	says out "ok: the module parbiter is loaded"
	says err "the kernel has no parallel port"
	modprobe parport_pc
	wants 66 run 7 true
	says err "parport7: no such port; the kernel has parport0"
}

usage() {
	local args

	for args in bogus "list --bogus" "list 0" "list --json --names" run \
		"run 0" "run 0 --" "run x true" "run -w x 0 true" \
		"run -w -1 0 true" print "print 0" "print x file" \
		"print -w x 0 file" "print -t 0 0 file" \
		"print -t x 0 file" "watch 0 1" "watch -i 0 0" "watch -i x 0" \
		test "test 0 1"; do
		# shellcheck disable=SC2086	# words
		wants 64 $args
		says err "parbiter"
	done
	for args in --help --version "list --help" "run --help" "print --help" "watch -h" \
		"test --help"; do
		# shellcheck disable=SC2086	# words
		wants 0 $args
		says out parbiter
		[ ! -s err ] || fail "errors: $(cat err)"
	done
	"$tool" --help >/dev/full 2>err
	[ $? = 74 ] || fail "no error when the output is lost"
}

free_port() {
	wants 0 list
	[ "$(cat out)" = "$(printf '%s\t' port device state owner pid held \
		waiters native address irq; echo modes
		printf 'parport0\t/dev/parbiter0\tfree\t-\t-\t-\t0\t-\t'
		printf '0x378\t7\t'; field modes)" ] || fail "list: $(cat out)"
	says out PCSPP
	wants 0 list --names
	[ "$(cat out)" = parport0 ] || fail "names: $(cat out)"
	wants 0 test 0
	says out "parport0: all is well"
	says out "ok: the module can arbitrate and transfer data; the port: address 0x378"
	[ ! -s err ] || fail "errors: $(cat err)"
	wants 0 list --json
	says out '{"port": "parport0", "device": "/dev/parbiter0", "state": "free", "owner": null, "owner_kind": null,'
	! command -v python3 >/dev/null || python3 -m json.tool out >/dev/null ||
		fail "no JSON: $(cat out)"
}

names_of_a_port() {
	local name

	ln -sf /dev/parbiter0 alias
	for name in 0 parport0 parbiter0 /dev/parbiter0 ./alias; do
		wants 0 run "$name" true
	done
	wants 66 run /dev/null true
	says err "is not a device of parbiter"
	mkfifo fifo
	wants 66 run ./fifo true
	wants 66 run ./nothing true
	says err "No such file"
}

run_holds() {
	# shellcheck disable=SC2016	# for the inner shell
	wants 0 run 0 -- sh -c '
		perl -MFcntl -e '\''open(my $f, "+<&=", $ENV{PARBITER_FD}) or die;
			print(fcntl($f, F_GETFL, 0) & O_NONBLOCK ? "queues\n" : "waits\n")'\''
		echo "$PPID $$"; '"$tool"' list'
	says out "waits"
	grep -qE "^parport0.*owned	sh	[0-9]+	[0-9.]+	0	-	" out ||
		fail "list: $(cat out)"
	is state free || fail "not freed"
	hold
	is pid "$(pgrep -P "$holder")" || fail "the owner is not the command"
	release
}

run_exit_codes() {
	wants 0 run 0 true
	wants 3 run 0 -- sh -c 'exit 3'
	# shellcheck disable=SC2016	# for the inner shell
	wants 143 run 0 -- sh -c 'kill $$'
	wants 127 run 0 -- ./no-such-program
	says err "./no-such-program: No such file"
	wants 126 run 0 -- /dev/null
	is state free || fail "not freed"
}

run_busy() {
	local cancels begin

	hold
	wants 75 run -n 0 true
	says err "parport0: busy: owned by sleep (pid $(pgrep -P "$holder")) for"
	says err "or end process $(pgrep -P "$holder")"
	cancels=$(counter cancels)
	begin=${EPOCHREALTIME/./}
	wants 75 run -w 0.5 0 true
	[ $((${EPOCHREALTIME/./} - begin)) -ge 500000 ] || fail "too early"
	says err "gave up after 0.5 s: owned by sleep"
	[ "$(counter cancels)" = $((cancels + 1)) ] || fail "not withdrawn"
	wants 75 run -w 0 0 true
	wants 75 test 0
	says err "parport0: busy: owned by sleep"
	grep -q $'\033' err && fail "terminal control in a file"
	release
}

run_inside_itself() {
	wants 75 run 0 "$tool" run 0 true
	says err "owned by the enclosing 'parbiter run'"
	echo x >x
	wants 75 run 0 "$tool" print 0 x
	says err "this command would wait for itself"
	wants 0 run 0 env -u PARBITER_FD true
	wants 0 run 0 sh -c "exec $tool list"
}

run_waits() {
	hold
	"$tool" run 0 -- sh -c 'echo first >>order' 2>/dev/null &
	eventually is waiters 1
	"$tool" run -w 50 0 -- sh -c 'echo second >>order' 2>/dev/null &
	eventually is waiters 2
	release
	wait
	[ "$(cat order)" = "first
second" ] || fail "order: $(cat order)"
}

# Ends $1 with a signal while it waits: $2 is the exit status
end_waiter() {
	local signal=$1 want=$2 status=0 waiter

	"$tool" run 0 -- sh -c 'touch ran' 2>err &
	waiter=$!
	eventually is waiters 1
	kill "-$signal" "$waiter"
	wait "$waiter" || status=$?
	[ "$status" = "$want" ] || fail "$signal: status $status"
	eventually is waiters 0
	[ ! -e ran ] || fail "the command ran"
}

run_withdraws() {
	set -m	# else background jobs ignore SIGINT
	hold
	end_waiter INT 130
	end_waiter TERM 143
	end_waiter KILL 137
	release
}

# From the keyboard of a terminal, which signals the command as well
run_ctrl_c() {
	local screen status=0

	set -m	# else background jobs ignore SIGINT
	mkfifo keys
	hold
	TERM=linux script -qec "$tool run 0 touch ran" /dev/null <>keys >seen &
	screen=$!
	eventually is waiters 1
	printf '\003' >keys
	wait "$screen" || status=$?
	[ "$status" = 130 ] || fail "status $status"
	eventually is waiters 0
	[ ! -e ran ] || fail "the command ran"
	release
	TERM=linux script -qec "$tool run 0 sleep 1000" /dev/null <>keys >seen &
	screen=$!
	eventually is owner sleep
	printf '\003' >keys
	status=0
	wait "$screen" || status=$?
	[ "$status" = 130 ] || fail "status $status"
	is state free || fail "not freed"
}

run_passes_signals() {
	local status=0

	"$tool" run 0 -- sh -c 'trap "exit 5" TERM; touch up; while :; do sleep 0.1; done' &
	eventually test -e up
	kill $!
	wait $! || status=$?
	[ "$status" = 5 ] || fail "status $status"
	is state free || fail "not freed"
}

# Whoever inherited the descriptor does not keep the port.
run_frees() {
	wants 0 run 0 -- sh -c 'sleep 1000 >/dev/null 2>&1 & echo $! >pid'
	is state free || fail "not freed"
	kill "$(cat pid)"
}

# ... also when the command has used ppdev's requests, PPRELEASE and PPCLAIM.
run_frees_a_claim() {
	# shellcheck disable=SC2016	# perl's own
	wants 0 run 0 -- perl -e '$^F = 255;	# not closed by exec
		open(my $f, "+<&=", $ENV{PARBITER_FD}) or die;
		ioctl($f, 0x708c, 0) or die "PPRELEASE: $!";
		ioctl($f, 0x708b, 0) or die "PPCLAIM: $!";
		exec("sh", "-c", "sleep 1000 >/dev/null 2>&1 & echo \$! >pid")
			if !fork(); wait()'
	is state free || fail "not freed: $("$tool" list)"
	kill "$(cat pid)"
}

# A command that closes what it inherited owns the port all the same.
run_keeps() {
	# shellcheck disable=SC2016	# for the inner shell
	wants 0 run 0 -- bash -c 'eval "exec $PARBITER_FD>&-"; '"$tool list"
	grep -q "owned	bash" out || fail "list: $(cat out)"
}

terminal() {
	local waiter

	hold
	on_a_terminal "$tool run 0 -- echo my turn" >seen &
	waiter=$!
	eventually is waiters 1
	eventually grep -q "waiting for sleep (pid [0-9]*); place 1 of 1" seen
	"$tool" run 0 true 2>/dev/null &
	eventually grep -q "place 1 of 2" seen
	on_a_terminal "$tool" >table
	says table "PORT "
	says table "sleep (pid "
	kill "$holder"
	wait "$waiter"
	says seen "my turn"
	wait
	on_a_terminal "timeout 1 $tool watch" >seen
	says seen "parport0: free; "
	TERM=dumb script -qec "timeout 1 $tool watch" /dev/null </dev/null >seen
	says seen "time	port"
	! grep -q $'\033' seen || fail "terminal control on a dumb terminal"
}

last_is() { [ "$(tail -n 1 seen | cut -f3)" = "$1" ]; }

watch() {
	local watcher

	"$tool" watch -i 0.05 >seen 2>err &
	watcher=$!
	eventually grep -q "parport0	free" seen
	hold
	eventually grep -qE "	parport0	owned	sleep	[0-9]+	0	" seen
	"$tool" run 0 true 2>/dev/null &
	eventually grep -qE "	owned	sleep	[0-9]+	1	" seen
	release
	eventually last_is free
	if plugged; then
		unplug
		eventually grep -q "parport0	gone" seen
		plug
		eventually last_is free
	fi
	kill "$watcher"
	wait "$watcher" 2>/dev/null
	[ ! -s err ] || fail "errors: $(cat err)"
	! grep -q $'\033' seen || fail "terminal control in a file"
}

ticks() {	# PID: processor time that it has used, in 1/100 s
	awk '{ print $14 + $15 }' "/proc/$1/stat"
}

# Between two looks it sleeps, whatever becomes of the port.
watch_sleeps() {
	local watcher before i

	"$tool" watch -i 3600 0 >seen 2>err &
	watcher=$!
	eventually grep -q "parport0	free" seen
	before=$(ticks "$watcher")
	for ((i = 0; i < 5; i++)); do
		hold
		release
	done
	if plugged; then
		unplug
		eventually grep -q "parport0	gone" seen
		plug
		eventually is state free
	fi
	[ $(($(ticks "$watcher") - before)) -le 5 ] ||
		fail "ran for $(($(ticks "$watcher") - before)) ticks"
	kill "$watcher"
}

unplugged() {
	local waiter status=0

	plugged || return 4
	hold
	"$tool" run 0 true 2>err &
	waiter=$!
	eventually is waiters 1
	unplug
	wait "$waiter" || status=$?
	kill "$holder"
	wait "$holder" 2>/dev/null
	plug
	[ "$status" = 69 ] || fail "status $status"
	says err "parport0: the port is gone"
	eventually is state free
}

lp_holds() {
	modprobe lp || return 4
	exec 9>/dev/lp0
	printf x >&9
	eventually is native lp
	wants 75 test 0
	says err "parport0: busy: held by lp (native driver)"
	says err "remedy: close /dev/lp*"
	wants 75 run -n 0 true
	says err "held by lp (native driver)"
	wants 0 list --json
	says out '"owner": null, "owner_kind": "native", "pid": null,'
	exec 9>&-
	wants 0 test 0
	says out "registered: lp"
	unload lp
}

ppdev_holds() {
	modprobe ppdev || return 4
	ppdev claim
	is native ppdev0 || fail "list: $("$tool" list)"
	wants 75 run -w 0.2 0 true
	says err "held by ppdev0 (native driver)"
	end_ppdev
}

ppdev_excludes() {
	modprobe ppdev || return 4
	# the last close may have been a moment ago
	eventually grep -q '^parport_pc [0-9]* 0 ' /proc/modules
	ppdev excl
	wants 75 test 0
	says err "parport0: busy: ppdev0 has it exclusively"
	wants 75 run 0 true
	wants 75 list
	grep -qE "^parport0	/dev/parbiter0	unknown	-	-	-	-	-	0x378	7	PCSPP" out ||
		fail "list: $(cat out)"
	end_ppdev
}

driver_holds() {
	[ -e "${KCLIENT_KO:-}" ] || return 4
	insmod "$KCLIENT_KO" || return 4
	eventually test -e /dev/parbiter_kclient
	exec 8>/dev/parbiter_kclient
	printf 'open 0' >&8 || fail "no kernel client"
	printf allocate >&8 || fail "the kernel client does not own"
	eventually is owner kclient
	is pid - || fail "list: $("$tool" list)"
	wants 75 run -n 0 true
	says err "parport0: busy: owned by kclient (kernel driver) for"
	says err "or unload that driver (kclient)"
	wants 0 list --json
	says out '"owner": "kclient", "owner_kind": "driver", "pid": null,'
	exec 8>&-
	eventually is state free
	unload parbiter_kclient
}

# Who asked is gone, and somebody else has the descriptor.
ended_process_holds() {
	exec 8<>/dev/parbiter0
	perl -e 'open(my $f, "+<&=", 8) or die; ioctl($f, 0x708b, 0) or die'
	is owner perl || fail "list: $("$tool" list)"
	is pid - || fail "list: $("$tool" list)"
	wants 75 run -n 0 true
	says err "parport0: busy: owned by perl (hidden or ended process) for"
	says err "fuser -v /dev/parbiter0"
	wants 0 list --json
	says out '"owner": "perl", "owner_kind": "process", "pid": null,'
	exec 8>&-
	eventually is state free
}

exclusive() {
	unload parbiter
	load exclusive=1
	modprobe lp || return 4
	wants 75 test 0
	says out ", with exclusive=1"
	says err "parport0: busy: lp is registered on it, and parbiter has exclusive=1"
	unload lp
	unload parbiter
	load
	eventually test -e /dev/parbiter0
}

as_user() {	# GROUP STATUS
	local status=0

	setpriv --reuid 65534 --regid 65534 --groups "$1" \
		"$tool" test 0 >out 2>err || status=$?
	[ "$status" = "$2" ] || fail "group $1: status $status: $(cat err)"
}

permission() {
	chmod 755 . && cp "$tool" /tmp/tool-for-all && chmod 755 /tmp/tool-for-all
	local tool=/tmp/tool-for-all

	chown root:root /dev/parbiter0
	as_user 7 77
	says err "its group is root, not lp"
	says err "udev rule"
	chown root:lp /dev/parbiter0
	as_user 65534 77
	says err "nobody is not in group lp"
	says err "remedy: 'adduser nobody lp' as root"
	as_user 7 0
	says out "all is well"
	rm "$tool"
}

completes() {	# WANTED WORD...: the last word is completed
	local want=$1
	shift
	COMP_WORDS=("$@")
	COMP_CWORD=$(($# - 1))
	_parbiter
	mapfile -t COMPREPLY < <(printf '%s\n' "${COMPREPLY[@]}" | LC_ALL=C sort)
	[ "${COMPREPLY[*]}" = "$want" ] ||
		fail "completes '$*' to '${COMPREPLY[*]}', not '$want'"
}

completion() {
	local p=$tool

	# shellcheck source=../../tools/parbiter.bash-completion
	. "$here/parbiter.bash-completion"
	touch file1 file2 only-here
	chmod 755 only-here
	# In the path once: /bin and /usr/bin are the same here.
	PATH=.:$PATH
	completes "--help --version list print run test watch" "$p" ""
	completes print "$p" pr
	completes "--help --json --names" "$p" list -
	completes "" "$p" list ""
	completes parport0 "$p" run ""
	completes parport0 "$p" run -w 5 ""
	completes parport0 "$p" run --wait = 5 par
	completes "" "$p" run --wait = ""
	completes "" "$p" run -w ""
	completes only-here "$p" run 0 only-h
	completes only-here "$p" run -n 0 -- only-h
	completes -- "$p" run 0 -
	completes "file1 file2" "$p" run 0 cat f
	completes "--help --no-wait --stall= --verbose --wait=" "$p" print -
	completes "" "$p" print -t ""
	completes parport0 "$p" print -t 5 ""
	completes "file1 file2" "$p" print 0 f
	completes file2 "$p" print --wait = 5 0 file1 file2
	completes --verbose "$p" print 0 file1 --v
	completes parport0 "$p" watch -i 1 ""
	completes "" "$p" watch 0 ""
	completes parport0 "$p" test ""
	completes "" "$p" bogus ""
}

cases=(not_installed for_another_kernel not_loaded no_port usage completion
	free_port names_of_a_port run_holds run_exit_codes run_busy
	run_inside_itself run_waits
	run_withdraws run_passes_signals run_frees run_frees_a_claim run_ctrl_c
	run_keeps terminal watch watch_sleeps unplugged lp_holds ppdev_holds
	ppdev_excludes driver_holds ended_process_holds exclusive permission)

run_cases "$@"
