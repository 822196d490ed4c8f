# Runs the steps of a test run, keeps each one's log, and ends with the runners' own closing lines.
# To be sourced after progress.sh. A failing step does not hide the next: all are run, and the end is non-zero.

LOGS=target/test-logs
RAN=()
FAILED=()

# Arguments: title, name of the log, command …
run() {
    local title=$1 name=$2 began=$SECONDS status=0
    shift 2
    mkdir -p "$LOGS"
    step "$title"
    # `set -e` does not hold inside a command that is tested; so the step is one command of a shell of its own.
    set +e
    (set -euo pipefail && "$@") 2>&1 | tee "$LOGS/$name.log"
    status=${PIPESTATUS[0]}
    set -e
    RAN+=("$name")
    if [ "$status" != 0 ]; then
        FAILED+=("$name")
        say "FAILED (exit $status, $((SECONDS - began)) s)"
    else
        say "passed ($((SECONDS - began)) s)"
    fi
}

# What each runner said at its end, word for word; then one line for all. Exits 1 if any step failed.
closing_lines() {
    local name
    printf '\nclosing lines\n'
    for name in ${RAN[@]+"${RAN[@]}"}; do
        printf -- '-- %s (%s/%s.log)\n' "$name" "$LOGS" "$name"
        grep -E "$CLOSING" "$LOGS/$name.log" | grep -v '^test result: ok\. 0 passed; 0 failed; 0 ignored' || tail -n 3 "$LOGS/$name.log"
        # The sum over cargo's many binaries.
        awk '/^test result:/ {p += $4; f += $6; i += $8; n++} END {if (n) printf "   together: %d passed, %d failed, %d ignored in %d binaries\n", p, f, i, n}' "$LOGS/$name.log"
    done
    if [ ${#FAILED[@]} -gt 0 ]; then
        printf '\n%s: FAILED after %s: %s\n' "$(basename "$0")" "$(elapsed)" "${FAILED[*]}"
        exit 1
    fi
    printf '\n%s: all %d steps passed in %s\n' "$(basename "$0")" "${#RAN[@]}" "$(elapsed)"
}

# cargo's and unittest's closing lines, and the one line every script of ours ends with.
CLOSING='^test result: |^Ran [0-9]+ tests|^OK$|^FAILED|^(passed|failed): |^[0-9]+ passed, [0-9]+ failed$'
