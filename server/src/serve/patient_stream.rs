//! A connection's bytes: what comes is noted, a head that never ends and an answer that is not taken end it.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;

use super::Limits;
use super::standing::Standing;

/// A head that has not ended after so many bytes is not read on: `guard` refuses far smaller ones with both sizes.
const HEAD_ENDS_BYTES: usize = 64 << 10;

#[derive(Debug)]
pub(super) struct PatientStream {
    tcp: TcpStream,
    standing: Arc<Standing>,
    limits: Arc<Limits>,
    /// Since the other side stopped taking what it is sent: until when it must have taken `slow_bytes`.
    stalled: Option<Pin<Box<Sleep>>>,
    taken: usize,
}

impl PatientStream {
    pub(super) fn new(tcp: TcpStream, standing: Arc<Standing>, limits: Arc<Limits>) -> PatientStream {
        PatientStream { tcp, standing, limits, stalled: None, taken: 0 }
    }

    fn moved(&mut self, bytes: usize) {
        self.taken += bytes;
        if self.taken >= self.limits.slow_bytes {
            self.at_ease();
        }
    }

    fn at_ease(&mut self) {
        if self.stalled.take().is_some() {
            self.standing.set_stalled(false);
        }
        self.taken = 0;
    }

    fn wait<T>(&mut self, context: &mut Context<'_>) -> Poll<io::Result<T>> {
        if self.stalled.is_none() {
            (self.taken, self.stalled) = (0, Some(Box::pin(tokio::time::sleep(self.limits.slow_window))));
            self.standing.set_stalled(true);
        }
        let is_over = self.stalled.as_mut().is_some_and(|sleep| sleep.as_mut().poll(context).is_ready());
        if is_over { Poll::Ready(Err(io::ErrorKind::TimedOut.into())) } else { Poll::Pending }
    }
}

impl AsyncRead for PatientStream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.tcp).poll_read(context, buffer);
        let came = buffer.filled().len() - before;
        if came > 0 && !self.standing.heard(came, HEAD_ENDS_BYTES) {
            return Poll::Ready(Err(io::ErrorKind::InvalidData.into()));
        }
        outcome
    }
}

impl AsyncWrite for PatientStream {
    fn poll_write(mut self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.tcp).poll_write(context, bytes) {
            Poll::Ready(outcome) => {
                self.moved(*outcome.as_ref().unwrap_or(&0));
                Poll::Ready(outcome)
            }
            Poll::Pending => self.wait(context),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match Pin::new(&mut self.tcp).poll_write_vectored(context, slices) {
            Poll::Ready(outcome) => {
                self.moved(*outcome.as_ref().unwrap_or(&0));
                Poll::Ready(outcome)
            }
            Poll::Pending => self.wait(context),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.tcp.is_write_vectored()
    }

    /// Asked for when all was written.
    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.at_ease();
        Pin::new(&mut self.tcp).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.tcp).poll_shutdown(context)
    }
}
