//! A request body that has to arrive in time.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use hyper::body::{Frame, SizeHint};
use tokio::time::Sleep;

/// Ends with an error when the whole body is not there in time, and says so in `late`.
///
/// The time begins when the body is first asked for, and covers all of it: a byte now and then does not help.
pub(crate) struct Timed {
    body: Body,
    time: Duration,
    deadline: Option<Pin<Box<Sleep>>>,
    late: Arc<AtomicBool>,
}

/// The body took too long.
#[derive(Debug, thiserror::Error)]
#[error("the body of the request took too long to arrive")]
pub(crate) struct TooSlow;

impl Timed {
    pub(crate) fn new(body: Body, time: Duration, late: Arc<AtomicBool>) -> Self {
        Self {
            body,
            time,
            deadline: None,
            late,
        }
    }
}

impl HttpBody for Timed {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        let time = self.time;
        let frame = Pin::new(&mut self.body).poll_frame(context);
        if frame.is_ready() {
            return frame;
        }
        let deadline = self
            .deadline
            .get_or_insert_with(|| Box::pin(tokio::time::sleep(time)));
        match deadline.as_mut().poll(context) {
            Poll::Ready(()) => {
                self.late.store(true, Ordering::Relaxed);
                Poll::Ready(Some(Err(axum::Error::new(TooSlow))))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
