//! Bearer tokens (RFC 6750) and the secrets they are compared with.

use axum::extract::FromRequestParts;
use http::header::AUTHORIZATION;
use http::request::Parts;
use sha2::{Digest, Sha256};

use crate::Problem;

/// A shared secret of which only the SHA-256 digest is kept in memory.
#[derive(Clone)]
pub struct Secret([u8; 32]);

/// A secret that is too short to withstand guessing.
#[derive(Debug, thiserror::Error)]
#[error("a token needs at least {MINIMUM} characters; this one has {0}")]
pub struct TooShort(usize);

const MINIMUM: usize = 16;

impl Secret {
    /// Accepts a secret of at least 16 characters.
    pub fn new(secret: &str) -> Result<Self, TooShort> {
        match secret.chars().count() {
            short if short < MINIMUM => Err(TooShort(short)),
            _ => Ok(Self(digest(secret))),
        }
    }

    /// Whether `candidate` is the secret, in a time that tells nothing about where the two differ.
    pub fn matches(&self, candidate: &str) -> bool {
        let difference = self
            .0
            .iter()
            .zip(digest(candidate))
            .fold(0_u8, |all, (a, b)| all | (a ^ b));
        std::hint::black_box(difference) == 0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret(…)")
    }
}

fn digest(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// The token of an `Authorization: Bearer` header; its absence is answered with 401.
pub struct Bearer(String);

impl Bearer {
    /// Answers 401 unless the token is `secret`.
    pub fn require(&self, secret: &Secret) -> Result<(), Problem> {
        if secret.matches(&self.0) {
            return Ok(());
        }
        Err(Problem::unauthorized("The bearer token is not the right one.")
            .in_dutch("Dit bearer-token is niet het juiste."))
    }

    /// The token itself; never log it.
    pub fn token(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Bearer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bearer(…)")
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Bearer {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let mut headers = parts.headers.get_all(AUTHORIZATION).iter();
        let token = match (headers.next(), headers.next()) {
            (Some(only), None) => only.to_str().ok().and_then(|value| {
                let (scheme, token) = value.split_once(' ')?;
                scheme
                    .eq_ignore_ascii_case("bearer")
                    .then(|| token.trim().to_owned())
            }),
            _ => None,
        };
        token.filter(|token| !token.is_empty()).map(Self).ok_or_else(|| {
            Problem::unauthorized("This needs an Authorization header with a bearer token.")
                .in_dutch("Hiervoor is een Authorization-header met een bearer-token nodig.")
        })
    }
}
