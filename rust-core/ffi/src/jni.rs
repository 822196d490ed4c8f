//! `cn.quanji.core.Frames`: the only native methods besides uniffi's.
//!
//! ```kotlin
//! object Frames {
//!     init { System.loadLibrary("quanji_core") }
//!     @JvmStatic external fun push(handle: Long, track: Int, buffer: ByteBuffer, offset: Int, length: Int, stampUs: Long, arrivedUs: Long, flags: Int): Int
//!     @JvmStatic external fun hear(handle: Long, buffer: ByteBuffer, offset: Int, length: Int, arrivedUs: Long): Int
//! }
//! ```

#![allow(unsafe_code, reason = "JNI is made of raw pointers; every one of them is checked here and goes no further")]

use std::panic::{AssertUnwindSafe, catch_unwind};

use jni_sys::{JNIEnv, jclass, jint, jlong, jobject};

use crate::frames::{Heard, NoBytes, Pushed, hear, push};

/// The bytes of a direct buffer between `offset` and `offset + length`.
///
/// # Safety
/// `env` and `buffer` are those of a running native call, and the buffer is neither freed nor written while the slice lives.
unsafe fn bytes<'a>(env: *mut JNIEnv, buffer: jobject, offset: jint, length: jint) -> Result<&'a [u8], NoBytes> {
    if env.is_null() || buffer.is_null() {
        return Err(NoBytes::NotDirect);
    }
    // SAFETY: `env` is this call's environment; both functions exist since JNI 1.4.
    let (address, capacity) = unsafe {
        let functions = (**env).v1_4;
        ((functions.GetDirectBufferAddress)(env, buffer), (functions.GetDirectBufferCapacity)(env, buffer))
    };
    let Ok(capacity) = usize::try_from(capacity) else { return Err(NoBytes::NotDirect) };
    if address.is_null() {
        return Err(NoBytes::NotDirect);
    }
    let (Ok(offset), Ok(length)) = (usize::try_from(offset), usize::try_from(length)) else {
        return Err(NoBytes::Range);
    };
    if offset.checked_add(length).is_none_or(|end| end > capacity) {
        return Err(NoBytes::Range);
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
    arrived_us: jlong,
    flags: jint,
) -> jint {
    catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: the JVM's own environment and argument; the encoder's buffer is released only after this returns.
        match unsafe { bytes(env, buffer, offset, length) } {
            Ok(data) => push(handle, track, data, stamp_us, arrived_us, flags),
            Err(none) => none.into(),
        }
    }))
    .unwrap_or(Pushed::Bug)
    .code()
}

/// `Frames.hear`.
///
/// # Safety
/// Called by a JVM as a static native method of that signature.
#[unsafe(no_mangle)]
pub unsafe extern "system" fn Java_cn_quanji_core_Frames_hear(
    env: *mut JNIEnv,
    _class: jclass,
    handle: jlong,
    buffer: jobject,
    offset: jint,
    length: jint,
    arrived_us: jlong,
) -> jint {
    catch_unwind(AssertUnwindSafe(|| {
        // SAFETY: as above; `AudioRecord` fills the buffer again only after this returns.
        match unsafe { bytes(env, buffer, offset, length) } {
            Ok(pcm) => hear(handle, pcm, arrived_us),
            Err(none) => none.into(),
        }
    }))
    .unwrap_or(Heard::Bug)
    .code()
}
