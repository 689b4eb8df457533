# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of programs that judge what tests do. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# race FUNCTION CALLER FUNCTION CALLER: print a report of KCSAN
race() {
	printf 'BUG: KCSAN: data-race in %s / %s\n' "$1" "$3"
	printf '\nwrite to 0xffff888004 of 8 bytes by task 12 on cpu 0:\n %s\n %s\n' \
		"${1/ /+0x1/0x2 }" "${2/ /+0x1/0x2 }"
	printf '\nread to 0xffff888004 of 8 bytes by task 34 on cpu 1:\n %s\n %s\n' \
		"${3/ /+0x1/0x2 }" "${4/ /+0x1/0x2 }"
	printf '\nReported by Kernel Concurrency Sanitizer on:\n'
}

# A race of the parport core stays a complaint if both accesses are parbiter's.
check core_races
core_races() {
	local parbiter='arbiter_claim_locked [parbiter]' native='pp_ioctl [ppdev]'
	local release='parport_release [parport]' claim='parport_claim [parport]' found
	local restore='parport_pc_restore_state [parport_pc]'
	local enable='parport_pc_enable_irq [parport_pc]'

	found=$({
		race "$claim" "$parbiter" "$release" "$native"
		race "$claim" "$native" "$release" "$parbiter"
		race "$claim" "$parbiter" "$release" "$parbiter"
		race "$claim" "$native" 'pb_port_is_free [parbiter]' "$native"
		race 'claim_release [parbiter]' "$parbiter" "$claim" "$native"
		race 'claim_release [parbiter]' "$parbiter" "$claim" "$parbiter"
		race "$enable" "$native" "$restore" "$parbiter"
		race "$restore" "$native" "$enable" "$native"
		race "$enable" "$parbiter" "$restore" "$native"
		race "$restore" "$native" "$enable" "$parbiter"
	} | sed 's/^/[    1.234567] /' | scripts/lib/core-races |
		awk '/data-race/ { printf "%s ", /KCSAN/ ? "complaint" : "core" }')
	[ "$found" = "core core complaint complaint core complaint core core complaint complaint " ] ||
		echo "scripts/lib/core-races says: $found"
}
