# How a script says what it does: numbered steps with the time each began, and the closing lines of what it ran.
# To be sourced; the caller sets STEPS to the number of its steps first.

STEP=0
STEPS=${STEPS:-0}
STARTED_AT=$SECONDS

elapsed() {
    local s=$((SECONDS - STARTED_AT))
    printf '%d:%02d' $((s / 60)) $((s % 60))
}

step() {
    STEP=$((STEP + 1))
    printf '\n[%s/%s] %s (at %s)\n' "$STEP" "$STEPS" "$*" "$(elapsed)"
}

say() { printf '      %s\n' "$*"; }

die() {
    printf '\n%s: %s\n' "$(basename "$0")" "$*" >&2
    exit 1
}
