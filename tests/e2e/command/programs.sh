#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
# Unmodified programs from Debian's packages run on ppdev and on parbiter: exit
# status, output and accesses to the port must be the same.
#
# vm: kernels=stock timeout=900 smp=any seconds=30 quick=no
#
# The test runs on stock kernels only: on the debug kernel these programs take long to
# start, and the other tests show there what it can show.
# shellcheck disable=SC2317	# the cases are called by name
# shellcheck source=../lib/libtools.sh
. "$(dirname "$0")/libtools.sh"
# shellcheck source=../lib/libtrace.sh
. "$here/libtrace.sh"
# shellcheck source=../lib/libprograms.sh
. "$here/libprograms.sh"

# on SYSTEM PORT PERIPHERAL FILTER PROGRAM: run a program on a new port of ppdev or of
# parbiter. What it does is then in SYSTEM/{status,out,trace,peripheral}.
on() {
	local system=$1 status=0 device

	case $system in
	ppdev)		device=/dev/parport0 ;;
	parbiter)	device=/dev/parbiter0 ;;
	esac
	mkdir "$system"
	set_up "$system" "$2"
	if [ "$3" != none ]; then
		vport peripheral 0 "$3"
		vport send 0 70617262697465720a
	fi
	"$5" "$device" </dev/null >out 2>&1 &
	finish $! || status=$?
	echo "status $status" >"$system/status"
	sed 's,/dev/parbiter0,/dev/parport0,g' out >"$system/out"
	trace "$system/raw"
	normalise "$system/raw" | "$4" >"$system/trace"
	if [ "$3" != none ]; then
		vport peripheral 0 show
		vport received 0 | od -c
	fi >"$system/peripheral"
	clear_away
}

# same PORT PERIPHERAL FILTER PROGRAM: what the program does must be the same on both
same() {
	local what

	on ppdev "$@"
	on parbiter "$@"
	grep -q '^[WR]' ppdev/trace || fail "it did nothing: $(cat ppdev/out)"
	for what in status out trace peripheral; do
		diff -u "ppdev/$what" "parbiter/$what" >differences ||
			fail "not as on ppdev: $(head -n 60 differences)"
	done
	echo "# $(cat ppdev/status), $(wc -l <ppdev/trace) lines of trace"
}

python_every_call() { same irq none without_polling every_call; }
python_with_peripheral() { same irq ieee1284 without_polling every_call; }
python_pins() { same irq none cat pins; }
rigctl_keys() { same irq none cat key_rig; }
rigctl_keys_polled_port() { same polled none cat key_rig; }
openocd_finds_nothing() { same irq none without_polling find_chip; }
sigrok_finds_nothing() { same irq none cat find_scope; }
libieee1284_calls() { same irq none without_polling library; }
libieee1284_with_peripheral() { same irq ieee1284 at_the_connector library; }

# is_same TRACE TRACE: are the two traces the same after normalise?
is_same() {
	normalise <<<"$1" >one
	normalise <<<"$2" >other
	cmp -s one other
}

# normalise drops what may differ, and no more.
comparison_compares() {
	local all='I init ctrl=1c ecr=34 dev=ppdev0 #1 @1 pid=1
L restore ctrl=1c ecr=34 dev=ppdev0 #2 @2 pid=1 irqsoff
W ctrl 1c #3 @3 pid=1 irqsoff
W ecr 34 #4 @4 pid=1 irqsoff
W ctrl 1c #5 @5 pid=1
W data 55 #6 @6 pid=1
W ctrl 1d #7 @7 pid=1
R status d8 #8 @8 pid=1
R status d8 #9 @9 pid=1
B compat_write_data #10 @10 pid=1
R ecr 34 #11 @11 pid=1
S save ctrl=1d ecr=34 dev=ppdev0 #12 @12 pid=1' less change

	less=$(grep -vE '^[ISB]|ecr ' <<<"$all" | sed 's/ #.*/ #70 @9 pid=2/')
	is_same "$all" "$less" || fail "noise: $(diff one other)"
	is_same "$all" "$(sed 5p <<<"$all")" || fail "the same, again"
	is_same "$all" "$(sed 2,4d <<<"$all")" || fail "another restores"
	[ "$(wc -l <one)" = 5 ] || fail "too much left out: $(cat one)"
	for change in /data/s/55/54/ /data/d 8d '/ctrl 1d/d' \
			'/data/s/$/ unclaimed/' '/data/s/$/ hardirq/' \
			'6{h;d};7G' 's/R status/R data/' \
			'3s/1c/0c/;5d' '8iW ctrl 1c #7 @7 pid=1' \
			'11iX write_data #11 @11 pid=1'; do
		! is_same "$all" "$(sed "$change" <<<"$all")" ||
			fail "overlooked: $change"
	done
	[ "$(normalise <<<"$all" | without_polling | wc -l)" = 4 ] ||
		fail "polling"
	[ "$(printf 'W ctrl %s\n' 16 06 36 32 22 |
		at_the_connector | tr '\n' ' ')" = 'W ctrl 06 W ctrl 26 W ctrl 22 ' ] ||
		fail "at the connector"
}

cases=(comparison_compares python_every_call rigctl_keys openocd_finds_nothing
	sigrok_finds_nothing libieee1284_with_peripheral)
# Each Python takes seconds to start.
[ -z "${FULL:-}" ] || cases+=(python_with_peripheral python_pins
	rigctl_keys_polled_port libieee1284_calls)
run_cases "$@"
