# The fuzz targets, each for a time, from seeds made of the vectors. To be sourced after machine.sh.

CARGO_FUZZ=0.13.2

# Argument: seconds a target.
fuzz_targets() {
    local seconds=$1 target log failed=0 cargo=(cargo) sanitizer=none
    cargo_tool cargo-fuzz "$CARGO_FUZZ"
    if command -v rustup >/dev/null && rustup toolchain list | grep -q '^nightly'; then
        cargo=(cargo +nightly)
        sanitizer=address
    else
        # Coverage needs no nightly library; only the address sanitizer does, and our crates have no unsafe code to watch.
        say "no nightly Rust here: fuzzing without the address sanitizer"
        export RUSTC_BOOTSTRAP=1
    fi
    export CARGO_TARGET_DIR=$PWD/target/fuzz PATH=$PWD/$TOOLS/bin:$PATH
    "$VENV/bin/python" fuzz/make-seeds
    (cd fuzz && "${cargo[@]}" fuzz build --fuzz-dir . --sanitizer "$sanitizer")
    for target in $(sed -n '/^\[\[bin\]\]/,/^path/s/^name = "\(.*\)"/\1/p' fuzz/Cargo.toml); do
        say "$target, $seconds s"
        log=target/fuzz/$target.log
        # 2 GiB and 10 s: an input that makes a reader swell or stall is a fault as much as one that makes it panic.
        if (cd fuzz && "${cargo[@]}" fuzz run --fuzz-dir . --sanitizer "$sanitizer" "$target" -- \
            -max_total_time="$seconds" -max_len=262144 -rss_limit_mb=2048 -timeout=10 -print_final_stats=1) >"$log" 2>&1; then
            printf 'passed: %s: %s\n' "$target" "$(grep -E '^Done [0-9]+ runs' "$log")"
        else
            tail -n 40 "$log"
            printf 'failed: %s: see %s and fuzz/artifacts/%s\n' "$target" "$log" "$target"
            failed=1
        fi
    done
    return $failed
}
