//! Why a page is not shown, said as a page.

use std::fmt::{Debug, Display};

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use quanji_wire::Code;

use super::sheet::sheet;
use super::words::both;
use crate::calendars::CalendarsFault;
use crate::catalog::CatalogsFault;
use crate::db::DbFault;
use crate::documents::DocumentsFault;
use crate::drafts::EditionFault;
use crate::refusal::Refused;
use crate::statements::StatementsFault;

/// What an administrator does about a row that cannot be read.
pub(super) const DAMAGED: (&str, &str) = (
    "数据库中的内容已不是当初写下的。请在服务器上运行 quanji-agency fsck 查明，再从备份恢复。",
    "The database no longer holds what was written. Run quanji-agency fsck on the server to see what, and restore it from a backup.",
);

#[derive(Debug)]
pub(super) enum PageFault {
    /// Nobody who may look: to the entrance.
    Stranger,
    NotFound,
    /// What the database holds of it is not what was written.
    Damaged,
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
            fault if fault.is_unreadable() => {
                tracing::error!(%fault, "statements");
                PageFault::Damaged
            }
            fault => {
                tracing::error!(%fault, "statements");
                PageFault::Refused(Refused::new(Code::Unavailable))
            }
        }
    }
}

impl IntoResponse for PageFault {
    fn into_response(self) -> Response {
        let (status, zh, en) = match &self {
            PageFault::Stranger => return Redirect::to("/login").into_response(),
            PageFault::NotFound => {
                (StatusCode::NOT_FOUND, "没有找到这一页的内容", "There is nothing of that at this agency.")
            }
            PageFault::Damaged => {
                (StatusCode::INTERNAL_SERVER_ERROR, "这一页的内容读不出来", "What belongs here cannot be read.")
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
            @if matches!(self, PageFault::Damaged) { p { (both(DAMAGED.0, DAMAGED.1)) } }
            p { a href="/" { "全部记录 " span.en lang="en" { "All records" } } }
        };
        (status, sheet(zh, &body)).into_response()
    }
}
