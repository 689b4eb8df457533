# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions that run programs on a virtual port and compare what the programs did to
# it. This file is sourced, not run, after libtools.sh.

# vport WORD...: give a command to the virtual ports and print the answer
vport() {
	exec 3<>/dev/parbiter-vport
	echo "$*" >&3 || fail "vport: $*"
	cat <&3
	exec 3>&-
}

# Unload ppdev and parbiter, and remove all virtual ports.
clear_away() {
	unload ppdev
	unload parbiter
	rm -f /dev/parport0
	vport clear
}

# set_up ppdev|parbiter irq|polled: plug in a new port parport0, with ppdev or parbiter
# on it and nothing else. In reverse direction its data register reads 5a. The name
# /dev/parport0 leads to either.
set_up() {
	modprobe parport
	[ -e /dev/parbiter-vport ] || insmod "$VPORT_KO"
	clear_away
	[ "$(vport add "$2")" = 0 ] || fail "the port is not parport0"
	case $1 in
	ppdev)
		modprobe ppdev
		eventually test -c /dev/parport0
		;;
	parbiter)
		load
		eventually test -c /dev/parbiter0
		ln -s parbiter0 /dev/parport0
		;;
	esac
	vport input 0 5a
	vport reset 0
}

# finish PID: wait until a program in the background has ended, which it must; return
# its exit status
finish() {
	if ! timeout 200 tail --pid="$1" -s 0.1 -f /dev/null; then
		kill -9 "$1"
		fail "process $1 does not end"
	fi
	wait "$1"
}

# trace FILE: write the complete trace of the port since it was reset
trace() {
	vport trace 0 >"$1"
	vport counters 0 | grep -qx 'lost 0' || fail "the trace is too long"
}

# normalise [FILE]: print what the accesses in a trace did to the port: all accesses to
# the data and the status register and all changes of the control register, in order.
#
# What differs between ppdev and parbiter by design is left out. With ppdev the core
# saves and restores registers at each claim and release. parbiter claims from the core
# only when it must, and restores the registers of a client only if another client has
# used the port. So the records about saved states are left out, and all accesses to
# the ECR, which only saving and restoring makes here. A restore also writes the
# control register. This write is treated like all others: it is left out if it does
# not change the register, as in a restore for the only program, and printed if it
# does.
#
# The records of block transfers are left out, too: ppdev calls the core for up to 1024
# bytes, parbiter for fewer at a time.
normalise() {
	awk 'BEGIN { control = "0c" }
	/^[ISLB]/ || $2 == "ecr" { next }
	/^W ctrl/ {
		if ($3 == control)
			next
		control = $3
	}
	{
		line = $1 " " $2
		if ($3 !~ /^#/)
			line = line " " $3
		print line (/ hardirq/ ? " hardirq" : "") \
			(/ unclaimed/ ? " unclaimed" : "")
	}' "$@"
}

# Reduce reads of the status lines that follow each other and return the same to one:
# how often the core reads them while it waits depends on time.
without_polling() {
	awk '$2 != "status" || $0 != last; { last = $0 }'
}

# Reduce a trace to the lines at the connector: drop the interrupt enable (10) of the
# control register, which stays inside the port, and polling. parbiter disables the
# interrupt while it reads in ECP mode, because between two calls of the core the
# interrupt handler of the core would take part in the handshake; ppdev leaves it
# enabled.
at_the_connector() {
	awk '/^W ctrl/ {
		high = substr($3, 1, 1)
		at = index("13579bdf", high)
		if (at)
			high = substr("02468ace", at, 1)
		value = high substr($3, 2)
		if (value == control)
			next
		control = $3 = value
	}
	{ print }' | without_polling
}
