//! A plain tus client, one request a call.

#![allow(dead_code, unreachable_pub, clippy::unwrap_used, reason = "each test takes what it needs")]

use base64ct::{Base64, Encoding};
use quanji_evidence::hex;
use quanji_wire::{Code, Refusal};
use reqwest::{Client, Method, Response};
use sha2::{Digest as _, Sha256};

use crate::support::{Device, Stage};

/// One device's way to one address.
#[derive(Debug)]
pub struct Tus<'a> {
    pub url: String,
    pub client: &'a Client,
    pub token: &'a str,
}

impl<'a> Tus<'a> {
    pub fn new(stage: &'a Stage, device: &'a Device) -> Tus<'a> {
        Tus { url: stage.url.clone(), client: &stage.client, token: &device.token }
    }

    /// With these headers and the token, nothing else.
    pub async fn raw(&self, method: Method, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Response {
        let mut request = self.client.request(method, format!("{}{path}", self.url)).bearer_auth(self.token);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if !body.is_empty() {
            request = request.body(body.to_vec());
        }
        request.send().await.unwrap()
    }

    /// Announces `content` with a length that may be a lie.
    pub async fn create(&self, content: &[u8], length: usize) -> Response {
        let (length, metadata) = (length.to_string(), metadata(content));
        let headers = [("tus-resumable", "1.0.0"), ("upload-length", &*length), ("upload-metadata", &*metadata)];
        self.raw(Method::POST, "/v1/files", &headers, b"").await
    }

    /// Announces `content` and sends `body` for it at once.
    pub async fn create_with(&self, content: &[u8], body: &[u8]) -> Response {
        let (length, metadata) = (content.len().to_string(), metadata(content));
        let headers = [
            ("tus-resumable", "1.0.0"),
            ("upload-length", &*length),
            ("upload-metadata", &*metadata),
            ("content-type", "application/offset+octet-stream"),
        ];
        self.raw(Method::POST, "/v1/files", &headers, body).await
    }

    pub async fn head(&self, content: &[u8]) -> Response {
        self.raw(Method::HEAD, &format!("/v1/files/{}", hex_of(content)), &[("tus-resumable", "1.0.0")], b"").await
    }

    pub async fn patch(&self, content: &[u8], offset: usize, body: &[u8], more: &[(&str, &str)]) -> Response {
        let offset = offset.to_string();
        let mut headers = vec![
            ("tus-resumable", "1.0.0"),
            ("upload-offset", &*offset),
            ("content-type", "application/offset+octet-stream"),
        ];
        headers.extend(more);
        self.raw(Method::PATCH, &format!("/v1/files/{}", hex_of(content)), &headers, body).await
    }
}

fn metadata(content: &[u8]) -> String {
    format!("filename {},digest {}", base64(b"segment.mp4"), base64(hex_of(content).as_bytes()))
}

pub fn base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

pub fn sha256_of(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}

pub fn hex_of(bytes: &[u8]) -> String {
    hex::encode(&sha256_of(bytes))
}

/// `len` bytes that are always the same for a seed.
pub fn bytes(seed: u64, len: usize) -> Vec<u8> {
    // SplitMix64: plain, and no two seeds alike.
    let mut state = seed;
    let mut made = Vec::with_capacity(len + 8);
    while made.len() < len {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        made.extend_from_slice(&(word ^ (word >> 31)).to_le_bytes());
    }
    made.truncate(len);
    made
}

pub fn offset_of(response: &Response) -> Option<u64> {
    response.headers().get("upload-offset")?.to_str().ok()?.parse().ok()
}

/// The code of a refusal, whose status must be the one that goes with it.
pub async fn code_of(response: Response) -> Code {
    let status = response.status().as_u16();
    let refusal: Refusal = response.json().await.expect("a refusal has a body of its form");
    assert_eq!(status, refusal.code.status());
    refusal.code
}
