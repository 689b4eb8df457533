# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of what the compiler makes. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# Build for a kernel, where the tests of that kernel find the build, too. Print
# what the compiler complains about.
w1() {	# KERNEL
	local log=$work/w1-$1.log

	"$top/scripts/build-module" "$(kdir "$1")" "$build/modules-$1" \
		PARBITER_TESTS=y >"$log" 2>&1 || echo "the build failed"
	grep -iE 'warning|error' "$log" |
		grep -v 'the compiler differs from the one used' || true
}
for kernel in $kernels; do
	check "w1 $kernel"
done

check kunit_builds
kunit_builds() {
	"$top/scripts/build-module" "$(kdir debug)" "$build/modules-kunit" \
		PARBITER_KUNIT=y >"$work/kunit.log" 2>&1 ||
		echo "the build failed"
	grep -iE 'warning|error' "$work/kunit.log" || true
}

# Build, once a run, what the checks below read; w1 and kunit_builds report what is
# wrong with these builds.
need_build() {	# KERNEL|kunit
	[[ " ${built:-} " != *" $1 "* ]] || return 0
	built+=" $1"
	case $1 in
	kunit)	kunit_builds >/dev/null ;;
	*)	w1 "$1" >/dev/null ;;
	esac
}

sparse() {	# KERNEL
	local out=$build/modules-$1 log=$work/sparse-$1.log source flags=''

	need_build "$1"
	# The headers of Linux 6.1 with PREEMPT_RT do not tell sparse what unlocks.
	source=$(dirname "$(readlink "$(kdir "$1")")")/source/include/linux
	! grep -qs 'rt_write_unlock(rwlock_t \*rwlock);' "$source/rwlock_rt.h" ||
		flags=-Wno-context
	"$top/scripts/build-module" "$(kdir "$1")" "$out" PARBITER_TESTS=y \
		C=2 CHECK=sparse CF="$flags" >"$log" 2>&1 ||
		echo "the build failed"
	! grep -qF 'specified, but sparse is not' "$log" || echo "sparse did not run"
	# The kernel's headers and the source of a Windows driver have warnings, too.
	grep -E "^(($out|/mnt)/)?[a-zA-Z]+/[^ ]*: (warning|error)" "$log" |
		grep -vE 'tests/kclient/(ported|wdk/[a-z]*acc)\.[ch]' || true
}
for kernel in $(kernel_labels debian); do
	[[ " ${kernels//$'\n'/ } " != *" $kernel "* ]] || check "sparse $kernel"
done

# Symbols that other modules may use begin with parbiter_. Those that only this
# module uses begin with pb_, or with arbiter_ in src/arbiter.
check symbol_names
symbol_names() {
	need_build stock
	nm --defined-only "$build/modules-stock/parbiter.ko" | awk '
		{ sub(/^__pfx_/, "", $NF) }
		$NF ~ /^__ksymtab_/ { exported[substr($NF, 11)] = 1; next }
		$NF ~ /^(init_module|cleanup_module|__this_module)$/ { next }
		$NF ~ /^__(start|stop)_alloc_tags$|^__(kstrtab|crc_)/ { next }
		# What the macros of trace events define
		$NF ~ /^__(tracepoint|traceiter|probestub|SCK__tp_func|SCT__tp_func)_/ { next }
		$(NF - 1) ~ /^[A-Z]$/ { defined[$NF] = 1 }
		END {
			for (s in exported)
				if (s !~ /^parbiter_/)
					print s " is exported, and does not begin with parbiter_"
			for (s in defined)
				if (!(s in exported) && s !~ /^(pb|arbiter)_/)
					print s " is not exported, and does not begin with pb_ or arbiter_"
		}' | sort
}

# A symbol that no other file uses is static.
check symbol_users
symbol_users() {
	local out=$build/modules-stock suites=$build/modules-kunit/kunit

	need_build stock
	need_build kunit
	# nm -A: FILE:ADDRESS TYPE NAME, or FILE: U NAME
	nm -A "$out"/src/*.o "$out"/src/*/*.o "$suites"/*/*.o | awk '
		$(NF - 1) == "U" { used[$NF] = 1; next }
		$1 ~ /\/kunit\/.*/ { next }
		$NF ~ /^__ksymtab_/ { used[substr($NF, 11)] = 1 }
		$(NF - 1) ~ /^[TDBRV]$/ { defined[$NF] = $1 }
		END { for (s in defined) if (!(s in used) &&
			s !~ /^(init_module|cleanup_module|__ksymtab_.*|__tracepoint.*)$/ &&
			s !~ /^__(traceiter|probestub|SCK__tp_func|SCT__tp_func)_/)
				print defined[s] " " s ": used nowhere else" }' | sort
}

# Symbols are exported to GPL modules only, and have kernel-doc.
check exports
exports() {
	local symbol

	grep -nE 'EXPORT_SYMBOL(_NS)?\(' -r src || true
	while read -r symbol; do
		grep -rqE "^ \* $symbol\(\) - " src include ||
			echo "$symbol: exported without kernel-doc"
	done < <(grep -rhoP 'EXPORT_SYMBOL(_NS)?_GPL\(\K\w+' src)
}

# "make install" puts each file where Debian looks for it, and installs nothing else;
# "make uninstall" leaves nothing.
check installs
installs() {
	local out=$build/static-install dir=$build/static-install/image release

	mkdir -p "$out"
	# Objects are excluded, that is, kept; a changed source gets the present time.
	rsync -a --no-times --checksum --delete --exclude='*.o' --exclude='.*.cmd' \
		--exclude='*.mod*' --exclude='*.ko' \
		Makefile VERSION Kbuild src include scripts udev tools "$out"
	rm -rf "$dir"
	if ! make -C "$out" KDIR="$(kdir stock)" DESTDIR="$dir" \
		install install-parport-names >"$work/install.log" 2>&1; then
		tail "$work/install.log"
	fi
	release=$(modinfo -F vermagic "$out/parbiter.ko" | cut -d' ' -f1)
	# The kernel decides on the directory and on compression.
	diff - <(cd "$dir" && find . -type f ! -name 'modules.*' |
		sed -E 's,/updates/(parbiter.ko)(\.xz)?$,/extra/\1,' | sort) <<-EOF || true
		./etc/udev/rules.d/60-parbiter.rules
		./etc/udev/rules.d/61-parbiter-parport.rules
		./lib/modules/$release/extra/parbiter.ko
		./usr/local/bin/parbiter
		./usr/local/include/linux/parbiter.h
		./usr/local/share/bash-completion/completions/parbiter
		./usr/local/share/fish/vendor_completions.d/parbiter.fish
		./usr/local/share/man/man1/parbiter.1
		./usr/local/share/man/man4/parbiter.4
		./usr/local/share/zsh/site-functions/_parbiter
	EOF
	grep -qE '^(extra/parbiter.ko|updates/parbiter.ko.xz):' "$dir/lib/modules/$release/modules.dep" ||
		echo "depmod did not see the module"
	make -s -C "$out" DESTDIR="$dir" uninstall >"$work/uninstall.log" 2>&1 ||
		tail "$work/uninstall.log"
	find "$dir" -type f ! -name 'modules.*'
	! grep -q parbiter "$dir/lib/modules/$release/modules.dep" ||
		echo "depmod still sees the module"
}

# VERSION names the next release for the module, the command and its manual pages,
# and git's tags agree.
check version
version() {
	local release version tag

	need_build stock
	release=$(scripts/version --release)
	version=$(scripts/version)
	[ "$(/sbin/modinfo -F version "$build/modules-stock/parbiter.ko")" = "$version" ] ||
		echo "parbiter.ko: not version $version"
	make -s -C tools O="$work/tools" || echo "the build failed"
	[ "$("$work/tools/parbiter" --version)" = "parbiter $version" ] ||
		echo "parbiter --version: not $version"
	grep -L "^\.Os \"parbiter $release\"\$" tools/man/*.[1-8] |
		sed "s/\$/: not version $release/"
	grep -q "^parbiter $release\b" NEWS || echo "NEWS: nothing of $release"
	for tag in $(git tag --points-at HEAD 'v[0-9]*' 2>/dev/null); do
		[ "$tag" = "v$release" ] || echo "VERSION: $release, but git has $tag"
	done
	git -C "$top" archive HEAD VERSION >"$work/archive.tar" 2>/dev/null || return 0
	rm -rf "$work/archive"
	mkdir -p "$work/archive/scripts"
	tar -x -C "$work/archive" -f "$work/archive.tar"
	cp scripts/version "$work/archive/scripts"
	[ "$("$work/archive/scripts/version")" = "${version%-dirty}" ] ||
		echo "git archive: version $("$work/archive/scripts/version")"
}
