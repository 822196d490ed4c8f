# What compiles the core for a phone without an NDK: Debian's Rust with the source of its standard library, its clang and lld, and from one
# Python wheel the kernel's headers and LLVM's libunwind. Unpacked below .tools/, never installed. To be sourced after machine.sh.

NATIVE=$PWD/$TOOLS/android-native
NATIVE_ROOT=$NATIVE/root
NATIVE_LLVM=$NATIVE_ROOT/usr/lib/llvm-22/bin
NATIVE_WHEEL=$NATIVE/wheel
TARGET=aarch64-linux-android
MIN_API=26

# The source must be that of the compiler: both come from one Debian source package.
RUST_PACKAGES=(rustc-web cargo-web rust-web-src libstd-rust-web-dev libstd-rust-web-1.96 libllvm22
    libgit2-1.5 libhttp-parser2.9 libmbedtls14 libmbedx509-1 libmbedcrypto7)
CLANG_PACKAGES=(clang-22 libclang-cpp22 libclang1-22 libclang-common-22-dev lld-22 llvm-22 llvm-22-linker-tools libgc1 libobjc4)

download_packages() { (cd "$1" && shift && apt-get -qq -o APT::Sandbox::User=root download "$@"); }

# Unpacks the toolchain once; a changed list of packages unpacks it anew.
native_toolchain() {
    local wanted debs=$NATIVE/debs deb
    wanted="${RUST_PACKAGES[*]} ${CLANG_PACKAGES[*]} $(grep -v '^#' scripts/android-native/requirements.txt)"
    if [ "$(cat "$NATIVE/unpacked" 2>/dev/null)" = "$wanted" ]; then return 0; fi
    say "android: unpacking Rust, clang and lld of Debian into $TOOLS/android-native (190 MB to fetch, once)"
    rm -rf "$NATIVE"
    mkdir -p "$debs" "$NATIVE_ROOT" "$NATIVE_WHEEL"
    # Lists of packages may be missing or older than the archive.
    download_packages "$debs" "${RUST_PACKAGES[@]}" "${CLANG_PACKAGES[@]}" 2>/dev/null || {
        as_root apt-get -q -o DPkg::Lock::Timeout=300 update
        download_packages "$debs" "${RUST_PACKAGES[@]}" "${CLANG_PACKAGES[@]}"
    }
    for deb in "$debs"/*.deb; do dpkg -x "$deb" "$NATIVE_ROOT"; done
    "$VENV/bin/pip" --quiet --disable-pip-version-check download --no-deps --require-hashes --dest "$debs" -r scripts/android-native/requirements.txt
    python3 - "$debs"/ziglang-*.whl "$NATIVE_WHEEL" <<'PYTHON'
import sys, zipfile
wheel, into = sys.argv[1:]
wanted = ("ziglang/lib/libunwind/", "ziglang/lib/libc/include/aarch64-linux-any/", "ziglang/lib/libc/include/any-linux-any/")
with zipfile.ZipFile(wheel) as archive:
    archive.extractall(into, [name for name in archive.namelist() if name.startswith(wanted)])
PYTHON
    rm -rf "$debs"
    printf '%s\n' "$wanted" >"$NATIVE/unpacked"
}

# From here on `cargo` and `rustc` are Debian's. Building the standard library needs what only a nightly allows; the variable allows it.
enter_native_toolchain() {
    export LD_LIBRARY_PATH=$NATIVE_ROOT/usr/lib/x86_64-linux-gnu
    export RUSTC=$NATIVE_ROOT/usr/bin/rustc RUSTDOC=$NATIVE_ROOT/usr/bin/rustdoc RUSTC_BOOTSTRAP=1
    CARGO_COMMAND=$NATIVE_ROOT/usr/bin/cargo
    unset RUSTUP_TOOLCHAIN
}
