//! Why no receipt could be made now; it is tried again.

use quanji_evidence::line::WriteFault;
use thiserror::Error;

use crate::agency::AgencyFault;
use crate::calendars::CalendarsFault;
use crate::catalog::CatalogsFault;
use crate::db::DbFault;
use crate::storage::StorageFault;

#[derive(Debug, Error)]
pub enum ReceiptFault {
    #[error(transparent)]
    Agency(#[from] AgencyFault),
    #[error(transparent)]
    Db(#[from] DbFault),
    #[error(transparent)]
    Calendars(#[from] CalendarsFault),
    #[error(transparent)]
    Catalogs(#[from] CatalogsFault),
    #[error("read-back")]
    Storage(#[from] StorageFault),
    #[error("the receipt's line")]
    Line(#[from] WriteFault),
}

impl From<sqlx::Error> for ReceiptFault {
    fn from(fault: sqlx::Error) -> ReceiptFault {
        DbFault::from(fault).into()
    }
}
