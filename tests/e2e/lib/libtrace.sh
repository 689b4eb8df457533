# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Running programs on a virtual port, and comparing what they did to it. To be
# sourced, not run; needs libtools.sh.

# vport WORD...: a command to the virtual ports, and its answer
vport() {
	exec 3<>/dev/parbiter-vport
	echo "$*" >&3 || fail "vport: $*"
	cat <&3
	exec 3>&-
}

clear_away() {
	unload ppdev
	unload parbiter
	rm -f /dev/parport0
	vport clear
}

# A new port, parport0, with ppdev or parbiter on it and nothing else. Its data
# lines carry 5a when it listens. Who asks for /dev/parport0 finds either.
set_up() {	# ppdev|parbiter irq|polled
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

# The exit status of a program in the background, which must end
finish() {	# PID
	if ! timeout 200 tail --pid="$1" -s 0.1 -f /dev/null; then
		kill -9 "$1"
		fail "process $1 does not end"
	fi
	wait "$1"
}

# The trace of the port since it was reset, all of it
trace() {	# FILE
	vport trace 0 >"$1"
	vport counters 0 | grep -qx 'lost 0' || fail "the trace is too long"
}

# What a trace did to the port: every access to the data and the status register
# and every change of the control register, in order.
#
# Left out is what differs between ppdev and parbiter by design. ppdev makes the
# core save and restore registers at every claim and release; parbiter claims
# from the core only when it must, and restores a client's registers only if
# somebody else has used the port. So records about states and all of the ECR,
# which nothing but saving and restoring touches here, say nothing. A restore
# writes the control register, too: that is looked at like any other write of
# it. If it brings what is there already, as a restore should for a program that
# is alone, nothing changes on the wire, and it is left out, whoever made it; if
# it brings anything else, it is seen.
#
# Nor is it an access that the core is called to transfer a block: ppdev calls it
# for up to 1024 bytes, parbiter for fewer at a time.
normalise() {	# [FILE]
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

# How often the core reads the status lines while it waits for them depends on
# time: of reads that follow each other and read the same, one is left.
without_polling() {
	awk '$2 != "status" || $0 != last; { last = $0 }'
}

# The lines at the connector: without the control register's interrupt enable
# (10), which stays inside the port. parbiter turns it off while it reads in ECP
# mode, because the core's interrupt handler takes the handshake for its own
# between two calls (handshake.c); ppdev leaves it on. Without polling, too.
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
