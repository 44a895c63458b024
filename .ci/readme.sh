#!/usr/bin/env bash
# Runs README.md's code blocks that are marked as local, as they stand.
#
#   .ci/readme.sh demo   starts the block with --demo, waits until it is ready, runs the other blocks against it in
#                        their order, sees every mail that they submit become sent, then ends it as Ctrl-C does
#   .ci/readme.sh test   runs the block that begins with 'dotnet test'
#   .ci/readme.sh list   shows each block with its mark
set -euo pipefail
cd "$(dirname "$0")/.."

ready_within=${READY_WITHIN:-300} # seconds; the first run installs npm packages
sent_within=60
stopped_within=60
api=http://127.0.0.1:7071/api

work=$(mktemp -d)
host=
submitted=0

is_windows() { case $(uname -s) in MINGW* | MSYS* | CYGWIN*) true ;; *) false ;; esac; }

stop_host() {
    [ -n "$host" ] || return 0
    local pid=$host
    host=
    # The group, as a terminal does it: dotnet run, the host, and what the host started.
    kill -INT -- "-$pid" 2>/dev/null || true
    for _ in $(seq "$stopped_within"); do
        kill -0 "$pid" 2>/dev/null || break
        sleep 1
    done
    if kill -0 "$pid" 2>/dev/null; then
        kill -KILL -- "-$pid" 2>/dev/null || true
        echo "It was still running $stopped_within s after Ctrl-C." >&2
        return 1
    fi
    wait "$pid"
}

# Runs at every end, so that nothing stays behind.
clean_up() {
    local status=$?
    stop_host || true
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT TERM

# Writes each block to $work/<number>.<mark>, and refuses a block without a mark.
cut_blocks() {
    awk -v work="$work" '
        /^```/ && !inside {
            if (mark == "") { print "README.md:" NR ": a code block without <!-- run: local|azure|no --> above it." > "/dev/stderr"; bad = 1 }
            inside = 1; count++; file = sprintf("%s/%02d.%s", work, count, mark); printf "" > file; next
        }
        /^```/ { inside = 0; mark = ""; close(file); next }
        inside { print > file; next }
        /^<!-- run: (local|azure|no) -->$/ { mark = $3; next }
        NF { mark = "" }
        END { exit bad }
    ' README.md
}

fail() {
    echo "$1" >&2
    [ ! -f "$work/demo.log" ] || { echo "--- what the demo said:" >&2; cat "$work/demo.log" >&2; }
    exit 1
}

start_demo() {
    echo "README: $(cat "$1")"
    # A process group of its own, and a data folder that goes with the run.
    export LocalHost__DataFolder="$work/data"
    # Who was started with SIGINT ignored, as in the background of a plain shell, would hand that down.
    local hearing=()
    ! env --default-signal=INT true 2>/dev/null || hearing=(env --default-signal=INT)
    set -m
    ${hearing[@]+"${hearing[@]}"} bash -euo pipefail "$1" >"$work/demo.log" 2>&1 &
    host=$!
    set +m
    for _ in $(seq "$ready_within"); do
        ! grep -q 'Ctrl-C ends it' "$work/demo.log" || break
        kill -0 "$host" 2>/dev/null || fail "The demo ended by itself."
        sleep 1
    done
    grep -q 'Ctrl-C ends it' "$work/demo.log" || fail "The demo was not ready within $ready_within s."
    grep -q 'accepted     sent' "$work/demo.log" || fail "The demo did not send its mail."
    cat "$work/demo.log"
}

await_sent() {
    local answer=
    for _ in $(seq "$sent_within"); do
        answer=$(curl -sS "$api/emails/$1")
        case $answer in *'"status":"sent"'*'"attempts":[{'*) echo "README: $1 is sent."; return ;; esac
        sleep 1
    done
    fail "$1 was not sent within $sent_within s: $answer"
}

run_block() {
    echo "README: $(cat "$1")"
    bash -euo pipefail "$1" >"$work/output" 2>"$work/errors" || { cat "$work/output" "$work/errors"; fail "A block of README.md failed."; }
    cat "$work/output"
    echo
    ! grep -qE '^HTTP/[0-9.]+ [45]|urn:mailfunctions:problem' "$work/output" || fail "A block of README.md got an error."
    ids=$(sed -n 's/.*{"id":"\([0-9a-f-]*\)","status":"queued".*/\1/p' "$work/output")
    for id in $ids; do
        await_sent "$id"
        submitted=$((submitted + 1))
    done
}

run_demo() {
    local demo=
    local others=()
    for block in "$work"/*.local; do
        if grep -q -- '--demo' "$block"; then demo=$block
        elif ! grep -q '^dotnet test' "$block"; then others+=("$block"); fi
    done
    [ -n "$demo" ] || fail "README.md has no local block with --demo."
    [ "${#others[@]}" -gt 0 ] || fail "README.md has no other local block."
    start_demo "$demo"
    for block in "${others[@]}"; do run_block "$block"; done
    [ "$submitted" -gt 0 ] || fail "No block of README.md submitted a mail."
    local status=0
    stop_host || status=$?
    # A shell on Windows cannot press Ctrl-C for a program that is none of its own.
    if [ "$status" != 0 ] && ! is_windows; then fail "The demo ended with exit code $status after Ctrl-C."; fi
    echo "README: all local blocks did what they say."
}

cut_blocks
case ${1:-} in
    demo) run_demo ;;
    test)
        block=$(grep -l '^dotnet test' "$work"/*.local | head -n 1)
        bash -euo pipefail "$block"
        ;;
    list) for block in "$work"/*; do echo "== ${block##*/}"; cat "$block"; done ;;
    *) fail "usage: .ci/readme.sh demo|test|list" ;;
esac
