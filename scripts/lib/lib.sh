# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# What the scripts here share. To be sourced, not run.

set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
# shellcheck disable=SC2034	# used by the scripts that source this
build=${PARBITER_BUILD:-$top/build}
cache=${PARBITER_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/parbiter}
# A user's path may lack these, even root's; dpkg will not work without.
export LC_ALL=C PATH=$PATH:/usr/sbin:/sbin

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 3; }

# The comment block at the top of a script is its help text.
usage() {
	sed -n '/^# SPDX/d; /^#!/d; /^# shellcheck /d; /^#/!q; s/^# \{0,1\}//p' "$0"
}

# as_root COMMAND...: run it as root, through sudo where needed
as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	elif command -v sudo >/dev/null; then
		sudo "$@"
	else
		die "need root (or sudo) for: $*"
	fi
}

# debian_release: the code name of this machine's release
debian_release() {
	sed -n 's/^VERSION_CODENAME=//p' /etc/os-release
}

# kernel_roles: what tests call kernels, and which one of scripts/kernels that is
# on this machine's release. This is the one place that knows. Debian 13's own
# kernel is 6.12: there, two names mean one kernel.
kernel_roles() {
	local own newer=debian-6.12

	case $(debian_release) in
	bookworm)	own=debian-6.1 ;;
	trixie)		own=debian-6.12 ;;
	*)		die "this needs Debian 12 (bookworm) or 13 (trixie)" ;;
	esac
	printf '%s %s\n' stock $own debug debug stock-6.12 $newer rt $own-rt \
		rt-6.12 $newer-rt stock-7.2 debian-7.2
}

# kernel_of ROLE: which one of scripts/kernels that is here; nothing if none is
kernel_of() {
	kernel_roles | sed -n "s/^$1 //p"
}

# roles ROLES: these, or all if it is empty, each kernel by its first name, and once
roles() {
	kernel_roles | awk -v asked="$*" '
		!($2 in name) { name[$2] = $1; order[++n] = $1 }
		{ first[$1] = name[$2] }
		END {
			split(asked, list, " ")
			for (i in list)
				if (list[i] in first)
					wanted[first[list[i]]] = 1
			for (i = 1; i <= n; i++)
				if (asked == "" || order[i] in wanted)
					print order[i]
		}'
}

# installed PACKAGE: the installed version, nothing if it is not installed
installed() {
	dpkg-query -W -f='${db:Status-Status} ${Version}\n' "$1" 2>/dev/null |
		sed -n 's/^installed //p'
}

# candidate PACKAGE: the version apt would install
candidate() {
	apt-cache policy "$1" 2>/dev/null |
		sed -n 's/^ *Candidate: //p' | grep -v '(none)' || true
}

# apt_update: refresh the package lists, once per run of a command
apt_update() {
	[ -z "${PARBITER_APT_UPDATED:-}" ] || return 0
	say "refreshing the package lists"
	as_root flock "$cache/lock-apt" apt-get -qq update >&2
	export PARBITER_APT_UPDATED=1
}

# apt_install PACKAGE[=VERSION]...: install them, saying so
apt_install() {
	apt_update
	say "installing: $*"
	as_root flock "$cache/lock-apt" env DEBIAN_FRONTEND=noninteractive \
		apt-get -qq -y --no-install-recommends \
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
