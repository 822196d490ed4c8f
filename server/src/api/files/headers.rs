//! What tus says in headers, read strictly: a header that stands twice is no answer.

use axum::http::{HeaderMap, header};
use base64ct::{Base64, Encoding};
use quanji_evidence::hex;
use quanji_wire::{self as wire, Code};

use crate::refusal::{Answer, Refused};
use crate::storage::Checksum;

/// The one value of a header.
fn one<'a>(headers: &'a HeaderMap, name: &str) -> Answer<Option<&'a str>> {
    let mut values = headers.get_all(name).iter();
    let Some(value) = values.next() else { return Ok(None) };
    if values.next().is_some() {
        return Err(Refused::mismatch(Code::RequestMalformed, format!("{name} once"), "more than once"));
    }
    let value = value.to_str().map_err(|_| Refused::mismatch(Code::RequestMalformed, name, "not visible ASCII"))?;
    Ok(Some(value.trim()))
}

fn number(headers: &HeaderMap, name: &str) -> Answer<Option<u64>> {
    let Some(value) = one(headers, name)? else { return Ok(None) };
    let is_digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    match value.parse() {
        Ok(number) if is_digits => Ok(Some(number)),
        _ => Err(Refused::mismatch(Code::RequestMalformed, format!("{name}: a whole number"), "not one")),
    }
}

pub(super) fn version(headers: &HeaderMap) -> Answer<()> {
    let found = one(headers, "tus-resumable")?;
    if found == Some(wire::TUS_VERSION) {
        return Ok(());
    }
    Err(Refused::mismatch(Code::TusVersion, wire::TUS_VERSION, if found.is_some() { "another" } else { "none" }))
}

pub(super) fn length(headers: &HeaderMap) -> Answer<u64> {
    number(headers, "upload-length")?.ok_or_else(|| Refused::new(Code::LengthMissing))
}

pub(super) fn offset(headers: &HeaderMap) -> Answer<u64> {
    number(headers, "upload-offset")?.ok_or_else(|| Refused::mismatch(Code::RequestMalformed, "upload-offset", "none"))
}

/// The 64 hex digits of `Upload-Metadata: digest BASE64(HEX)`; other keys are passed over.
pub(super) fn digest(headers: &HeaderMap) -> Answer<String> {
    let missing = || Refused::mismatch(Code::DigestMissing, "Upload-Metadata: digest BASE64(64 hex digits)", "none");
    let metadata = one(headers, "upload-metadata")?.ok_or_else(missing)?;
    let mut found =
        metadata.split(',').filter_map(|pair| pair.trim().split_once(' ').filter(|(key, _)| *key == "digest"));
    let (_, value) = found.next().ok_or_else(missing)?;
    if found.next().is_some() {
        return Err(Refused::mismatch(Code::RequestMalformed, "digest once", "more than once"));
    }
    let bytes = Base64::decode_vec(value.trim()).map_err(|_| missing())?;
    let text = String::from_utf8(bytes).map_err(|_| missing())?;
    hex::decode_array::<32>(&text).ok_or_else(missing)?;
    Ok(text)
}

pub(super) fn media_type(headers: &HeaderMap) -> Answer<()> {
    const EXPECTED: &str = "application/offset+octet-stream";
    match one(headers, header::CONTENT_TYPE.as_str())? {
        Some(found) if found.eq_ignore_ascii_case(EXPECTED) => Ok(()),
        found => Err(Refused::mismatch(Code::MediaType, EXPECTED, if found.is_some() { "another" } else { "none" })),
    }
}

/// How long the body says it is: `Some(0)` for none, `None` for one in chunks.
pub(super) fn body_length(headers: &HeaderMap) -> Answer<Option<u64>> {
    if headers.contains_key(header::TRANSFER_ENCODING) {
        return Ok(None);
    }
    Ok(Some(number(headers, header::CONTENT_LENGTH.as_str())?.unwrap_or(0)))
}

/// `Upload-Checksum: ALGORITHM BASE64`.
pub(super) fn checksum(headers: &HeaderMap) -> Answer<Option<Checksum>> {
    let Some(value) = one(headers, "upload-checksum")? else { return Ok(None) };
    let malformed =
        || Refused::mismatch(Code::RequestMalformed, "Upload-Checksum: ALGORITHM BASE64", "not of that form");
    let (algorithm, sum) = value.split_once(' ').ok_or_else(malformed)?;
    let sum = || Base64::decode_vec(sum.trim()).map_err(|_| malformed());
    match algorithm {
        "sha256" => sum()?.try_into().map(|sum| Some(Checksum::Sha256(sum))).map_err(|_| malformed()),
        "sha1" => sum()?.try_into().map(|sum| Some(Checksum::Sha1(sum))).map_err(|_| malformed()),
        _ => Err(Refused::mismatch(Code::ChecksumUnsupported, wire::TUS_CHECKSUMS, "another")),
    }
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn of(pairs: &[(&'static str, &str)]) -> HeaderMap {
        let pair = |(name, value): &(&'static str, &str)| {
            (HeaderName::from_static(name), HeaderValue::from_str(value).unwrap())
        };
        let mut headers = HeaderMap::new();
        for (name, value) in pairs.iter().map(pair) {
            headers.append(name, value);
        }
        headers
    }

    #[test]
    fn a_number_is_digits_and_stands_once() {
        assert_eq!(offset(&of(&[("upload-offset", "7")])).unwrap(), 7);
        for wrong in ["", "+7", "-1", "7 ", "0x7", "7.0", "99999999999999999999"] {
            let found = offset(&of(&[("upload-offset", wrong)]));
            if wrong.trim() == "7" {
                continue;
            }
            assert_eq!(found.unwrap_err().code(), Code::RequestMalformed, "{wrong:?}");
        }
        let twice = of(&[("upload-offset", "7"), ("upload-offset", "8")]);
        assert_eq!(offset(&twice).unwrap_err().code(), Code::RequestMalformed);
    }

    #[test]
    fn a_digest_is_found_among_other_metadata_and_nowhere_else() {
        let value = Base64::encode_string("ab".repeat(32).as_bytes());
        let with = format!("filename eA==,digest {value}");
        assert_eq!(digest(&of(&[("upload-metadata", &with)])).unwrap(), "ab".repeat(32));
        let upper = Base64::encode_string("AB".repeat(32).as_bytes());
        for wrong in ["filename eA==", "digest", "digest !", &format!("digest {upper}"), "digest YWI="] {
            assert_eq!(digest(&of(&[("upload-metadata", wrong)])).unwrap_err().code(), Code::DigestMissing, "{wrong}");
        }
    }

    #[test]
    fn a_checksum_of_an_algorithm_that_is_not_offered_is_named_as_such() {
        assert_eq!(checksum(&of(&[("upload-checksum", "md5 YQ==")])).unwrap_err().code(), Code::ChecksumUnsupported);
        assert_eq!(checksum(&of(&[("upload-checksum", "sha1 YQ==")])).unwrap_err().code(), Code::RequestMalformed);
        assert_eq!(checksum(&of(&[("upload-checksum", "sha1")])).unwrap_err().code(), Code::RequestMalformed);
        assert_eq!(checksum(&of(&[])).unwrap(), None);
    }
}
