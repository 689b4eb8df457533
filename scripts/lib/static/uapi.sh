# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the user interface: its header, and what other files say about it. To
# be sourced by scripts/static.
# shellcheck source=../lib.sh

header=include/uapi/linux/parbiter.h

# Print what the header defines for a program of BITS bits: NAME SIZE of each
# structure, NAME NUMBER of each request.
uapi_values() {	# BITS
	{
		echo "#include \"$top/$header\""
		echo '#include <stddef.h>'
		echo '#include <stdio.h>'
		echo 'int main(void) {'
		sed -n 's/^struct \([a-z_]*\) {$/printf("\1 %u\\n", (unsigned)sizeof(struct \1));/p
			s/^#define \(PARBITER_[A-Z_]*\)[ \t][ \t]*_IO.*/printf("\1 %x\\n", (unsigned)\1);/p' \
			$header
		echo 'return 0; }'
	} >"$work/values$1.c"
	gcc -m"$1" -o "$work/values$1" "$work/values$1.c" >&2 || true
	"$work/values$1" || true
}

# The header compiles alone, as old C and as C++, and has the same layout for 32-bit
# programs.
check uapi
uapi() {
	for standard in c90 gnu11; do
		gcc -std=$standard -Wall -Wextra -Werror -fsyntax-only -x c \
			$header 2>&1 || true
	done
	g++ -Wall -Wextra -Werror -fsyntax-only -x c++ $header 2>&1 || true
	uapi_values 32 >"$work/values32.txt" 2>&1
	uapi_values 64 >"$work/values64.txt" 2>&1
	grep -q '^PARBITER_' "$work/values64.txt" || echo "no requests"
	diff "$work/values32.txt" "$work/values64.txt" || true
}

# Wherever a file names a request together with a number, in a table, an assignment
# or what strace prints, the number is the one in the header.
check uapi_literals
uapi_literals() {
	uapi_values 64 >"$work/values64.txt"
	# shellcheck disable=SC2046	# files
	perl scripts/lib/ioctl-literals "$work/values64.txt" $(files README.md \
		Documentation tests tools kunit -- '*.md' '*.rst' '*.py' '*.c' \
		'*.h' '*.sh' '*.[1-8]')
}

# uapi.rst has each request, with a number, and each structure, with its size.
# (uapi_literals compares the numbers.)
check uapi_documented
uapi_documented() {
	uapi_values 64 | awk '/^PARBITER_/ { print $1; next }
		{ print "struct " $1 ", " $2 " bytes" }' | sort >"$work/documented"
	[ -s "$work/documented" ] || echo "no requests"
	awk '/^   \* - PARBITER_/ { name = $3; next }
		name && /^     - 0x/ { print name }
		/^struct parbiter_.* bytes$/ { print }
		{ name = "" }' Documentation/uapi.rst | sort |
		diff "$work/documented" - || true
}

# parbiter.4 has each request with the errors that the table in uapi.rst has.
check uapi_errors
uapi_errors() {
	awk '/^   \* - PARBITER_/ { name = $3; column = 1; print name; next }
		!name || /^ *$/ { name = ""; next }
		/^     -/ { column++ }
		column == 5 { for (i = 1; i <= NF; i++)
			if ($i ~ /^E[A-Z0-9]+$/) print name, $i }' \
		Documentation/uapi.rst | sort >"$work/errors"
	[ -s "$work/errors" ] || echo "uapi.rst: no table of requests"
	awk '/^\.It Dv PARBITER_/ && !/PARBITER_REQUEST_/ { name = $3; print name; next }
		/^\.It Dv PP/ { name = "" }
		name && errors && /^\.Er/ { for (i = 2; i <= NF; i++)
			if ($i ~ /^E[A-Z0-9]+$/) print name, $i }
		{ errors = /^Errors:$/ }' tools/man/parbiter.4 | sort |
		diff "$work/errors" - || true
}

# Print the errors of each of ppdev's requests, and of open(), read() and write(), that
# uapi.rst has in its tables.
uapi_rst_ppdev() {
	awk '/^   \* - / { row = ""; column = 1 }
		/^   \* - PP/ { row = $0; sub(/^   \* - /, "", row); n = split(row, names)
			for (i = 1; i <= n; i++) print names[i] }
		/^     -/ { column++ }
		/^ *$/ { row = "" }
		row && column == 5 { for (i = 1; i <= NF; i++) if ($i ~ /^E[A-Z0-9]+$/)
			for (j = 1; j <= n; j++) print names[j], $i }
		/^(open|read|write)\(\)$/ { call = $0; sub(/\(\)/, "", call) }
		/^(---|===)/ && last !~ /^(open|read|write)\(\)$/ && last ~ /^[^ ]/ &&
			last !~ /^=/ { call = "" }
		call && /^E[A-Z0-9]+ / { print call, $1 }
		{ last = $0 }' Documentation/uapi.rst | sort -u
}

# The same, of parbiter.4.
uapi_man_ppdev() {
	awk '/^\.It Dv PP/ { if (!more) n = 0; names[++n] = $3; print $3; more = 1; next }
		/^\.It|^\.S[hs]/ { n = 0 }
		{ more = 0 }
		errors && /^\.Er/ { for (i = 2; i <= NF; i++) if ($i ~ /^E[A-Z0-9]+$/)
			for (j = 1; j <= n; j++) print names[j], $i }
		{ errors = /^Errors:$/ }
		/^\.Xr (open|read|write) 2$/ { if (!calling) c = 0; calls[++c] = $2; calling = 1; next }
		calling && /^and$/ { next }
		/^(fails|fail) with$/ && calling { listing = 1 }
		/^Requests fail with$/ || /^\.Sh/ { listing = 0 }
		{ calling = 0 }
		listing && /^\.It Bq Er/ { for (i = 1; i <= c; i++) error[calls[i] " " $4] = 1
			listed = 1 }
		END { for (e in error) print e }' tools/man/parbiter.4 | sort -u
}

# Each request that <linux/ppdev.h> has, and does not call obsolete, is in uapi.rst and in
# parbiter.4, with the same errors; open(), read() and write() have the same errors there.
check uapi_ppdev
uapi_ppdev() {
	uapi_rst_ppdev >"$work/ppdev.rst"
	uapi_man_ppdev >"$work/ppdev.man"
	diff "$work/ppdev.rst" "$work/ppdev.man" || true
	sed -nE 's/^#define (PP[A-Z]+)[[:space:]]+_IO.*/\1/p' /usr/include/linux/ppdev.h |
		sort |
		diff - <(grep -xE 'PP[A-Z]+' "$work/ppdev.rst") || true
}

# Each request is in the suite that freezes the numbers and in the grammar of the fuzzer. A request
# with an argument is in the test of bad pointers, a request that only reports
# something is in the test of a port that is gone, and the first number that is not
# in use is in the test of unknown requests.
check uapi_tests
uapi_tests() {
	local name file files next

	while read -r name; do
		files="kunit/file/uapi_test.c tests/e2e/lib/libgrammar.c"
		! grep -qE "^#define ${name}[[:space:]]+_IO[RW]" $header ||
			files+=" tests/e2e/file/pointer.c"
		[[ "$name" != PARBITER_@(GET|QUERY|IS)_* ]] ||
			files+=" tests/e2e/port/unplug.c"
		for file in $files; do
			grep -qw "$name" "$file" || echo "$file: no $name"
		done
	done < <(uapi_values 64 | sed -n 's/^\(PARBITER_[A-Z_]*\) .*/\1/p')
	next=$(printf '0x%02x' $(($(uapi_values 64 | sed -n \
		's/^PARBITER_.*\(..\)$/0x\1/p' | sort | tail -n 1) + 1)))
	file=tests/e2e/file/ioctl.c
	grep -qF "_IO(PARBITER_IOC_TYPE, $next)" $file ||
		echo "$file: $next is not among the unknown requests"
}

# No request has a number that Debian's newest Linux lists or uses.
check_in_full uapi_collisions
uapi_collisions() {
	local dir type types

	dir=$(provide --abi)
	uapi_values 64 | sed -n 's/^PARBITER_.* \([0-9a-f]*\)$/0000\1/p' |
		sed 's/.*\(..\)\(..\)$/\1 \2/' | sort -u >"$work/numbers"
	[ -s "$work/numbers" ] || echo "no requests"
	mapfile -t types < <(cut -d' ' -f1 "$work/numbers" | sort -u)
	for type in "${types[@]}"; do
		# shellcheck disable=SC2046	# words
		perl scripts/lib/ioctl-numbers "$dir" "$type" \
			$(sed -n "s/^$type //p" "$work/numbers")
	done
}
