# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the sources as text. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# Run checkpatch.pl on the files that have changed since it last found nothing in
# them; scripts/lib/checkpatch.ignore lists the messages that do not apply.
check checkpatch
checkpatch() {
	local source clean=$work/checkpatch.clean list rules

	source=$(provide --source)
	# Lines HASH FILE; a change of the rules is a change of every hash.
	mapfile -t list < <(c_files)
	rules=$(cat "$source/scripts/checkpatch.pl" scripts/lib/checkpatch.ignore |
		sha256sum | cut -c1-16)
	sha256sum "${list[@]}" | sed "s/^/$rules-/" >"$clean.now"
	touch "$clean"
	mapfile -t list < <(grep -vxFf "$clean" "$clean.now" | sed 's/^[^ ]* *//')
	[ ${#list[@]} -gt 0 ] || return 0
	{	# The status 1 means that checkpatch.pl has found something.
		perl "$source/scripts/checkpatch.pl" --no-tree --root="$source" --strict --terse \
			--show-types --no-summary -f "${list[@]}" || [ $? = 1 ]
	} |
		awk 'NR == FNR && /^[a-z]/ { path[++n] = $1; type[n] = $2 }
			NR == FNR { next }
			{ for (i = 1; i <= n; i++)
				if (index($0, path[i]) == 1 &&
				    (type[i] == "*" || index($0, ":" type[i] ":")))
					next
			  print }' scripts/lib/checkpatch.ignore - >"$work/checkpatch.found"
	cat "$work/checkpatch.found"
	grep -vFf <(cut -d: -f1 "$work/checkpatch.found") "$clean.now" >"$clean" || true
}

check kernel_doc
kernel_doc() {
	local source

	source=$(provide --source)
	mapfile -t list < <(kernel_files)
	perl "$source/scripts/kernel-doc" -none -Werror "${list[@]}" 2>&1 || true
}

# No include of src/ leads from a layer to one above it.
check layers
layers() { scripts/lib/layers; }

# No code asks for the version of the kernel.
check version_checks
version_checks() {
	grep -rnE 'LINUX_VERSION_CODE|KERNEL_VERSION' src include kunit || true
}

check shell
shell() {
	local list

	mapfile -t list < <(programs '/(ba)?sh$|/busybox sh$')
	shellcheck "${list[@]}" tests/e2e/lib/*.sh || true
	# What these source is meant for them alone.
	shellcheck --check-sourced scripts/{kernels,static} || true
}

# pyflakes reports wrong syntax and names that are not defined or not used.
check python
python() {
	local list

	mapfile -t list < <({
		programs 'python3$'
		files scripts tests tools Documentation -- '*.py'
	} | sort -u)
	/usr/bin/python3 -m pyflakes "${list[@]}" || true
}

# A source that git ignores is missing from the next clone, and nobody is told.
check ignored_sources
ignored_sources() {
	[ -e .git ] || return 0
	git ls-files --others --ignored --exclude-standard -- \
		src include kunit tests tools scripts packaging udev Documentation |
		grep -E '\.(c|h|sh|py|rst|rules)$' | grep -vE '\.mod\.c$' || true
}

check spelling
spelling() {
	codespell -q 3 -L filp,inflight,nd README* Makefile Kbuild scripts udev packaging src include kunit tests \
		Documentation tools 2>/dev/null || true
}

check licences
licences() {
	local file

	while read -r file; do
		head -3 "$file" | grep 'SPDX-License-Identifier: GPL-2.0' >/dev/null ||
			echo "$file: no SPDX line"
	done < <({
		c_files
		programs .
		# shellcheck disable=SC2086	# a list
		files $source_dirs .ci Makefile Kbuild -- '*.sh' '*.py' '*.config' \
			'*.rules' '*.table' Makefile Kbuild
	} | sort -u)
	grep -q 'WITH Linux-syscall-note' include/uapi/linux/parbiter.h ||
		echo "include/uapi/linux/parbiter.h: no syscall note"
	[ -s COPYING ] || echo "no COPYING"
}
