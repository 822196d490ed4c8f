# The app's own build: bindings of the core, and Maven. To be sourced after machine.sh.

BINDINGS=target/android/bindings

# The Kotlin side of the core, written by its own generator from the library of this machine; that library also serves the tests.
# Arguments: what cargo shall build, when more than library and generator were built before.
core_bindings() {
    [ $# -gt 0 ] || set -- --package quanji-ffi --package quanji-bindgen
    cargo build --locked "$@"
    write_bindings debug
}

# From what was built for that profile.
write_bindings() {
    rm -rf "$BINDINGS"
    "target/$1/uniffi-bindgen" generate --library "target/$1/libquanji_core.so" --language kotlin --no-format --out-dir "$BINDINGS"
    say "$(find "$BINDINGS" -name '*.kt' | wc -l) file of bindings, $(cat "$BINDINGS"/*/*/*/*.kt | wc -l) lines"
}

# Maven on the app; quiet but for warnings and what fails. Arguments: Maven's.
app_maven() { mvn --batch-mode --quiet --strict-checksums --file android/pom.xml "$@"; }

# How many tests the app's runner ran: Maven is quiet about what passes.
app_tests_said() {
    sed -n 's/^<testsuite .* tests="\([0-9]*\)" errors="\([0-9]*\)" skipped="\([0-9]*\)" failures="\([0-9]*\)".*/\1 \2 \3 \4/p' target/android/build/surefire-reports/*.xml |
        awk '{t += $1; e += $2 + $4; s += $3} END {if (!t || e || s) exit 1; printf "passed: %d tests of the app in %d classes, none skipped\n", t, NR}'
}
