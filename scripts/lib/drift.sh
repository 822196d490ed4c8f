# Whether what is committed is what its generator makes. To be sourced after runners.sh.
#
# The generator runs in place; what it changed is left there to be looked at, and the check fails.

# One digest over the names and bytes below the given paths.
digest_of() {
    find "$@" -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum
}

# Arguments: what it is called, the path it writes, command …
same_after() {
    local title=$1 path=$2 before after
    shift 2
    [ -e "$path" ] || {
        printf 'failed: %s: %s is not there\n' "$title" "$path"
        return 1
    }
    before=$(digest_of "$path")
    "$@"
    after=$(digest_of "$path")
    if [ "$before" != "$after" ]; then
        git --no-pager diff --stat -- "$path" || true
        printf 'failed: %s: %s is not what its generator makes\n' "$title" "$path"
        return 1
    fi
    printf 'passed: %s is what its generator makes\n' "$path"
}
