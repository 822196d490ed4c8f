//! `cn.quanji.core.Frames`: the only native methods besides uniffi's.
//!
//! ```kotlin
//! object Frames {
//!     init { System.loadLibrary("quanji_core") }
//!     @JvmStatic external fun push(handle: Long, track: Int, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, flags: Int): Int
//! }
//! ```

#![allow(unsafe_code, reason = "JNI is made of raw pointers; every one of them is checked here and goes no further")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use jni_sys::{JNIEnv, jclass, jint, jlong, jobject};

use crate::frames::{Pushed, push};

/// The bytes of a direct buffer between `offset` and `offset + length`.
///
/// # Safety
/// `env` and `buffer` are those of a running native call, and the buffer is neither freed nor written while the slice lives.
unsafe fn bytes<'a>(env: *mut JNIEnv, buffer: jobject, offset: jint, length: jint) -> Result<&'a [u8], Pushed> {
    if env.is_null() || buffer.is_null() {
        return Err(Pushed::NotDirect);
    }
    // SAFETY: `env` is this call's environment; both functions exist since JNI 1.4.
    let (address, capacity) = unsafe {
        let functions = (**env).v1_4;
        ((functions.GetDirectBufferAddress)(env, buffer), (functions.GetDirectBufferCapacity)(env, buffer))
    };
    let Ok(capacity) = usize::try_from(capacity) else { return Err(Pushed::NotDirect) };
    if address.is_null() {
        return Err(Pushed::NotDirect);
    }
    let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
        return Err(Pushed::Range);
    };
    if offset.checked_add(length).is_none_or(|end| end > capacity) {
        return Err(Pushed::Range);
    }
    // SAFETY: the range lies within the buffer, which the caller keeps alive and unchanged.
    Ok(unsafe { std::slice::from_raw_parts(address.cast::<u8>().add(offset), length) })
}

/// `Frames.push`.
///
/// # Safety
/// Called by a JVM as a static native method of that signature.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_cn_quanji_core_Frames_push(
    env: *mut JNIEnv,
    _class: jclass,
    handle: jlong,
    track: jint,
    buffer: jobject,
    offset: jint,
    length: jint,
    stamp_us: jlong,
    flags: jint,
) -> jint {
    catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the JVM's own environment and argument; the encoder's buffer is released only after this returns.
        match unsafe { bytes(env, buffer, offset, length) } {
            Ok(data) => push(handle, track, data, stamp_us, flags),
            Err(answer) => answer,
        }
    }))
    .unwrap_or(Pushed::Bug)
    .code()
}
