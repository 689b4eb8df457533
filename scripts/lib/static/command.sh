# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# Checks of the command, and of what is installed. To be sourced by scripts/static.
# shellcheck source=../lib.sh

# A result is seen as soon as it is there.
check results_at_once
results_at_once() {
	local awk line ktap

	for awk in mawk gawk; do
		command -v "$awk" >/dev/null || continue
		coproc KTAP { AWK=$awk scripts/lib/ktap; }
		ktap=$KTAP_PID
		echo "ok 1 - a result" >&"${KTAP[1]}"
		read -rt 30 line <&"${KTAP[0]}" && [ "$line" = "ok 1 - a result" ] ||
			echo "$awk keeps the result back"
		eval "exec ${KTAP[1]}>&-"
		wait "$ktap" || true
	done
}

# The newest kernel headers that are there are used, even if newer ones have left a link
# behind; a path with a blank is refused in words.
check kernel_headers
kernel_headers() {
	local root=$work/modules said

	rm -rf "$root" "$work/a blank"
	mkdir -p "$root"/{1.0,1.2,1.10,2.0} "$root"/headers/{1.0,1.2,1.10}
	touch "$root"/headers/{1.0,1.2,1.10}/Makefile
	for said in 1.0 1.2 1.10 2.0; do
		ln -s "$root/headers/$said" "$root/$said/build"
	done
	said=$(make -s MODULES="$root" kdir 2>&1) ||
		echo "no headers are found"
	[[ "$said" == *"building for $root/1.10/build" ]] || echo "it says: $said"
	mkdir "$work/a blank"
	cp Makefile "$work/a blank"
	! said=$(make -s -C "$work/a blank" MODULES="$root" kdir 2>&1) ||
		echo "a path with a blank is accepted"
	[[ "$said" == *"path has a blank"* ]] || echo "it says: $said"
}

command_names="list run print watch test"

# Print the long options of a command that a file of text names, in their order.
long_options() { grep -oE -- '--[a-z][a-z-]+' | grep -vx -- --help | sort -u; }

# Print what the completion of a shell offers for "parbiter COMMAND --".
shell_options() {	# SHELL COMMAND
	rm -rf "$work/completion"
	tests/completion/offers "$1" "$work/completion" "parbiter $2 --" 2>&1 | long_options
}
bash_options() { shell_options bash "$1"; }
fish_options() { shell_options fish "$1"; }
zsh_options() { shell_options zsh "$1"; }

# Print what the manual page has in the section of a command.
man_options() {	# COMMAND
	awk -v name="$1" '/^\.S[sh]/ { mine = $0 == ".Ss parbiter " name }
		mine && /^\.It/ { gsub(/\\-/, "-"); gsub(/Fl -/, "--"); print }' \
		tools/man/parbiter.1 | long_options
}

# missing_in_synopsis COMMAND: print the options of the manual page's section of a command
# that are not in the SYNOPSIS, under none of their names
missing_in_synopsis() {
	awk -v name="$1" '{ gsub(/\\-/, "-") }
		/^\.S[sh]/ { synopsis = /SYNOPSIS/; mine = $0 == ".Ss parbiter " name }
		synopsis && /^\.Nm/ { here = 0 }
		synopsis && $0 ~ "^\\.(Op )?Cm " name "$" { here = 1 }
		synopsis && here {
			for (i = 2; i <= NF; i++)
				if ($(i - 1) ~ /^\.?Fl$/ && $i ~ /^-/)
					known[$i] = 1
				else if ($(i - 1) == "Fl")
					for (j = 1; j <= length($i); j++)
						known[substr($i, j, 1)] = 1
		}
		mine && /^\.It Fl/ {
			found = 0
			for (i = 2; i <= NF; i++)
				found += $(i - 1) == "Fl" && ($i in known)
			if (!found)
				print "tools/man/parbiter.1: SYNOPSIS of " name " lacks: " $0
		}' tools/man/parbiter.1
}

# columns_of ARRAY: print the names of the columns that "parbiter list" has
columns_of() {
	sed -n "/^const struct column $1\[\]/,/{ }/s/.*{ \"\([a-z]*\)\",.*/\1/p" \
		tools/columns.c | paste -sd " "
}

# The completions offer all columns, of ports and of waiters.
completed_columns() {
	local array columns file

	for array in port_columns queue_columns; do
		columns=$(columns_of $array)
		[ -n "$columns" ] || echo "tools/columns.c: no $array"
		for file in tools/parbiter.{bash-completion,fish,zsh-completion}; do
			tr -s '[:space:]' ' ' <"$file" | grep -F "$columns" >/dev/null ||
				echo "$file: not the columns $columns"
		done
	done
}

# In the shells themselves, the completions offer what they should.
check completions
completions() {
	local shell

	for shell in bash bash-whole fish zsh; do
		rm -rf "$work/completion"
		tests/completion/offers "$shell" "$work/completion" 2>&1
	done
}

# --help, the manual page and the completions have the same options, and README.md,
# --help and the completions have all commands and columns.
check command_texts
command_texts() {
	local name kind

	completed_columns

	make -s -C tools O="$work" 2>&1
	for name in $command_names; do
		"$work/parbiter" "$name" --help | long_options >"$work/options.$name"
		for kind in bash fish zsh man; do
			"${kind}_options" "$name" |
				diff --label "$name --help" --label "$kind" -u \
					"$work/options.$name" - || true
		done
		grep -q "^    parbiter.* $name " README.md ||
			{ [ "$name" = list ] && grep -q "^    parbiter  *# every port" README.md; } ||
			echo "README.md: no command $name"
		missing_in_synopsis "$name"
		"$work/parbiter" "$name" --help | awk -v name="$name" 'length > 80 {
			print name " --help: does not fit on a terminal: " $0 }'
		"$work/parbiter" --help | grep "^  $name " >/dev/null || echo "--help: no $name"
	done
}

# man_statuses COMMAND: print the exit statuses that the manual page has for a command
man_statuses() {
	awk -v name="$1" '/^\.S[sh]/ { mine = /EXIT STATUS/ }
		!mine { next }
		/^\.It / { status = $2; next }
		status && (!/^\.Cm .* :$/ || index($0 " ", " " name " ")) { print status }
		{ status = "" }' tools/man/parbiter.1 | grep -vx 0 | sort -n
}

# Each command says the exit statuses that it has.
check exit_statuses
exit_statuses() {
	local name

	make -s -C tools O="$work" 2>&1
	for name in $command_names; do
		"$work/parbiter" "$name" --help | sed -n '/^Exit status:/,$p' |
			grep -oE '\b[1-9][0-9]+\b' | sort -n |
			diff --label "$name --help" --label man -u - <(man_statuses "$name") || true
	done
}

# systemd understands the unit and the timer of the examples.
check example_units
example_units() {
	local dir=Documentation/examples/command

	# The programs are not installed here.
	sed 's,/usr/local/bin/parbiter,/bin/true,' $dir/sensor.service >"$work/sensor.service"
	cp $dir/sensor.timer "$work"
	# Errors of other units of this machine are of no interest.
	systemd-analyze verify --man=no "$work/sensor.service" "$work/sensor.timer" 2>&1 |
		grep sensor || true
	# What systemd thinks of the sandbox: from 0 (closed) to 100
	systemd-analyze security --no-pager --offline=yes --threshold=20 \
		"$work/sensor.service" >"$work/exposure" 2>&1 || tail -n 1 "$work/exposure"
	systemd-analyze calendar "$(sed -n 's/^OnCalendar=//p' $dir/sensor.timer)" \
		>"$work/calendar" 2>&1 || cat "$work/calendar"
}
