//! How fast files become originals: the same client, one connection, 128 pieces of 8 MiB and one of 1 GiB, in turns to the agency, to nginx's
//! WebDAV PUT, and to versitygw's S3 PUT with a SHA-256 checksum.
//!
//! The agency answers when a file is hashed, proved, synced and in its row. The peers' answers promise no durable byte, so after each of their
//! answers the file system is synced (`syncfs`). Printed apart, without a bound: nginx with one `syncfs` after the last piece, and reading
//! back from the disk, which is what a receipt waits for.
#![allow(dead_code, unreachable_pub, missing_debug_implementations, clippy::unwrap_used, clippy::print_stderr)]

mod common;
mod peers;
#[path = "../tests/support/mod.rs"]
mod support;

use std::process::ExitCode;

use common::figures::{median, rounds, seconds};
use common::{Agency, Line, creation, serve_if_asked, token};
use futures_util::StreamExt;
use peers::{Nginx, Versitygw};
use quanji_agency::storage::{self, LocalFiles, Originals};
use quanji_evidence::hex;
use quanji_evidence::id::AgencyId;
use sha2::{Digest as _, Sha256};

const PIECE_BYTES: usize = 8 << 20;
const NGINX_LEAST: f64 = 0.8;
const VERSITYGW_LEAST: f64 = 1.0;

/// A file of so many equal pieces after a first one that no other file has.
pub struct Load {
    first: Vec<u8>,
    rest: Vec<u8>,
    pieces: usize,
    pub sha256: [u8; 32],
}

impl Load {
    fn make(number: u64, pieces: usize) -> Load {
        let rest = support_bytes(7);
        let mut first = rest.clone();
        first[..8].copy_from_slice(&number.to_le_bytes());
        let mut load = Load { first, rest, pieces, sha256: [0; 32] };
        let mut hash = Sha256::new();
        load.body().for_each(|piece| hash.update(piece));
        load.sha256 = hash.finalize().into();
        load
    }

    pub fn size_bytes(&self) -> usize {
        self.pieces * PIECE_BYTES
    }

    pub fn body(&self) -> impl Iterator<Item = &[u8]> {
        std::iter::once(self.first.as_slice()).chain(std::iter::repeat_n(self.rest.as_slice(), self.pieces - 1))
    }
}

/// Bytes that no file system can pack.
fn support_bytes(seed: u64) -> Vec<u8> {
    let mut state = seed;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 24).to_le_bytes()
    };
    std::iter::repeat_with(|| word()[0]).take(PIECE_BYTES).collect()
}

fn main() -> ExitCode {
    if serve_if_asked() {
        return ExitCode::SUCCESS;
    }
    let mut holds = true;
    for (name, files, pieces) in [("8mib", 128, 1), ("1gib", 1, 128)] {
        let mut ratios = [const { Vec::<f64>::new() }; 3];
        let [mut rates, mut read_back_rates] = [const { Vec::<f64>::new() }; 2];
        for round in 0..rounds() as u64 {
            let loads: Vec<_> = (0..files).map(|file| Load::make(round * 1000 + file, pieces)).collect();
            let (ours, read_back) = agency(&loads);
            let nginx = Nginx::start();
            let each = seconds(|| nginx.put_all(&loads, true));
            drop(nginx);
            let nginx = Nginx::start();
            let once = seconds(|| nginx.put_all(&loads, false));
            drop(nginx);
            let versitygw = Versitygw::start();
            let s3 = seconds(|| versitygw.put_all(&loads));
            drop(versitygw);
            for (ratios, peer) in ratios.iter_mut().zip([each, s3, once]) {
                ratios.push(peer / ours);
            }
            let mib = loads.iter().map(Load::size_bytes).sum::<usize>() as f64 / f64::from(1 << 20);
            rates.push(mib / ours);
            read_back_rates.push(mib / read_back);
        }
        println!("bench ingest-{name}: {:.0} MiB/s (no bound)", median(&mut rates));
        println!("bench ingest-{name}-read-back: {:.0} MiB/s (no bound)", median(&mut read_back_rates));
        let [nginx, versitygw, once] = &mut ratios;
        holds &= report(&format!("ingest-{name}-nginx"), median(nginx), NGINX_LEAST);
        holds &= report(&format!("ingest-{name}-versitygw"), median(versitygw), VERSITYGW_LEAST);
        println!(
            "bench ingest-{name}-nginx-one-sync: {:.3} × nginx with one syncfs at the end (no bound)",
            median(once)
        );
    }
    if holds { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The seconds of taking them in, and of reading them back.
fn agency(loads: &[Load]) -> (f64, f64) {
    let agency = Agency::start(1);
    let mut line = Line::open(&agency.address);
    let token = token(0);
    let taken_in = seconds(|| {
        for load in loads {
            let head = creation(&agency.address, &token, &hex::encode(&load.sha256), load.size_bytes());
            assert_eq!(line.send(&head, load.body()), 201);
        }
    });
    (taken_in, seconds(|| read_back(&agency, loads.len())))
}

fn read_back(agency: &Agency, expected: usize) {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let originals = LocalFiles::open(&agency.data.join("originals")).unwrap();
        let mut beside = std::fs::read_dir(agency.data.join("originals")).unwrap();
        let id = beside.find_map(|entry| AgencyId::parse(entry.unwrap().file_name().to_str().unwrap())).unwrap();
        let ids: Vec<_> = originals.list(id).map(|found| found.unwrap().0).collect().await;
        assert_eq!(ids.len(), expected);
        for id in ids {
            assert_eq!(storage::read_back(&originals, &id).await.unwrap().digest.sha256(), &id.sha256);
        }
    });
}

fn report(name: &str, value: f64, bound: f64) -> bool {
    let holds = value >= bound;
    println!("bench {name}: {value:.3} × the peer (bound ≥ {bound}) {}", if holds { "ok" } else { "MISSED" });
    holds
}
