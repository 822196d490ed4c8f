//! Writes the Kotlin bindings of a built library: `uniffi-bindgen generate --library libquanji_core.so --language kotlin …`.

fn main() {
    uniffi::uniffi_bindgen_main();
}
