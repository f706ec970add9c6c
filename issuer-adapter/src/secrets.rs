//! Codes, tokens and nonces: made at random, kept as digests.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use rand_core::Rng;
use sha2::{Digest, Sha256};

/// How long a nonce may be used.
pub(crate) const NONCE_LIFE: TimeDelta = TimeDelta::minutes(5);

/// `N` random bytes as base64url.
pub(crate) fn random<const N: usize>() -> String {
    let mut bytes = [0; N];
    http_service::system_random().fill_bytes(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}

/// `N` random bytes.
pub(crate) fn random_bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    http_service::system_random().fill_bytes(&mut bytes);
    bytes
}

/// Six random digits, each number as likely as any other.
pub(crate) fn six_digits() -> String {
    const NUMBERS: u32 = 1_000_000;
    loop {
        let drawn = http_service::system_random().next_u32();
        // The last, incomplete run of numbers would favour small ones.
        if drawn < u32::MAX - u32::MAX % NUMBERS {
            return format!("{:06}", drawn % NUMBERS);
        }
    }
}

/// What is kept of a secret. `purpose` keeps digests of one text for two uses apart.
pub(crate) fn digest(purpose: &str, secret: &str) -> Vec<u8> {
    Sha256::digest(format!("{purpose}\n{secret}")).to_vec()
}

/// Whether two digests are equal, in a time that tells nothing about where they differ.
pub(crate) fn same(a: &[u8], b: &[u8]) -> bool {
    let difference = a.iter().zip(b).fold(0_u8, |all, (a, b)| all | (a ^ b));
    a.len() == b.len() && std::hint::black_box(difference) == 0
}

/// Makes nonces that need no storage until they are used: each carries its end and a seal.
pub(crate) struct Nonces {
    key: [u8; 32],
}

impl Nonces {
    /// With a fresh key: nonces do not outlive the process, and wallets ask for another.
    pub(crate) fn new() -> Self {
        let mut key = [0; 32];
        http_service::system_random().fill_bytes(&mut key);
        Self { key }
    }

    /// A fresh nonce.
    pub(crate) fn issue(&self, at: DateTime<Utc>) -> String {
        let body = format!("{}.{}", random::<16>(), (at + NONCE_LIFE).timestamp());
        let seal = self.seal(&body);
        format!("{body}.{seal}")
    }

    /// Until when a nonce of ours counts; nothing when it is not ours or is over.
    pub(crate) fn expiry(&self, nonce: &str, at: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let (body, seal) = nonce.rsplit_once('.').filter(|_| nonce.len() <= 200)?;
        if !same(seal.as_bytes(), self.seal(body).as_bytes()) {
            return None;
        }
        let (_, end) = body.rsplit_once('.')?;
        let end = DateTime::from_timestamp(end.parse().ok()?, 0)?;
        (at <= end).then_some(end)
    }

    /// HMAC-SHA-256 (RFC 2104).
    fn seal(&self, body: &str) -> String {
        let padded = |pad: u8| {
            let mut block = [pad; 64];
            for (byte, key) in block.iter_mut().zip(self.key) {
                *byte ^= key;
            }
            block
        };
        let inner = Sha256::new()
            .chain_update(padded(0x36))
            .chain_update(body)
            .finalize();
        let outer = Sha256::new()
            .chain_update(padded(0x5c))
            .chain_update(inner)
            .finalize();
        URL_SAFE_NO_PAD.encode(outer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-11-21T10:00:00Z".parse().unwrap()
    }

    #[test]
    fn nonce_counts_for_five_minutes() {
        let nonces = Nonces::new();
        let nonce = nonces.issue(now());

        assert!(nonces.expiry(&nonce, now()).is_some());
        assert!(nonces.expiry(&nonce, now() + TimeDelta::minutes(5)).is_some());
        assert!(
            nonces
                .expiry(&nonce, now() + TimeDelta::minutes(5) + TimeDelta::seconds(1))
                .is_none()
        );
    }

    #[test]
    fn nonce_that_was_altered_or_made_elsewhere_does_not_count() {
        let nonces = Nonces::new();
        let nonce = nonces.issue(now());
        let (body, seal) = nonce.rsplit_once('.').unwrap();
        let (random, end) = body.rsplit_once('.').unwrap();
        let later: i64 = end.parse::<i64>().unwrap() + 3600;

        for forged in [
            format!("{random}.{later}.{seal}"),
            format!("{body}."),
            body.to_owned(),
            String::new(),
            Nonces::new().issue(now()),
        ] {
            assert!(nonces.expiry(&forged, now()).is_none(), "{forged}");
        }
    }

    #[test]
    fn codes_have_six_digits() {
        for _ in 0..100 {
            let code = six_digits();
            assert!(
                code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()),
                "{code}"
            );
        }
    }
}
