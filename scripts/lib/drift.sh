# Whether what is committed is what its generator makes. To be sourced after runners.sh.

# Runs a generator with an empty folder as its last argument and compares what it made with what is there; nothing of ours is touched.
# Arguments: the committed folder, command …
makes_the_same() {
    local committed=$1 made=target/drift/$1
    shift
    rm -rf "$made"
    mkdir -p "$made"
    "$@" "$made"
    if [ -z "$(ls -A "$committed" 2>/dev/null)" ]; then
        printf 'failed: %s is empty\n' "$committed"
        return 1
    fi
    if ! diff -rq "$committed" "$made"; then
        printf 'failed: %s is not what its generator makes\n' "$committed"
        return 1
    fi
    printf 'passed: %s: %s files are what their generator makes\n' "$committed" "$(find "$committed" -type f | wc -l)"
}
