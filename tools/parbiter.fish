# SPDX-License-Identifier: GPL-2.0
# fish completion for parbiter(1)

# Print the options of a command that have an argument as a word of its own: the letters
# of the short ones, then the names of the long ones
function __parbiter_with_argument
    switch $argv[1]
        case list
            printf '%s\n' o output
        case run
            printf '%s\n' wEd wait timeout conflict-exit-code timeout-exit-code device
        case print
            printf '%s\n' wEt wait timeout conflict-exit-code timeout-exit-code stall
        case watch
            printf '%s\n' i interval
    end
end

# Print the command (list if none is given), then the operands in front of the cursor.
# Behind the port of run, all words are operands.
function __parbiter_words
    set -l words (commandline -opc)
    set -l command list
    set -e words[1]
    if contains -- "$words[1]" list run print watch test help
        set command $words[1]
        set -e words[1]
    end
    echo $command
    set -l options (__parbiter_with_argument $command)
    set -l skip no
    set -l all no
    for word in $words
        if test $skip = yes
            set skip no
        else if test $all = yes; or not string match -q -- '-?*' $word
            printf '%s\n' $word
            test $command = run; and set all yes
        else if string match -q -- '--*' $word
            contains -- (string sub -s 3 -- $word) $options[2..]; and set skip yes
        else if test -n "$options[1]"
            # The first letter that has an argument, at the end of the word
            string match -qr "^-[^$options[1]]*[$options[1]]\$" -- $word; and set skip yes
        end
    end
end

# Is one of these commands given?
function __parbiter_command
    contains -- (__parbiter_words)[1] $argv
end

# Is one of these commands given, and no operand yet?
function __parbiter_wants_port
    set -l words (__parbiter_words)
    contains -- $words[1] $argv; and test (count $words) = 1
end

# Is one of these commands given, and an operand?
function __parbiter_has_port
    set -l words (__parbiter_words)
    contains -- $words[1] $argv; and test (count $words) -gt 1
end

# Is this the first word?
function __parbiter_is_first
    test (count (commandline -opc)) = 1
end

function __parbiter_ports
    parbiter list --names 2>/dev/null
end

# Complete a list of columns: those that are not in it yet
function __parbiter_columns
    set -l columns port device state owner pid held waiters native address irq modes selected devices
    __fish_contains_opt queue
    and set columns port place name pid kind device waiting since
    set -l given (commandline -ct | string replace -r '^(--output=|-[a-z]*o)' '')
    set -l done ''
    string match -q '*,*' -- $given
    and set done (string replace -r '[^,]*$' '' -- $given)
    for column in $columns
        contains -- $column (string split , -- $done); or echo $done$column
    end
end

# Complete the command of run, and its arguments
function __parbiter_run_command
    set -l words (__parbiter_words)[3..]
    test "$words[1]" = --; and set -e words[1]
    complete -C (string join ' ' -- (string escape -- $words) (commandline -ct))
end

complete -c parbiter -f
complete -c parbiter -n __parbiter_is_first -a list -d 'show every port'
complete -c parbiter -n __parbiter_is_first -a run -d 'own a port while a command runs'
complete -c parbiter -n __parbiter_is_first -a print -d 'send files to the printer on a port'
complete -c parbiter -n __parbiter_is_first -a watch -d 'show changes as they happen'
complete -c parbiter -n __parbiter_is_first -a test -d 'check whether a port can be used'
complete -c parbiter -n __parbiter_is_first -a help -d 'print a help text'
complete -c parbiter -n __parbiter_is_first -s V -l version -d 'print the version'
complete -c parbiter -n 'not __parbiter_has_port run' -s h -l help -d 'print a help text'

complete -c parbiter -n '__parbiter_wants_port run print watch test' -a '(__parbiter_ports)'
complete -c parbiter -n '__parbiter_command list' -a '(__parbiter_ports)'
complete -c parbiter -n '__parbiter_wants_port help' -a 'list run print watch test'

set -l list '__parbiter_command list'
complete -c parbiter -n $list -s j -l json -d 'print JSON'
complete -c parbiter -n $list -l names -d 'print only the names of the ports'
complete -c parbiter -n $list -l queue -d 'show who waits, in order'
complete -c parbiter -n $list -s o -l output -x -d 'print these columns' -a '(__parbiter_columns)'
complete -c parbiter -n $list -s n -l no-headings -d 'do not print the names of the columns'

set -l waiting '__parbiter_wants_port run; or __parbiter_command print'
complete -c parbiter -n $waiting -s n -l no-wait -d 'fail at once if the port is not free'
complete -c parbiter -n $waiting -l nonblock -d 'fail at once if the port is not free'
complete -c parbiter -n $waiting -s w -l wait -x -d 'wait at most so long'
complete -c parbiter -n $waiting -l timeout -x -d 'wait at most so long'
complete -c parbiter -n $waiting -s E -l conflict-exit-code -x -d 'exit status if the port is busy'
complete -c parbiter -n $waiting -l timeout-exit-code -x -d 'exit status if the time is over'
complete -c parbiter -n $waiting -s v -l verbose -d 'say for whom the command waits'
complete -c parbiter -n $waiting -s q -l quiet -d 'show no progress'

set -l run '__parbiter_wants_port run'
complete -c parbiter -n $run -s d -l device -x -a '0 1 2 3 end' -d 'select a device of a chain'
complete -c parbiter -n $run -s o -l close -d 'do not pass the descriptor of the port on'
complete -c parbiter -n '__parbiter_has_port run' -a '(__parbiter_run_command)'

set -l print '__parbiter_command print'
complete -c parbiter -n $print -s t -l stall -x -d 'give up when the printer takes no data for so long'
complete -c parbiter -n '__parbiter_has_port print' -F

set -l watch '__parbiter_command watch'
complete -c parbiter -n $watch -s i -l interval -x -d 'time between two readings'
complete -c parbiter -n $watch -s j -l json -d 'print JSON'
complete -c parbiter -n $watch -s u -l utc -d 'print times in UTC'
complete -c parbiter -n $watch -s w -l wait -d 'wait for the port, or the first port'
