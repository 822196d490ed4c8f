//! `quanji-phone enrol`: with a code of the unit, typed or scanned.

use quanji_store::{Chance, OsChance};
use quanji_upload::Agency;
use quanji_upload::code::Invitation;
use quanji_upload::enrol::{self, Keys};
use serde_json::json;

use super::args::EnrolArgs;
use super::page::Page;
use super::print;
use crate::clock::Pace;
use crate::fault::Fault;
use crate::home::{self, Home};

pub(super) fn run(asked: &EnrolArgs) -> Result<u8, Fault> {
    let invitation = match &asked.url {
        Some(url) => Invitation::typed(url, &asked.code)?,
        None => Invitation::scanned(&asked.code)?,
    };
    let home = Home::at(&asked.place.vault);
    let opened = home.open_later(Pace::Real, 0)?;
    let device = &opened.device;
    let before = home::read_trust(&home.keys(), device)?;
    let mut nonce = [0; 16];
    OsChance.fill(&mut nonce).map_err(|_| Fault::NoChance)?;
    let software = format!("{} {}", device.software.0, device.software.1);
    let request = enrol::ask(invitation, device.id, Keys::in_memory(&*device.signer), &nonce, &software, None)?;
    let agency = Agency::at(request.url())?;
    let answer = super::runtime()?.block_on(agency.enrol(request.body()))?;
    let trust = request.accept(&answer)?;
    if let Some(before) = before {
        trust.must_follow(&before)?;
    }
    home::keep_trust(&home.keys(), &trust)?;
    let value = json!({
        "enrolled": {
            "device": device.id,
            "agency": trust.agency(),
            "unit": trust.unit(),
            "origin": trust.origin().to_string(),
            "root": trust.root().id().to_string(),
            "url": trust.url(),
        }
    });
    Ok(print(asked.place.json, &value, || {
        let mut page = Page::new();
        page.title("本机已登记 this phone is enrolled");
        page.row("机关", "agency", &trust.agency().to_string());
        page.row("单位", "unit", &trust.unit().to_string());
        page.row("根钥", "root key", &trust.root().id().to_string());
        page.row("地址", "address", trust.url());
        page.into_text()
    }))
}
