# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions for the commands that run src/arbiter in a program. To be sourced after
# lib.sh, not run.

# user_build NAME: compile the programs in tests/user/NAME with the arbiter in
# $SRC/arbiter (default: src/arbiter); print a result only if that fails
user_build() {
	mkdir -p "$build/$1"
	make --no-print-directory -C "$top/tests/user/$1" \
		SRC="$(realpath "${SRC:-$top/src}")" O="$(realpath "$build/$1")" \
		>"$build/$1/build.log" 2>&1 && return
	tail -n 20 "$build/$1/build.log" | sed 's/^/# /'
	echo "Bail out! $1 does not compile"
	return 1
}

# user_case NUMBER TEXT COMMAND...: run a command; a test has passed if the status is
# 0
user_case() {
	local number=$1 text=$2 verdict='not ok'
	shift 2

	if "$@" 2>&1 | sed '/^#/!s/^/# /'; then
		verdict=ok
	fi
	echo "$verdict $number - $text"
}
