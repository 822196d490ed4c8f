//! Who looks at a page: an administrator, by the token in a cookie that no script can read and no other site can send.

use axum::extract::FromRequestParts;
use axum::http::header::COOKIE;
use axum::http::request::Parts;
use quanji_wire::Code;

use super::fault::PageFault;
use crate::app::{Administrator, App, administrator};

/// The cookie's name. `Strict`: a link on another site does not carry it, so no other site can act here.
pub(super) const COOKIE_NAME: &str = "quanji_admin";
const COOKIE_SECONDS: u32 = 8 * 3_600;

/// Somebody with the administrator's token.
#[derive(Debug)]
pub(super) struct Visitor(Administrator);

impl Visitor {
    /// By which the agency knows who acts.
    pub(super) fn id(&self) -> &str {
        &self.0.id
    }
}

impl FromRequestParts<App> for Visitor {
    type Rejection = PageFault;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageFault> {
        let cookies = parts.headers.get_all(COOKIE).iter().filter_map(|header| header.to_str().ok());
        let token = cookies.flat_map(|header| header.split(';')).find_map(|pair| {
            pair.trim().strip_prefix(COOKIE_NAME).and_then(|rest| rest.strip_prefix('=')).map(str::to_owned)
        });
        let token = token.ok_or(PageFault::Stranger)?;
        match administrator(app, &token).await {
            Ok(administrator) => Ok(Visitor(administrator)),
            Err(refused) if refused.code() == Code::TokenInvalid => Err(PageFault::Stranger),
            Err(refused) => Err(PageFault::Refused(refused)),
        }
    }
}

/// The header that keeps `token`; an empty one forgets it.
pub(super) fn cookie(token: &str) -> String {
    let age = if token.is_empty() { 0 } else { COOKIE_SECONDS };
    format!("{COOKIE_NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={age}")
}
