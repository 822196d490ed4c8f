//! One connection from its first byte to its end: requests are answered one after the other; what only holds a place is ended.

use std::convert::Infallible;
use std::future::poll_fn;
use std::net::SocketAddr;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::{ConnectInfo, Request};
use hyper::body::{Frame, Incoming, SizeHint};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::sync::watch;
use tower::ServiceExt;

use super::Limits;
use super::patient_stream::PatientStream;
use super::standing::{Answering, Standing};

/// Answers what comes, until the other side leaves, a limit is passed, or `stopping` says so and nothing is left to answer.
pub(super) async fn drive(
    tcp: TcpStream,
    address: SocketAddr,
    router: Router,
    standing: Arc<Standing>,
    limits: Arc<Limits>,
    mut stopping: watch::Receiver<bool>,
) {
    let stream = TokioIo::new(PatientStream::new(tcp, Arc::clone(&standing), Arc::clone(&limits)));
    let service = service_fn(|request: hyper::Request<Incoming>| {
        let (router, answering) = (router.clone(), standing.answering());
        async move {
            let mut request: Request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(address));
            let response = router.oneshot(request).await?;
            Ok::<_, Infallible>(response.map(|body| Answer { body, _answering: answering }))
        }
    });
    let mut connection = pin!(http1::Builder::new().serve_connection(stream, service));
    let standing_now = Arc::clone(&standing);
    let mut overdue = Box::pin(tokio::time::sleep(limits.head));
    // Asked after every turn of the connection, so that it always counts from what the connection is at now.
    let mut overdue = poll_fn(move |context| {
        let Some(until) = standing_now.waits_until(&limits) else { return Poll::Pending };
        if overdue.deadline() != until {
            overdue.as_mut().reset(until);
        }
        overdue.as_mut().poll(context)
    });
    let mut is_last = false;
    loop {
        tokio::select! {
            biased;
            // Whatever it ended with: who sent it notices, and sends again.
            _ = connection.as_mut() => return,
            () = &mut overdue => return,
            () = standing.must_leave(), if !is_last => is_last = true,
            _ = stopping.wait_for(|is_stopping| *is_stopping), if !is_last => is_last = true,
        }
        if standing.is_idle() {
            return;
        }
        connection.as_mut().graceful_shutdown();
    }
}

/// An answer's body, and that it is being sent.
struct Answer {
    body: Body,
    _answering: Answering,
}

impl hyper::body::Body for Answer {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
