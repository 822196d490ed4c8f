//! `POST /v1/enrolments`

use axum::extract::{DefaultBodyLimit, State};
use axum::routing::post;
use axum::{Json, Router};
use quanji_wire::{ENROLMENTS, EnrolmentReply};

use super::body::{JSON_LIMIT_BYTES, WholeBody};
use crate::app::App;
use crate::enrolment;
use crate::refusal::Answer;

pub fn routes() -> Router<App> {
    Router::new().route(ENROLMENTS, post(enrol).layer(DefaultBodyLimit::max(JSON_LIMIT_BYTES)))
}

async fn enrol(State(app): State<App>, body: WholeBody) -> Answer<Json<EnrolmentReply>> {
    Ok(Json(enrolment::enrol(&app, &body.json()?).await?))
}
