# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of packages and archives. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# Debian's version grows with each commit, and a release is higher than what led to it.
check package_versions
package_versions() {
	local dir=$work/versions version last='' git

	rm -rf "$dir"
	mkdir -p "$dir/scripts"
	cp VERSION "$dir"
	cp scripts/version "$dir/scripts"
	git=(git -C "$dir" -c user.name=nobody -c user.email=nobody -c commit.gpgsign=false
		-c tag.gpgsign=false)
	version_follows() {
		version=$("$dir/scripts/version" --debian)
		dpkg --compare-versions "$version" gt "${last:-0}" ||
			echo "$version is not higher than $last"
		last=$version
	}
	commit_at() {	# SECONDS
		GIT_COMMITTER_DATE="@$1 +0000" "${git[@]}" commit -q --allow-empty -m "at $1"
		version_follows
	}
	{
		version_follows
		"${git[@]}" init -q
		"${git[@]}" add .
		commit_at 1000000000
		commit_at 1000000001
		echo >>"$dir/VERSION"
		version_follows
		"${git[@]}" checkout -q VERSION
		"${git[@]}" tag "v$(scripts/version --release)-rc1"
		version_follows
		commit_at 1000000002
		"${git[@]}" tag "v$(scripts/version --release)"
		version_follows
		commit_at 1000000003
	} 2>&1
}

# A user whom sudo refuses is told so at once: apt is not tried again and again.
check packages_without_root
packages_without_root() {
	local dir=$work/no-root name said updated

	rm -rf "$dir"
	mkdir -p "$dir"
	printf '#!/bin/sh\necho 1000\n' >"$dir/id"
	for name in sudo sleep; do
		# shellcheck disable=SC2016	# the file expands it
		printf '#!/bin/sh\necho "${0##*/} $*" >>"%s/log"; exit 1\n' "$dir" >"$dir/$name"
	done
	chmod +x "$dir"/*
	for updated in '' 1; do
		rm -f "$dir/log"
		# shellcheck disable=SC2016	# the shell that is started expands it
		said=$(PATH=$dir:$PATH PARBITER_CACHE=$dir/cache PARBITER_APT_UPDATED=$updated \
			bash -c '. "$0"; apt_install no-such-package' scripts/lib/lib.sh 2>&1) &&
			echo "succeeds as a user who is not root"
		[[ "$said" = *"need root, or a user whom sudo lets become root, for: "* ]] ||
			echo "says: $said"
		[ "$(<"$dir/log")" = "sudo true" ] || echo "runs: $(<"$dir/log")"
	done
}

# Print what "make install" installs, under the names that it has in packages.
files_to_package() {
	local dir=$work/to-package

	rm -rf "$dir"
	make -s -C tools O="$work/tools" DESTDIR="$dir" PREFIX=/usr install install-cups >"$work/to-package.log" 2>&1 ||
		cat "$work/to-package.log"
	(cd "$dir" && find usr -type f) |
		sed 's,zsh/site-functions/,zsh/vendor-completions/,; s,/man/.*,&.gz,'
	echo usr/lib/udev/rules.d/60-parbiter.rules
}

# The packages have what "make install" installs, and the sources of which Kbuild makes the
# module; their version is that of these sources. lintian is content, and two builds, of
# which one is in another directory and time zone and has another umask, are the same.
check packages
packages() {
	local out=$work/deb copy=$work/deb-copy file dir version

	rm -rf "$copy" "$copy-out"
	copy_sources "$copy"
	scripts/version --file >"$copy/VERSION"
	scripts/deb "$out" >"$work/deb.log" 2>&1 || cat "$work/deb.log"
	(umask 077 && TZ=Asia/Kathmandu "$copy/scripts/deb" "$copy-out") >"$work/deb-copy.log" 2>&1 ||
		cat "$work/deb-copy.log"
	version=$(scripts/version --debian)
	for file in {parbiter,cups-backend-parbiter}_"${version}_amd64" parbiter-{dkms,dev}_"${version}_all"; do
		cmp "$out/$file.deb" "$copy-out/$file.deb" 2>&1 || true
	done

	for file in "$out"/{parbiter,parbiter-dev,cups-backend-parbiter}_*.deb; do
		dpkg-deb --fsys-tarfile "$file" | tar -t | sed '/\/$/d; s,^\./,,'
	done | grep -v '^usr/share/\(doc\|parbiter\|lintian\)/' | sort | diff <(files_to_package | sort) - || true
	rm -rf "$work/unpacked"
	dpkg-deb -x "$out"/parbiter-dkms_*.deb "$work/unpacked"
	dir=$work/unpacked/usr/src/parbiter-$version
	[ "$("$dir/scripts/version")" = "$(scripts/version)" ] ||
		echo "parbiter-dkms: the module's version is $("$dir/scripts/version")"
	sed -n 's/^parbiter-y += \([^$]*\)\.o$/\1.c/p' Kbuild | while read -r file; do
		cmp "$file" "$dir/$file" 2>&1 || true
	done
	(
		# shellcheck source=/dev/null
		. "$dir/dkms.conf"
		[ "$PACKAGE_NAME-$PACKAGE_VERSION" = "parbiter-$version" ] ||
			echo "dkms.conf: $PACKAGE_NAME $PACKAGE_VERSION"
		[ "${BUILT_MODULE_NAME[*]}" = "$(sed -n 's/^obj-m += \([a-z]*\)\.o$/\1/p' Kbuild)" ] ||
			echo "dkms.conf: not the modules of Kbuild: ${BUILT_MODULE_NAME[*]}"
		[ "${DEST_MODULE_LOCATION[*]}" = /updates/dkms ] ||
			echo "dkms.conf: the module goes to ${DEST_MODULE_LOCATION[*]}"
		[ -x "$dir/${POST_BUILD%% *}" ] || echo "no ${POST_BUILD%% *}"
	)
}

# The archive of a commit is the same from two repositories, and has that commit's version;
# what does not belong together is refused.
check dist
dist() {
	local dir=$work/dist repo=$work/dist/one release git

	release=$(scripts/version --release)
	rm -rf "$dir"
	copy_sources "$repo"
	sed -i "1s/.*/parbiter $release, not released yet/" "$repo/NEWS"
	git=(git -C "$repo" -c user.name=nobody -c user.email=nobody -c commit.gpgsign=false
		-c tag.gpgsign=false)
	refused() {	# TEXT
		! "$repo/scripts/dist" "$dir/refused" >"$dir/said" 2>&1 || echo "it makes an archive: $1"
		grep -q -- "$1" "$dir/said" || cat "$dir/said"
	}
	{
		"${git[@]}" init -q
		"${git[@]}" add .
		"${git[@]}" commit -q -m all
		git clone -q "$repo" "$dir/two"
		"$repo/scripts/dist" >"$dir/said" || cat "$dir/said"
		(umask 077 && TZ=Asia/Kathmandu "$dir/two/scripts/dist" "$dir/out" >"$dir/said") ||
			cat "$dir/said"
		diff -r "$repo/build/dist" "$dir/out"
		(cd "$dir/out" && sha256sum --quiet -c SHA256SUMS)
		[ "$(ls "$dir/out")" = "SHA256SUMS
parbiter-$("$repo/scripts/version").tar.gz" ] || ls "$dir/out"

		echo >>"$repo/README.md"
		refused "not committed"
		"${git[@]}" checkout -q README.md
		"${git[@]}" tag "v$release"
		refused "NEWS begins with .*not released yet"
		sed -i "1s/,.*//" "$repo/NEWS"
		"${git[@]}" commit -q -a -m release
		"${git[@]}" tag -f "v$release" >"$dir/said"
		"$repo/scripts/dist" >"$dir/said" || cat "$dir/said"
		[ -f "$repo/build/dist/parbiter-$release.tar.gz" ] || cat "$dir/said"
		"${git[@]}" tag v0.0.1
		refused "the tag v0.0.1"
		"${git[@]}" tag -d v0.0.1 >"$dir/said"
		sed -i "1s/.*/parbiter 0.0.1/" "$repo/NEWS"
		"${git[@]}" commit -q -a -m "old news"
		refused "NEWS begins with .*0.0.1"
	} 2>&1
}
