# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the documents. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# Sphinx and kernel-doc print no warning.
check docs
docs() { "$top/scripts/docs" 2>&1 8>&2 || echo "the pages were not made"; }

# The files and functions that documents name exist.
check references
references() {
	# shellcheck disable=SC2046	# files
	scripts/lib/references README.md CONTRIBUTING.md NEWS \
		$(files Documentation -- '*.rst') $(files scripts tests -- README)
}

# The kernel's tool reads the pages on sysfs, and each file in sysfs is on one of them.
check sysfs_abi
sysfs_abi() {
	local source

	source=$(provide --source)
	perl "$source/scripts/get_abi.pl" --dir Documentation/ABI validate 2>&1 ||
		echo "get_abi.pl finds errors"
	diff <(sed -nE 's/^(static DEVICE_ATTR_RO|SYSFS_COUNTER)\((\w+)\);/\2/p' \
		src/file/sysfs.c | sort) \
		<(sed -n 's|^What:.*/sys/class/misc/parbiter<N>/||p' \
		Documentation/ABI/testing/* | sort) || true
}

# The checks that the texts name exist.
check named_checks
named_checks() {
	local name

	grep -rhoE 'scripts/static [a-z_0-9][a-z_0-9 ]*' README.md CONTRIBUTING.md tests/README \
		Documentation | cut -d' ' -f2- | tr ' ' '\n' | sort -u | grep . |
		while read -r name; do
			printf '%s\n' "${checks[@]}" "${more_checks[@]}" |
				grep -xF -e "$name" >/dev/null || echo "there is no check $name"
		done
}

check manuals
manuals() { make -s -C tools lint 2>&1 || true; }

# The manual page and install.rst name every module parameter.
check parameters
parameters() {
	local name

	while read -r name; do
		grep -q "^\.It Cm $name\b" tools/man/parbiter.4 ||
			echo "tools/man/parbiter.4: no parameter $name"
		grep -q "^\`\`$name\`\`\$" Documentation/install.rst ||
			echo "Documentation/install.rst: no parameter $name"
	done < <(grep -rhoP '\bmodule_param(_named|_cb)?\(\K\w+' src)
}

# The table of the benchmark in the documentation agrees with what is tested.
check bench_table
bench_table() {
	tests/bench/compare --text tests/bench/counts Documentation/bench.txt
}

# The table of Documentation/kernels.rst has the kernels of scripts/matrix.
check kernel_table
kernel_table() {
	diff <(awk '!/^#/ && $1 != "label" && ($3 != "built" || $1 == "clang") { print $1 }' \
		scripts/lib/kernels.table | sort) \
		<(tail -n +2 Documentation/kernels.txt | cut -d' ' -f1 | sort) || true
	grep -n FAILED Documentation/kernels.txt || true
}

# The command and the documents name the same steps of MokManager.
check secure_boot_steps
secure_boot_steps() {
	local file step

	for file in README.md Documentation/packaging.rst tools/missing.c; do
		for step in "mokutil --import" "Enroll MOK" "Continue" "Yes"; do
			grep -qF "$step" "$file" || echo "$file: no \"$step\""
		done
	done
}

# The examples in C compile. (The check python reads those in Python.)
check examples
examples() {
	local file

	for file in Documentation/examples/*.c; do
		gcc -Wall -Wextra -Werror -fsyntax-only -Iinclude/uapi "$file" 2>&1 || true
	done
}
