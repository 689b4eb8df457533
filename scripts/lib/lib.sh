# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions that the commands share. To be sourced, not run.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034	# used by the scripts that source this
build=${PARBITER_BUILD:-$top/build}
cache=${PARBITER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parbiter}
# A user's path, even root's, may lack the sbin directories, which dpkg needs.
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 3; }

# needs_value OPTION [VALUE...]: end if the value of an option is missing
needs_value() {
	[ $# -ge 2 ] || die "$1 needs a value (see --help)"
}

# usage: print the comment block at the top of the calling script, its help text
usage() {
	sed -n '/^# SPDX/d; /^#!/d; /^# shellcheck /d; /^#/!q; s/^# \{0,1\}//p' "$0"
}

# as_root COMMAND...: run COMMAND as root, through sudo where needed
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null && sudo true; then
		sudo "$@"
	else
		die "need root, or a user whom sudo lets become root, for: $*"
	fi
}

# test_modules LABEL DIR: build parbiter and the modules for tests, for a kernel, and
# copy them to the directory
test_modules() {
	local out=$build/modules-$1 log=$2/build.log

	"$top/scripts/build-module" "$("$top/scripts/kernels" "$1")/build" "$out" \
		PARBITER_TESTS=y >"$log" 2>&1 || {
		cat "$log" >&2
		die "cannot build the modules for $1"
	}
	find "$out" -name 'parbiter*.ko' -exec cp {} "$2" \;
}

# no_complaint LOG [REGEXP]: fail if the kernel has complained in its log, and print what
# it said; lines that match REGEXP are no complaints
no_complaint() {
	[ -f "$1" ] || die "there is no log $1"
	! "$top/scripts/lib/core-races" "$1" | grep -avE "${2:-^$}" |
		grep -aFf "$top/scripts/lib/complaints" >&2 || {
		say "the kernel has complained (see $1)"
		return 1
	}
}

# copy_sources DIR: copy the files that git knows to DIR, as they are now; without git, all
# files but those that were built
copy_sources() {
	local git=(git -C "$top" -c safe.directory="$top")

	mkdir -p "$1"
	# This tree may be a copy below that of another project.
	if [ "$("${git[@]}" rev-parse --show-toplevel 2>/dev/null)" = "$top" ]; then
		"${git[@]}" ls-files -z --cached --others --exclude-standard |
			tar -C "$top" -c --null --ignore-failed-read -T - 2>/dev/null
	else
		tar -C "$top" -c --exclude=./build .
	fi | tar -C "$1" -x
}

# debian_release: print the code name of this machine's Debian release
debian_release() {
	sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

# kernel_rows: print the kernels of scripts/lib/kernels.table on this Debian release, in
# lines LABEL SAME RUNS SOURCE PACKAGE. SAME is the label of the row to use: LABEL,
# or another one if both are the same kernel on this release.
kernel_rows() {
	awk -v release="$(debian_release)" '
		/^#/ { next }
		$1 == "label" {
			for (i = 4; i <= NF; i++)
				if ($i == release)
					column = i
			if (!column)
				exit 1
			next
		}
		$column == "-" { next }
		$column ~ /^=/ { same = substr($column, 2); print $1, same, row[same]; next }
		{ row[$1] = $2 " " $3 " " $column; print $1, $1, row[$1] }' \
		"$top/scripts/lib/kernels.table" ||
		die "scripts/lib/kernels.table has no column for the release \"$(debian_release)\""
}

# kernel_labels [LABEL...|always|full|debian]: print the kernels that these words name on
# this Debian release (without a word: all kernels), one label a line. "always" and
# "full" name the kernels of a quick run and of one with FULL=1, which leaves out those
# that the table calls "named"; "debian" names those that Debian has compiled. A kernel
# that has several labels is named once, by its first label.
kernel_labels() {
	local rows word known

	rows=$(kernel_rows) || exit
	known=" $(grep -v '^#' "$top/scripts/lib/kernels.table" | cut -d' ' -f1 | tail -n +2 | tr '\n' ' ')"
	for word; do
		[[ " always full debian $known" = *" $word "* ]] ||
			die "no kernel $word; the kernels are:${known% }"
	done
	awk -v asked="$*" '
		BEGIN { for (n = split(asked, word, " "); n; n--) wanted[word[n]] = 1 }
		asked == "" || $1 in wanted || $3 in wanted ||
		("full" in wanted && $3 != "named") ||
		("debian" in wanted && $4 != "built") { chosen[$2] = 1 }
		$1 == $2 { order[++n] = $1 }
		END { for (i = 1; i <= n; i++) if (order[i] in chosen) print order[i] }' \
		<<<"$rows"
}

# kernel_arch LABEL: print the architecture of a kernel, by Debian's name
kernel_arch() {
	kernel_rows | awk -v label="$1" '$1 == label {
		print $5 ~ /:/ ? substr($5, index($5, ":") + 1) : "amd64" }'
}

# gnu_name ARCHITECTURE: print the name that GNU and QEMU have for one of Debian's
gnu_name() {
	case $1 in
	arm64)	echo aarch64-linux-gnu ;;
	*)	echo "$1-linux-gnu" ;;
	esac
}

# with_tools KERNEL_DIR COMMAND...: run COMMAND such that it finds the compiler for a kernel
with_tools() {
	local tools=$1/tools
	shift

	if [ -d "$tools" ]; then
		PATH=$tools/usr/bin:$PATH \
		LD_LIBRARY_PATH=$(printf '%s:' "$tools"/usr/lib/*-linux-gnu) "$@"
	else
		"$@"
	fi
}

# areas: print the directories of src/. kunit/ and tests/e2e/ have directories of the same
# names with the tests of each.
areas() {
	(cd "$top/src" && printf '%s\n' */) | tr -d /
}

# installed PACKAGE: print the installed version, nothing if it is not installed
installed() {
	dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null |
		sed -n 's/^installed //p'
}

# candidate PACKAGE: print the version that apt would install
candidate() {
	apt-cache policy "$1" 2>/dev/null |
		sed -n 's/^ *Candidate: //p' | grep -v '(none)' || true
}

# again COMMAND...: try a command three times, because a mirror may be in the middle of an
# update, or another program have apt's lock
again() {
	"$@" || { sleep 30 && "$@"; } || { sleep 60 && "$@"; }
}

# apt_update: refresh the package lists, once per run of a command
apt_update() {
	[ -z "${PARBITER_APT_UPDATED:-}" ] || return 0
	say "refreshing the package lists"
	again as_root flock "$cache/lock-apt" apt-get -qq update >&2
	export PARBITER_APT_UPDATED=1
}

# apt_install PACKAGE[=VERSION]...: install packages, and say so
apt_install() {
	apt_update
	say "installing: $*"
	as_root true
	as_root flock "$cache/lock-apt" env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends -o DPkg::Lock::Timeout=600 \
		-o Dpkg::Use-Pty=0 install "$@" >"$cache/apt.log" 2>&1 || {
		tail -20 "$cache/apt.log" >&2
		die "cannot install: $*"
	}
}

# fetch PACKAGE VERSION FILE: download a package without installing it
fetch() {
	local dir

	[ -s "$3" ] && return 0
	mkdir -p "$(dirname "$3")"
	dir=$(mktemp -d "$cache/fetch.XXXXXX")
	say "downloading $1 $2"
	if ! (cd "$dir" && apt-get -qq download "$1=$2" >log 2>&1); then
		cat "$dir/log" >&2
		rm -rf "$dir"
		die "cannot download $1 $2"
	fi
	mv "$dir"/*.deb "$3"
	rm -rf "$dir"
}

mkdir -p "$cache"
