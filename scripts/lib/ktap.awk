# SPDX-License-Identifier: GPL-2.0
# The program of scripts/lib/ktap
#
# Counts the innermost results; a result with subtests counts only if it failed
# although none of the subtests did. A plan with another number of results, a "Bail
# out!" and a stream without results count as failures. The exit status is 1 if
# anything failed.

function fail(why)
{
	failed++
	print "# FAILED: " why
}

# The results at this indent and deeper are complete.
function close_level(indent,    k)
{
	for (k in results) {
		if (k + 0 < indent)
			continue
		if (k in plan && plan[k] != results[k]) {
			fail("planned " plan[k] " results, got " results[k])
			bad[k] = 1
		}
		has_child = 1
		if (k in bad)
			bad_child = 1
		delete results[k]
		delete plan[k]
		delete bad[k]
	}
}

# Write each line at once, for a person who watches the output.
{
	print
	fflush()
}

match($0, /^ *(not )?ok [0-9]+/) {
	text = substr($0, RLENGTH + 1)
	match($0, /^ */)
	indent = RLENGTH
	good = substr($0, indent + 1, 2) == "ok"
	has_child = bad_child = 0
	close_level(indent + 1)
	results[indent]++
	if (!good || bad_child)
		bad[indent] = 1
	if (has_child && (good || bad_child))
		next
	if (!good)
		failed++
	else if (text ~ /# *[Ss][Kk][Ii][Pp]/)
		skipped++
	else
		passed++
	next
}

match($0, /^ *1\.\.[0-9]+/) {
	match($0, /^ */)
	indent = RLENGTH
	plan[indent] = substr($0, indent + 4) + 0
	if (!(indent in results))
		results[indent] = 0
}

/^ *Bail out!/ { fail($0) }

END {
	close_level(0)
	if (passed + failed + skipped == 0)
		fail("no results")
	printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
	exit failed > 0
}
