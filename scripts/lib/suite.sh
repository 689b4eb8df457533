# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Functions for packages of another Debian suite or architecture than this machine's. apt
# gets them from the mirror that this machine uses; they are kept in the cache, and are
# never installed on this machine. To be sourced after lib.sh, not run.
#
# SUITE is the name of a suite, or SUITE:ARCHITECTURE.

# apt_entries: print Debian's own entries in apt's configuration, whatever form its
# files have, in lines URI CODENAME COMPONENT ENTRY. Other vendors' entries are left
# out.
apt_entries() {
	# shellcheck disable=SC2016	# apt's variables, not the shell's
	apt-get indextargets 'Created-By: Packages' 'Origin: Debian' \
		'Architecture: amd64' --format \
		'$(REPO_URI) $(CODENAME) $(COMPONENT) $(SOURCESENTRY)'
}

# signed_by FILE:NUMBER: print an entry's Signed-By line in the form of a .sources
# file. NUMBER counts lines in a .list file, paragraphs in a .sources file.
signed_by() {
	local key=/usr/share/keyrings/debian-archive-keyring.gpg line

	case $1 in
	*.sources:*)
		line=$(sed '/^#/d' "${1%:*}" | awk -v RS= -v n="${1##*:}" 'NR == n' |
			sed -n '/^[Ss]igned-[Bb]y:/,/^[^ ]/{/^[Ss]igned-\|^ /p}') ;;
	*)
		line=$(sed -n "${1##*:}s/^[^#]*\[.*signed-by=\([^] ]*\).*/Signed-By: \1/p" \
			"${1%:*}") ;;
	esac
	echo "${line:-Signed-By: $key}"
}

# suite_sources SUITE: print the entries for SUITE on the same mirror, in the form of
# a .sources file. The entries for updates and security keep their ending; unstable
# has none.
suite_sources() {
	local uri codename component entry ending release

	release=$(debian_release)
	[ -n "$(apt_entries)" ] || apt_update
	apt_entries | sort -u | while read -r uri codename component entry; do
		ending=${codename#"$release"}
		case $ending:$1 in
		:* | -updates:[!u]* | -security:[!u]*) ;;
		*)	continue ;;
		esac
		printf 'Types: deb\nURIs: %s\nSuites: %s\nComponents: %s\n%s\n\n' \
			"$uri" "$1$ending" "$component" "$(signed_by "$entry")"
	done
}

# suite_apt SUITE COMMAND [ARG...]: run apt-get or apt-cache such that it sees only
# that suite, and no installed package
suite_apt() {
	local dir=$cache/apt-$1 command=$2 arch=amd64

	[[ "$1" != *:* ]] || arch=${1#*:}
	shift 2
	"$command" -o APT::Architecture="$arch" -o APT::Architectures::="$arch" \
		-o Dir::State="$dir" -o Dir::State::status="$dir/status" \
		-o Dir::Cache="$dir/cache" -o Dir::Etc::sourcelist=/dev/null \
		-o Dir::Etc::sourceparts="$dir/sources" \
		-o Dir::Etc::preferences=/dev/null \
		-o Dir::Etc::preferencesparts=/dev/null \
		-o APT::Sandbox::User="$(id -un)" "$@"
}

# suite_update SUITE: refresh its package lists if they are older than a week
suite_update() {
	local dir=$cache/apt-$1 sources

	[ -z "$(find "$dir/fresh" -mtime -7 2>/dev/null)" ] || return 0
	mkdir -p "$dir"/{lists/partial,cache/archives/partial,sources}
	: >"$dir/status"
	sources=$(suite_sources "${1%:*}")
	[ -n "$sources" ] || die "apt has no entry of Debian's for $(debian_release)"
	echo "$sources" >"$dir/sources/parbiter.sources"
	say "refreshing the package lists of $1"
	suite_apt "$1" apt-get -qq update >"$dir/log" 2>&1 || {
		cat "$dir/log" >&2
		# A mirror may lack the lists of updates for an architecture that nobody
		# asks for; the suite's own list is enough.
		compgen -G "$dir/lists/*_dists_${1%:*}_*_Packages*" >/dev/null ||
			again suite_apt "$1" apt-get -qq update >&2 ||
			die "cannot refresh the package lists of $1"
		say "some package lists of $1 are missing; the others are used"
	}
	touch "$dir/fresh"
}

# suite_image SUITE META_PACKAGE: print the package with the kernel that it depends on
suite_image() {
	suite_apt "$1" apt-cache depends "$2" 2>/dev/null |
		sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -1 || true
}

# suite_version SUITE PACKAGE: print the version that the suite has
suite_version() {
	suite_apt "$1" apt-cache policy "$2" | sed -n 's/^ *Candidate: //p'
}

# suite_debs SUITE DIR NAME...: download packages into DIR
suite_debs() {
	local suite=$1 dir=$2
	shift 2

	say "downloading from $suite: $*"
	(cd "$dir" && suite_apt "$suite" apt-get -qq download "$@" >log 2>&1) || {
		cat "$dir/log" >&2
		die "cannot download from $suite: $*"
	}
}

# suite_unpack SUITE DIR NAME...: download packages, and unpack them into DIR
suite_unpack() {
	local suite=$1 dir=$2 deb
	shift 2

	mkdir -p "$dir/debs"
	suite_debs "$suite" "$dir/debs" "$@"
	# base-files goes first, because it makes /bin and /lib links into /usr.
	for deb in "$dir"/debs/base-files_*.deb "$dir"/debs/*.deb; do
		[ ! -f "$deb" ] || dpkg-deb -x "$deb" "$dir"
		rm -f "$deb"
	done
	rm -rf "$dir/debs"
}

# suite_needs SUITE NAME...: print these packages and those they depend on
suite_needs() {
	local suite=$1
	shift

	suite_apt "$suite" apt-get -qq -s --no-install-recommends install "$@" |
		sed -n 's/^Inst \([^ ]*\).*/\1/p' | sort -u
}

# in_root ROOT DIR COMMAND...: run COMMAND with ROOT as the root directory and DIR as
# /mnt, in a mount namespace of its own, so that all mounts end with the command
in_root() {
	local root=$1 dir=$2 unshare=(unshare --mount)
	shift 2

	[ "$(id -u)" = 0 ] || unshare+=(--map-root-user)
	# shellcheck disable=SC2016	# the inner shell's variables
	"${unshare[@]}" sh -c 'root=$1 dir=$2 chroot=$3
		shift 3
		mount --rbind /proc "$root/proc" && mount --rbind /dev "$root/dev" &&
		mount --bind "$dir" "$root/mnt" &&
		exec "$chroot" "$root" /usr/bin/env -i LC_ALL=C HOME=/root \
			PATH=/usr/sbin:/usr/bin:/sbin:/bin "$@"' \
		in_root "$root" "$dir" /usr/sbin/chroot "$@"
}

# minimal_root SUITE ROOT PACKAGE[,PACKAGE...]: make a minimal system of the suite with these
# packages in the directory ROOT; ROOT.log is the log. Its packages come from this machine's
# mirror. Needs root, and the packages of "setup fresh".
minimal_root() {
	local suite=$1 root=$2 include=$3 uri

	suite_sources "$suite" >"$root.sources"
	uri=$(sed -n "/^URIs: /h; /^Suites: $suite\$/{g;s/^URIs: //p;q}" "$root.sources")
	[ -n "$uri" ] || die "apt has no entry of Debian's for $(debian_release)"
	[[ "$uri" != https* ]] || include+=,ca-certificates
	say "making a minimal $suite"
	unshare --mount debootstrap --variant=minbase --include="$include" \
		"$suite" "$root" "$uri" >"$root.log" 2>&1 || {
		tail -n 20 "$root.log" >&2
		die "cannot make a minimal $suite"
	}
	rm -f "$root/etc/apt/sources.list"
	mv "$root.sources" "$root/etc/apt/sources.list.d/debian.sources"
	# The settings with which this machine reaches the mirror
	apt-config dump | grep -E '^Acquire::(https?|Check-[^:]*|Retries)[: ]' \
		>"$root/etc/apt/apt.conf.d/90mirror" || true
	# A package must not start a service.
	printf '#!/bin/sh\nexit 101\n' >"$root/usr/sbin/policy-rc.d"
	chmod 755 "$root/usr/sbin/policy-rc.d"
}
