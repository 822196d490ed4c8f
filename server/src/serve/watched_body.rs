//! A body that may not be too large nor too slow; which of the two it was is kept beside it, whatever the reader makes of its end.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use axum::body::{Body, BodyDataStream, Bytes};
use futures_util::{StreamExt, stream};
use quanji_wire::Code;
use tokio::time::{Instant, timeout};

/// Why a body was ended, if it was.
#[derive(Debug, Default)]
pub(super) struct Ended(AtomicU8);

const TOO_LARGE: u8 = 1;
const TOO_SLOW: u8 = 2;

impl Ended {
    pub(super) fn why(&self) -> Option<Code> {
        match self.0.load(Ordering::SeqCst) {
            TOO_LARGE => Some(Code::BodyTooLarge),
            TOO_SLOW => Some(Code::BodyTooSlow),
            _ => None,
        }
    }
}

struct Watch {
    stream: BodyDataStream,
    left: usize,
    window: Duration,
    slow_bytes: usize,
    waited: Duration,
    came: usize,
    ended: Arc<Ended>,
    is_over: bool,
}

/// At most `limit` bytes, at least `slow_bytes` in each `window` of waiting.
pub(super) fn watch(body: Body, limit: usize, window: Duration, slow_bytes: usize, ended: Arc<Ended>) -> Body {
    let stream = body.into_data_stream();
    let watch =
        Watch { stream, left: limit, window, slow_bytes, waited: Duration::ZERO, came: 0, ended, is_over: false };
    Body::from_stream(stream::unfold(watch, async |mut watch| {
        if watch.is_over {
            return None;
        }
        let next = watch.next().await?;
        watch.is_over = next.is_err();
        Some((next, watch))
    }))
}

impl Watch {
    async fn next(&mut self) -> Option<Result<Bytes, axum::BoxError>> {
        loop {
            let began = Instant::now();
            let outcome = timeout(self.window.saturating_sub(self.waited), self.stream.next()).await;
            // Only waiting counts: a reader that is slow itself blames nobody.
            self.waited += began.elapsed();
            let bytes = match outcome {
                Ok(None) => return None,
                Ok(Some(Err(fault))) => return Some(Err(fault.into())),
                Ok(Some(Ok(bytes))) => Some(bytes),
                Err(_) => None,
            };
            self.came += bytes.as_ref().map_or(0, Bytes::len);
            if self.waited >= self.window {
                if self.came < self.slow_bytes {
                    return Some(Err(self.end(TOO_SLOW)));
                }
                (self.waited, self.came) = (Duration::ZERO, 0);
            }
            let Some(bytes) = bytes else { continue };
            if bytes.len() > self.left {
                return Some(Err(self.end(TOO_LARGE)));
            }
            self.left -= bytes.len();
            return Some(Ok(bytes));
        }
    }

    fn end(&self, why: u8) -> axum::BoxError {
        self.ended.0.store(why, Ordering::SeqCst);
        io::Error::from(io::ErrorKind::InvalidData).into()
    }
}
