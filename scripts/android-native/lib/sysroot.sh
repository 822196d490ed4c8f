# What stands in for the phone's C library while linking: stubs with its names and symbols, the start of a library, and the unwinder.
# To be sourced after toolchain.sh.

export QUANJI_NATIVE=$NATIVE QUANJI_SYSROOT=$PWD/target/android-native/sysroot
NATIVE_CC=$PWD/scripts/android-native/lib/android-clang

# LLVM's libunwind, from source: on Android the standard library asks for it, and a phone has none that may be used.
make_unwinder() {
    local source=$NATIVE_WHEEL/ziglang/lib/libunwind out=$1 unit objects=()
    local flags=(-O2 -fPIC -fno-exceptions -funwind-tables -fvisibility=hidden -ffile-prefix-map="$NATIVE=native"
        -D_LIBUNWIND_IS_NATIVE_ONLY -D_LIBUNWIND_HIDE_SYMBOLS -D_LIBUNWIND_USE_DLADDR=0 -DNDEBUG -I"$source/include" -I"$source/src")
    for unit in libunwind.cpp UnwindLevel1.c UnwindLevel1-gcc-ext.c UnwindRegistersRestore.S UnwindRegistersSave.S; do
        case $unit in
        *.cpp) "$NATIVE_CC" "${flags[@]}" --driver-mode=g++ -std=c++17 -nostdinc++ -fno-rtti -c "$source/src/$unit" -o "$out/$unit.o" ;;
        *) "$NATIVE_CC" "${flags[@]}" -c "$source/src/$unit" -o "$out/$unit.o" ;;
        esac
        objects+=("$out/$unit.o")
    done
    rm -f "$out/libunwind.a"
    "$NATIVE_LLVM/llvm-ar" crsD "$out/libunwind.a" "${objects[@]}"
}

# A stub of each library, from the list of its symbols that are public at our lowest API: what is not on the list does not link.
make_stubs() {
    local library out=$1
    for library in c m dl log; do
        awk -v library="$library" '
            $1 != library { next }
            $3 == "object" { printf ".data\n.globl %s\n.type %s,%%object\n.size %s,8\n%s: .8byte 0\n", $2, $2, $2, $2; next }
            { printf ".text\n.globl %s\n.type %s,%%function\n%s: .4byte 0\n.size %s,4\n", $2, $2, $2, $2 }
        ' scripts/android-native/bionic/symbols-api26.txt >"$out/stub_$library.s"
        "$NATIVE_LLVM/clang" --target="$TARGET$MIN_API" -c "$out/stub_$library.s" -o "$out/stub_$library.o"
        "$NATIVE_LLVM/ld.lld" -shared -soname "lib$library.so" -o "$out/lib$library.so" "$out/stub_$library.o"
    done
}

# Made once per content of what it is made from.
native_sysroot() {
    local inputs stamp=$QUANJI_SYSROOT/inputs
    inputs=$(cat "$NATIVE/unpacked" scripts/android-native/lib/* $(find scripts/android-native/bionic -type f | sort) | sha256sum)
    if [ "$(cat "$stamp" 2>/dev/null)" = "$inputs" ]; then return 0; fi
    rm -rf "$QUANJI_SYSROOT"
    mkdir -p "$QUANJI_SYSROOT"
    "$NATIVE_CC" -fsyntax-only scripts/android-native/bionic/layout.c
    "$NATIVE_CC" -O2 -fPIC -c scripts/android-native/bionic/crtbegin_so.c -o "$QUANJI_SYSROOT/crtbegin_so.o"
    make_unwinder "$QUANJI_SYSROOT"
    make_stubs "$QUANJI_SYSROOT"
    printf '%s\n' "$inputs" >"$stamp"
}
