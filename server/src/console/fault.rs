//! Why a page is not shown, said as a page.

use std::fmt::{Debug, Display};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use quanji_wire::Code;

use super::sheet::sheet;
use crate::calendars::CalendarsFault;
use crate::catalog::CatalogsFault;
use crate::db::DbFault;
use crate::documents::DocumentsFault;
use crate::drafts::EditionFault;
use crate::refusal::Refused;
use crate::statements::StatementsFault;

#[derive(Debug)]
pub(super) enum PageFault {
    /// Nobody who may look: to the entrance.
    Stranger,
    NotFound,
    Refused(Refused),
}

impl From<DbFault> for PageFault {
    fn from(fault: DbFault) -> PageFault {
        PageFault::Refused(fault.into())
    }
}

impl From<sqlx::Error> for PageFault {
    fn from(fault: sqlx::Error) -> PageFault {
        PageFault::Refused(fault.into())
    }
}

impl From<CalendarsFault> for PageFault {
    fn from(fault: CalendarsFault) -> PageFault {
        tracing::error!(%fault, "calendars");
        PageFault::Refused(Refused::new(Code::Unavailable))
    }
}

impl From<CatalogsFault> for PageFault {
    fn from(fault: CatalogsFault) -> PageFault {
        tracing::error!(%fault, "catalog");
        PageFault::Refused(Refused::new(Code::Unavailable))
    }
}

impl From<DocumentsFault> for PageFault {
    fn from(fault: DocumentsFault) -> PageFault {
        tracing::error!(%fault, "documents");
        PageFault::Refused(Refused::new(Code::Unavailable))
    }
}

impl<F: Debug + Display> From<EditionFault<F>> for PageFault {
    fn from(fault: EditionFault<F>) -> PageFault {
        tracing::error!(%fault, "policy or phrases");
        PageFault::Refused(Refused::new(Code::Unavailable))
    }
}

impl From<StatementsFault> for PageFault {
    fn from(fault: StatementsFault) -> PageFault {
        match fault {
            StatementsFault::Unknown
            | StatementsFault::NoRecord
            | StatementsFault::NoInterruption
            | StatementsFault::NoDevice
            | StatementsFault::NoStatement => PageFault::NotFound,
            fault => {
                tracing::error!(%fault, "statements");
                PageFault::Refused(Refused::new(Code::Unavailable))
            }
        }
    }
}

impl IntoResponse for PageFault {
    fn into_response(self) -> Response {
        let (status, zh, en) = match self {
            PageFault::Stranger => return Redirect::to("/login").into_response(),
            PageFault::NotFound => {
                (StatusCode::NOT_FOUND, "没有找到这一页的内容", "There is nothing of that at this agency.")
            }
            PageFault::Refused(refused) => (
                StatusCode::from_u16(refused.code().status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
                "现在看不了，请稍后再试",
                "This cannot be shown now; try again later.",
            ),
        };
        let body = html! {
            h1 { (zh) }
            p.en lang="en" { (en) }
            p { a href="/" { "全部记录 " span.en lang="en" { "All records" } } }
        };
        (status, sheet(zh, &body)).into_response()
    }
}
