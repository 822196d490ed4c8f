# cargo for arm64 Android, with the standard library built from source. To be sourced after sysroot.sh.

# Arguments: a C compiler, an archiver, then cargo's own. No path of this machine may end up in what is built.
android_cargo() {
    local compiler=$1 archiver=$2
    shift 2
    env CARGO_TARGET_AARCH64_LINUX_ANDROID_LINKER="$NATIVE_CC" \
        CARGO_TARGET_AARCH64_LINUX_ANDROID_RUSTFLAGS="--remap-path-prefix=$PWD=quanji --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}=cargo --remap-path-prefix=$NATIVE_ROOT=native" \
        CC_aarch64_linux_android="$compiler" AR_aarch64_linux_android="$archiver" \
        CFLAGS_aarch64_linux_android="-ffile-prefix-map=$PWD=quanji -ffile-prefix-map=${CARGO_HOME:-$HOME/.cargo}=cargo" \
        "$CARGO_COMMAND" "$@" --target "$TARGET" -Zbuild-std=std,panic_unwind
}
