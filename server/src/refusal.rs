//! How a request is refused: a code of the documented set with its status, both sides of a mismatch, nothing kept.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use quanji_wire::{Code, Refusal};

use crate::db::DbFault;

/// A refused request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused(pub Refusal);

/// A request's outcome.
pub type Answer<T> = Result<T, Refused>;

impl Refused {
    pub fn new(code: Code) -> Refused {
        Refused(Refusal { code, expected: None, found: None, next: None })
    }

    pub fn mismatch(code: Code, expected: impl ToString, found: impl ToString) -> Refused {
        Refused(Refusal { code, expected: Some(expected.to_string()), found: Some(found.to_string()), next: None })
    }

    /// The seq to go on from, or in question.
    pub fn at(mut self, next: u64) -> Refused {
        self.0.next = Some(next);
        self
    }

    pub fn code(&self) -> Code {
        self.0.code
    }
}

impl From<DbFault> for Refused {
    fn from(fault: DbFault) -> Refused {
        // What the database says may hold values: it goes nowhere but here, by its kind.
        let kind = match &fault {
            DbFault::Query(sqlx::Error::PoolTimedOut) => "pool timed out",
            DbFault::Query(sqlx::Error::Io(_)) => "connection lost",
            DbFault::Query(sqlx::Error::Database(_)) => "refused by the database",
            _ => "other",
        };
        tracing::error!(kind, "database");
        Refused::new(Code::Unavailable)
    }
}

impl From<sqlx::Error> for Refused {
    fn from(fault: sqlx::Error) -> Refused {
        DbFault::from(fault).into()
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let is_to_wait = matches!(self.0.code, Code::TooManyRequests | Code::Busy | Code::Unavailable);
        let mut response = (status, Json(self.0)).into_response();
        if is_to_wait {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
        }
        response
    }
}
