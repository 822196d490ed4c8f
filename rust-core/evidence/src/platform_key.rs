//! What a platform's key store speaks, in the spelling of this format: SubjectPublicKeyInfo to SEC1 compressed, a DER signature to r‖s with low s.
//!
//! Strict: one spelling is read, as RFC 5480 and DER want it, and everything else is none.

use crate::key::{PublicKey, Signature, Suite};

/// SubjectPublicKeyInfo of an uncompressed point on P-256, up to its x (RFC 5480): id-ecPublicKey, prime256v1, no unused bits, 04.
const SPKI_HEAD: [u8; 27] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce,
    0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];
const UNCOMPRESSED_BYTES: usize = 65;

/// The P-256 key of a SubjectPublicKeyInfo; `None` when it is another kind of key, or no point of the curve.
pub fn p256_of_spki(der: &[u8]) -> Option<PublicKey> {
    der.strip_prefix(&SPKI_HEAD)?;
    let point = der.get(SPKI_HEAD.len() - 1..).filter(|point| point.len() == UNCOMPRESSED_BYTES)?;
    let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(point).ok()?;
    Some(PublicKey::new(Suite::P256, key.to_sec1_point(true).as_bytes()))
}

/// The signature of `key` out of its DER form; `None` when it is not one. Whether it holds is seen by who verifies it.
pub fn p256_signature_of_der(key: &PublicKey, der: &[u8]) -> Option<Signature> {
    let (inside, rest) = element(der, 0x30)?;
    let (r, inside) = element(inside, 0x02)?;
    let (s, inside) = element(inside, 0x02)?;
    if !rest.is_empty() || !inside.is_empty() || key.suite() != Some(Suite::P256) {
        return None;
    }
    let signature = p256::ecdsa::Signature::from_scalars(scalar(r)?, scalar(s)?).ok()?;
    let bytes = signature.normalize_s().to_bytes().to_vec();
    Some(Signature { suite: Suite::P256.name().to_owned(), key: key.id(), bytes })
}

/// An element with this tag and a length below 128, and what follows it.
fn element(der: &[u8], tag: u8) -> Option<(&[u8], &[u8])> {
    let (&[found, length], rest) = der.split_first_chunk::<2>()?;
    if found != tag || length >= 0x80 {
        return None;
    }
    rest.split_at_checked(usize::from(length))
}

/// A positive integer in its shortest form, of at most 32 bytes without the zero before a high bit.
fn scalar(integer: &[u8]) -> Option<[u8; 32]> {
    let magnitude = match integer {
        [0, high, ..] if *high >= 0x80 => &integer[1..],
        [0, ..] | [] => return None,
        [first, ..] if *first >= 0x80 => return None,
        all => all,
    };
    let mut scalar = [0; 32];
    scalar.get_mut(32_usize.checked_sub(magnitude.len())?..)?.copy_from_slice(magnitude);
    Some(scalar)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::hex;
    use crate::{P256Signer, Signer};

    /// Made with `openssl ecparam -name prime256v1 -genkey`, `openssl pkey -pubout -outform der` and `openssl dgst -sha256 -sign`.
    const SPKI: &str = "3059301306072a8648ce3d020106082a8648ce3d03010703420004056355a76b8a6aaae2b66cc5d0579bed3b880809c2d252173e0ff45d0f37c69fb11a774a1d79851889f3aa414305023940263194f65a0df185d3ac650087e6ad";
    const DER: &str = "3044022065e50e75c360877b310b38d56236cf37db03e08f7e755d92c17e1a81db911b760220228c9c8b597bd5e3edc5d059d24af09c178e94e24bc2e2679b6bcc2c55a94177";
    const HIGH_S: &str = "3046022100ede20e2efe64c887085e1f9ceed273a6f17557dd87f8245ad0e20d9acc6fcdb6022100ef21d3eab3f87e6ab2552ca3c7b034055265a7bbeac4cacee9fd4ddaecdc2031";

    fn bytes(text: &str) -> Vec<u8> {
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
    }

    fn der_of(r: &[u8], s: &[u8]) -> Vec<u8> {
        let integers = [&[0x02, r.len() as u8], r, &[0x02, s.len() as u8], s].concat();
        [&[0x30, integers.len() as u8], integers.as_slice()].concat()
    }

    #[test]
    fn what_another_library_made_verifies_with_low_s_whichever_it_chose() {
        let key = p256_of_spki(&bytes(SPKI)).unwrap();
        let verifier = key.verifier().unwrap();
        for der in [DER, HIGH_S] {
            let signature = p256_signature_of_der(&key, &bytes(der)).unwrap();
            assert!(signature.holds(&verifier, b"quanji"), "{der}");
        }
        assert_ne!(DER, HIGH_S);
    }

    #[test]
    fn a_key_is_read_in_its_one_spelling_only() {
        let good = bytes(SPKI);
        assert!(key_ends_with_x(&good));
        for at in 0..good.len() {
            assert_eq!(p256_of_spki(&good[..at]), None, "cut at {at}");
        }
        for at in 0..SPKI_HEAD.len() {
            let mut bent = good.clone();
            bent[at] ^= 1;
            assert_eq!(p256_of_spki(&bent), None, "byte {at}");
        }
        let mut longer = good.clone();
        longer.push(0);
        assert_eq!(p256_of_spki(&longer), None);
        let mut no_point = good;
        *no_point.last_mut().unwrap() ^= 1;
        assert_eq!(p256_of_spki(&no_point), None);
    }

    fn key_ends_with_x(spki: &[u8]) -> bool {
        let public = p256_of_spki(spki).unwrap().public_bytes().unwrap();
        public[1..] == spki[27..59] && public[0] == 2 + (spki[90] & 1)
    }

    #[test]
    fn a_signature_is_read_in_its_one_spelling_only() {
        let key = p256_of_spki(&bytes(SPKI)).unwrap();
        let good = bytes(DER);
        for at in 0..good.len() {
            assert_eq!(p256_signature_of_der(&key, &good[..at]), None, "cut at {at}");
        }
        let order = bytes("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
        let order = [&[0], order.as_slice()].concat();
        for (r, s) in [
            (&[0_u8][..], &[1_u8][..]),
            (&[1], &[0]),
            (&[0, 1], &[1]),
            (&[1], &[0, 0, 0x80]),
            (&[0x80], &[1]),
            (&[], &[1]),
            (&[1; 33], &[1]),
            (&order, &[1]),
            (&[1], &order),
        ] {
            assert_eq!(p256_signature_of_der(&key, &der_of(r, s)), None, "{r:?} {s:?}");
        }
        assert!(p256_signature_of_der(&key, &der_of(&[1], &[0, 0x80])).is_some());
        let longer = [good.as_slice(), &[0]].concat();
        assert_eq!(p256_signature_of_der(&key, &longer), None);
        let mut long_form = good.clone();
        long_form.splice(1..2, [0x81, good[1]]);
        assert_eq!(p256_signature_of_der(&key, &long_form), None);
        let of_another_suite = crate::Ed25519Signer::from_seed(&[1; 32]);
        assert_eq!(p256_signature_of_der(of_another_suite.public(), &good), None);
    }

    #[test]
    fn what_our_own_signer_makes_comes_back_as_it_was() {
        let signer = P256Signer::from_scalar(&[5; 32]).unwrap();
        let made = signer.sign(b"quanji").unwrap();
        let integer = |half: &[u8]| {
            let short: Vec<u8> = half.iter().copied().skip_while(|byte| *byte == 0).collect();
            if short[0] >= 0x80 { [&[0], short.as_slice()].concat() } else { short }
        };
        let der = der_of(&integer(&made.bytes[..32]), &integer(&made.bytes[32..]));
        assert_eq!(p256_signature_of_der(signer.public(), &der), Some(made), "{}", hex::encode(&der));
    }
}
