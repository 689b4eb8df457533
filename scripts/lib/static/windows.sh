# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the headers with Windows' names. To be sourced by scripts/static.
# shellcheck source=../lib.sh

windows_headers="include/parbiter/parallel.h include/parbiter/ntddpar.h"
windows_page=Documentation/windows.rst
windows_list=scripts/lib/static/windows.names

# Compile a file for BITS bits with these headers. A program has no kernel headers:
# what the headers need of them is made here. Since Linux 6.2 the kernel is compiled
# with -funsigned-char.
windows_compile() {	# BITS FILE OUTPUT
	local dir=$work/windows

	mkdir -p "$dir/linux"
	cat >"$dir/linux/types.h" <<-'EOT'
		#include <stdbool.h>
		#include <stdint.h>
		typedef uint8_t u8;
		typedef int16_t s16;
		typedef uint16_t u16;
		typedef int32_t s32;
		typedef uint32_t u32;
		typedef long long s64;
		typedef unsigned long long u64;
	EOT
	cat >"$dir/linux/compiler.h" <<-'EOT'
		#define __aligned(n) __attribute__((aligned(n)))
		#define __maybe_unused __attribute__((unused))
	EOT
	echo '#include <stddef.h>' >"$dir/linux/stddef.h"
	echo '#include <assert.h>' >"$dir/linux/build_bug.h"
	gcc -m"$1" -std=gnu11 -Wall -Wextra -fshort-wchar -funsigned-char \
		-I"$dir" -Iinclude -o "$3" "$2" 2>&1 || true
}

# The structures have the same layout as on Windows, with 32-bit pointers, too: the
# headers assert it.
check windows_layout
windows_layout() {
	local header bits

	{
		for header in $windows_headers; do
			echo "#include <${header#include/}>"
		done
		echo 'int main(void) { return 0; }'
	} >"$work/layout.c"
	for bits in 32 64; do
		windows_compile $bits "$work/layout.c" "$work/layout$bits"
	done
	# Each structure has a size that is asserted, and each member a place; those of
	# ntddpar.h with one member need none.
	# shellcheck disable=SC2086	# a list
	awk -v only='^PAR_.*_INFORMATION,' '/^typedef struct .*{$/ { inside = 1; n = 0; next }
		inside && /^}/ {
			name = $2
			sub(/,$/, "", name)
			size[name] = FILENAME
			for (i = 0; i < n; i++)
				at[name "," member[i]] = FILENAME
			inside = 0
		}
		inside { member[n] = $NF; sub(/;.*/, "", member[n]); n++ }
		/^PARBITER_HAS_SIZE\(/ { split($0, part, /[(,]/); delete size[part[2]] }
		/^PARBITER_HAS_AT\(/ {
			# It may go on in the next line.
			if (/,$/ && (getline more) > 0) {
				sub(/^[ \t]*/, " ", more)
				$0 = $0 more
			}
			split($0, part, /[(,] */)
			asserted[part[2] "," part[3]] = 1
		}
		END {
			for (name in size)
				print size[name] ": the size of " name " is not asserted"
			for (name in at)
				if (!(name in asserted) && name !~ only)
					print at[name] ": the place of " name " is not asserted"
		}' $windows_headers
}

# Print the names that a header defines, in the words of the driver kit.
windows_names() {	# HEADER...
	awk '/^#define [A-Za-z]/ { sub(/\(.*/, "", $2); print $2; next }
		/^typedef .*\(\*P[A-Z0-9_]*\)\(/ {
			sub(/.*\(\*/, ""); sub(/\).*/, ""); print; next }
		/^static const UCHAR/ { sub(/\[.*/, ""); print $NF; next }
		/^DEFINE_GUID\(/ { sub(/.*\(/, ""); sub(/,.*/, ""); print; next }
		/^typedef enum/ { names = 1; next }
		/^}/ { names = 0
			if (sub(/^} /, "") && sub(/;$/, "")) {
				gsub(/[*,]/, ""); n = split($0, name, " ")
				for (i = 1; i <= n; i++)
					print name[i]
			}
			next }
		names { sub(/,.*/, "", $1); print $1 }' "$@" | grep -v '^DVRH_' | sort -u
}

# Print the lines of the list of published names as "HEADER NAME MARK VALUE".
windows_published() {
	awk '/^header: / { header = $2; next }
		header && NF && !/^#/ { print header, $1, $2, $3 }' $windows_list
}

# Print the names between double backquotes in the tables of published names.
windows_page_names() {
	# shellcheck disable=SC2016	# backquotes of reStructuredText
	tr '\n' ' ' <"$work/windows-section" | grep -o '``[^`]*``' | tr -d '`' |
		tr -s ' ,' '[\n*]' | sort -u
}

# Put "NAME VALUE" into windows-values as the list of published names has it (sizes: of
# BITS bits), and make a program "values" that prints the same for the headers.
windows_values() {	# BITS
	windows_published | awk -v bits="$1" -v program="$work/values.c" '
		BEGIN {
			print "#include <parbiter/parallel.h>" >program
			print "#include <stdio.h>" >program
			print "int main(void) {" >program
		}
		$3 == "size" {
			split($4, size, "/")
			print $2, size[bits == 32 ? 1 : 2]
			print "printf(\"" $2 " %u\\n\", (unsigned)sizeof(" $2 "));" >program
		}
		$3 == "=" && /-/ {
			print $2, $4
			g = $2
			print "printf(\"" g " %08x-%04x-%04x-%02x%02x-%02x%02x%02x%02x%02x%02x\\n\", " \
				g ".Data1, " g ".Data2, " g ".Data3" >program
			for (i = 0; i < 8; i++)
				print ", " g ".Data4[" i "]" >program
			print ");" >program
		}
		$3 == "=" && !/-/ {
			print $2, $4
			form = $4 ~ /^0x/ ? "0x%0" length($4) - 2 "x" : "%u"
			print "printf(\"" $2 " " form "\\n\", (unsigned)" $2 ");" >program
		}
		END { print "return 0; }" >program }' >"$work/windows-values"
	windows_compile "$1" "$work/values.c" "$work/values"
}

# The headers and the tables of windows.rst have each name that was published, the
# headers with its value and size; the tables have each name of the headers, too.
check windows_documented
windows_documented() {
	local defined=$work/windows-names bits header

	sed -n '/^Published names$/,/^Intended differences$/p' $windows_page >"$work/windows-section"
	windows_page_names >"$work/windows-page"
	windows_published >"$work/windows-list"
	[ "$(wc -l <"$work/windows-list")" -gt 100 ] || echo "few names: has the list's form changed?"
	cut -d' ' -f2 "$work/windows-list" | sort | uniq -d | sed "s,^,$windows_list: twice: ,"
	cut -d' ' -f2 "$work/windows-list" | sort |
		comm -23 - "$work/windows-page" | sed "s,^,$windows_page: no ,"
	: >"$defined"
	for header in $windows_headers; do
		windows_names "$header" | tee -a "$defined" >"$work/windows-header"
		awk -v header="${header##*/}" '$1 == header && $3 != "absent" { print $2 }' \
			"$work/windows-list" | sort |
			comm -23 - "$work/windows-header" | sed "s,^,$header: no ,"
		awk -v header="${header##*/}" '$1 == header && $3 == "absent" { print $2 }' \
			"$work/windows-list" | sort |
			comm -12 - "$work/windows-header" | sed "s,^,$header: not absent: ,"
	done
	sort -u "$defined" | comm -23 - "$work/windows-page" | sed "s,^,$windows_page: no ,"
	for bits in 32 64; do
		rm -f "$work/values"
		windows_values $bits
		"$work/values" | diff "$work/windows-values" - || true
	done
}

# windows.rst has each code with its number, and says "served" of those that windows.c
# serves, and only of those.
check windows_codes
windows_codes() {
	sed -n '/^Published names$/,/^Intended differences$/p' $windows_page >"$work/windows-section"
	windows_published | awk '$2 ~ /^IOCTL_/ { print $2, $4 }' | sort >"$work/codes.txt"
	[ "$(wc -l <"$work/codes.txt")" -gt 40 ] || echo "few codes: has the list's form changed?"
	awk '/^   \* - ``IOCTL_/ { name = $3; gsub(/`/, "", name) }
		name && /^     - 0x/ { print name, $2; name = "" }' "$work/windows-section" |
		sort | diff "$work/codes.txt" - || true
	grep -o '{ IOCTL_[A-Z0-9_]*' src/client/windows.c | cut -c3- | sort >"$work/served"
	awk '/^   \* - ``IOCTL_/ { name = $3; gsub(/`/, "", name) }
		name && /^     - served/ { print name }' "$work/windows-section" |
		sort | diff "$work/served" - || true
}

# Print what windows.rst says is as on Windows, and what differs: the rows of the tables of
# callbacks, of requests, of intended differences, and of other names, but for names that are
# only declared; and the items of two lists. One a line.
windows_rows() {
	awk '/^(====+|----+)$/ { section = before }
		{ before = $0 }
		/^\.\. list-table::/ { rows = 0; wanted = section ~ /^(Callbacks|Intended differences)$/ }
		/^   \* - / || !/^( |$)/ {
			if (row != "")
				print row
			row = ""
		}
		/^   \* - / {
			if (!rows++) {
				if (/request \(``IOCTL_INTERNAL_/)
					wanted = 1
				others = /other names$/
				next
			}
			if (wanted || others)
				row = $0
			next
		}
		/^\* / && section ~ /^(Rules of Windows that hold|What is different)$/ { row = $0; next }
		row != "" { sub(/^ +/, ""); row = row " " $0 }
		END { if (row != "") print row }' $windows_page |
		grep -vE ' - (Declared|Not there)'
}

# Each of these names the tests that show it, or says that there is no test; and the
# tests are there: "FILE: CASE" is a case of KUnit or an end-to-end test.
check windows_shown
windows_shown() {
	local file name found

	windows_rows >"$work/windows-rows"
	[ "$(wc -l <"$work/windows-rows")" -gt 55 ] || echo "few rows: has the tables' form changed?"
	# shellcheck disable=SC2016	# backquotes of reStructuredText
	grep -vE '``[a-z0-9_]+: [a-z0-9_]+``|``scripts/static [a-z_]+``|[Nn]o test' \
		"$work/windows-rows" | cut -c1-100 | sed "s,^,$windows_page: no test is named in: ,"
	# shellcheck disable=SC2016
	tr -s '\n ' '  ' <$windows_page | grep -oE '``[a-z0-9_]+: [a-z0-9_]+``' | tr -d '`:' | sort -u |
		while read -r file name; do
			found=$(find kunit tests/e2e -name "$file.c")
			[ -n "$found" ] && grep -qE "(KUNIT_CASE|TEST)[A-Z_]*\(${name}[,)]" "$found" ||
				echo "$windows_page: there is no test $file: $name"
		done
}
