//! `sd-jwt-payload`, identity-kit's SD-JWT: what we issue and bind it unpacks to the same claims, and the reverse.
//!
//! It leaves signatures to its caller; `josekit` checks ours here.
#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

mod support;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use josekit::jwk::Jwk;
use josekit::jws::ES256;
use proofs::sd_jwt::{self, Decoys, Path, SdJwt};
use proofs::{Algorithm, SecretKey, jws};
use sd_jwt_payload::{
    Hasher as _, JsonObject, JwsSigner, KeyBindingJwt, RequiredKeyBinding, SdJwt as Theirs, SdJwtBuilder,
    Sha256Hasher,
};
use serde_json::{Value, json};

use support::*;

const HIDEABLE: [&str; 5] = [
    "/credentialSubject/name",
    "/credentialSubject/achievement/name",
    "/credentialSubject/achievement",
    "/credentialSubject/languages/1",
    "/validFrom",
];

/// What `sd-jwt-payload` 0.5.1 accepts of what RFC 9901 §7.1 says to refuse.
const ACCEPTED_BY_THEM: [&str; 2] = ["a hash that is not known", "a disclosure given twice"];

/// One of our keys, where their code wants to have something signed.
struct Key(SecretKey);

#[async_trait::async_trait]
impl JwsSigner for Key {
    type Error = String;

    async fn sign(&self, header: &JsonObject, payload: &JsonObject) -> Result<Vec<u8>, String> {
        let payload = Value::Object(payload.clone()).to_string();
        let token = jws::sign(&Value::Object(header.clone()), payload.as_bytes(), &self.0);
        token.map(String::into_bytes).map_err(|error| error.to_string())
    }
}

fn holder() -> SecretKey {
    test_support::key(Algorithm::Es256, "holder")
}

fn claims() -> Value {
    json!({
        "iss": "https://college.example",
        "validFrom": "2026-09-14T08:00:00Z",
        "credentialSubject": {
            "name": "Noor “é”",
            "achievement": {"name": "Heat pumps", "creditsAvailable": 15},
            "languages": ["nl", "en", "fy"],
        },
    })
}

fn paths(pointers: &[&str]) -> Vec<Path> {
    pointers.iter().map(|pointer| pointer.parse().unwrap()).collect()
}

/// Claims without what only serves the form.
fn plain(mut claims: Value) -> Value {
    for member in ["cnf", "_sd_alg", "_sd"] {
        claims.as_object_mut().unwrap().remove(member);
    }
    claims
}

fn unpacked(token: &str) -> Value {
    let read = Theirs::parse(token).unwrap();
    plain(Value::Object(
        read.into_disclosed_object(&Sha256Hasher::new()).unwrap(),
    ))
}

/// OpenSSL's judgement of the issuer's signature.
fn is_signed(token: &str, key: &SecretKey) -> bool {
    let jwk = Jwk::from_bytes(key.public_key().to_jwk().to_string()).unwrap();
    let verifier = ES256.verifier_from_jwk(&jwk).unwrap();
    let jwt = token.split('~').next().unwrap();
    josekit::jws::deserialize_compact(jwt, &verifier).is_ok()
}

fn issued_by_us(key: &SecretKey) -> SdJwt {
    let mut payload = claims();
    payload["cnf"] = json!({"jwk": holder().public_key().to_jwk()});
    let header = json!({"typ": "vc+sd-jwt"});
    let decoys = ["/credentialSubject", "/credentialSubject/languages"].map(|place| Decoys {
        place: place.parse().unwrap(),
        count: 2,
    });
    let token =
        sd_jwt::issue_with_decoys(&payload, &paths(&HIDEABLE), &decoys, &header, key, &mut rng()).unwrap();
    SdJwt::parse(&token).unwrap()
}

fn issued_by_them(key: &SecretKey) -> Theirs {
    let hidden = |builder: SdJwtBuilder<Sha256Hasher>, path: &&str| builder.make_concealable(path).unwrap();
    let builder = HIDEABLE.iter().fold(SdJwtBuilder::new(claims()).unwrap(), hidden);
    let Value::Object(jwk) = holder().public_key().to_jwk() else {
        unreachable!()
    };
    let builder = builder
        .add_decoys("/credentialSubject", 2)
        .unwrap()
        .header("typ", "vc+sd-jwt")
        .require_key_binding(RequiredKeyBinding::Jwk(jwk));
    pollster::block_on(builder.finish(&Key(key.clone()), "ES256")).unwrap()
}

#[test]
fn what_we_issue_is_unpacked_to_the_same_claims() {
    let key = key(Algorithm::Es256);
    let all = issued_by_us(&key);
    for keep in [&HIDEABLE[..], &HIDEABLE[..1], &HIDEABLE[1..3], &[]] {
        let shown = all.present(&paths(keep)).unwrap();

        let (ours, theirs) = (shown.processed().unwrap(), unpacked(&shown.to_string()));

        assert_eq!(plain(ours), theirs, "{keep:?}");
        assert!(is_signed(&shown.to_string(), &key));
    }
    assert_eq!(unpacked(&all.to_string()), claims());
    assert!(!is_signed(&all.to_string(), &holder()));
}

#[test]
fn what_they_issue_is_unpacked_to_the_same_claims() {
    let key = key(Algorithm::Es256);
    let all = issued_by_them(&key);
    for keep in [&HIDEABLE[..], &HIDEABLE[..1], &HIDEABLE[1..3], &[]] {
        let chosen = all
            .clone()
            .into_presentation(&Sha256Hasher::new())
            .unwrap()
            .conceal_all();
        let chosen = keep
            .iter()
            .fold(chosen, |chosen, path| chosen.disclose(path).unwrap());
        let token = chosen.finish().0.presentation();

        let read = SdJwt::parse(&token).unwrap();

        assert_eq!(read.verify_issuer(&key.public_key()), Ok(()), "{keep:?}");
        assert_eq!(plain(read.processed().unwrap()), unpacked(&token), "{keep:?}");
        assert!(read.verify_issuer(&holder().public_key()).is_err());
    }
    assert_eq!(unpacked(&all.presentation()), claims());
}

#[test]
fn a_key_binding_means_the_same_to_both() {
    let key = key(Algorithm::Es256);
    let by_us = issued_by_us(&key)
        .bind("https://verifier.example", "n-1", now(), &holder())
        .unwrap();
    let theirs = issued_by_them(&key);
    let (hasher, holders) = (Sha256Hasher::new(), Key(holder()));
    let binding = KeyBindingJwt::builder()
        .aud("https://verifier.example")
        .nonce("n-1")
        .iat(now().timestamp())
        .finish(&theirs, &hasher, "ES256", &holders);
    let mut by_them = theirs.clone();
    by_them.attach_key_binding_jwt(pollster::block_on(binding).unwrap());

    let read_by_them = Theirs::parse(&by_us).unwrap();
    let read_by_us = SdJwt::parse(&by_them.presentation()).unwrap();

    let claims = read_by_them.key_binding_jwt().unwrap().claims().clone();
    let bound = read_by_us.verify_key_binding(&holder().public_key()).unwrap();
    assert_eq!(
        (claims.aud.as_str(), claims.nonce.as_str()),
        ("https://verifier.example", "n-1")
    );
    assert_eq!(claims.iat, now().timestamp());
    assert_eq!((bound.audience, bound.nonce), (claims.aud, claims.nonce));
    assert_eq!(read_by_us.holder_key().unwrap(), Some(holder().public_key()));
    assert!(read_by_us.verify_key_binding(&key.public_key()).is_err());
    // What was signed is one selection, to both.
    let (_, binding) = by_us.rsplit_once('~').unwrap();
    let fewer = issued_by_us(&key).present(&[]).unwrap().to_string() + binding;
    let fewer = SdJwt::parse(&fewer).unwrap();
    assert!(fewer.verify_key_binding(&holder().public_key()).is_err());
}

/// What RFC 9901 §7.1 says to refuse, as a token with its disclosures.
fn to_be_refused(key: &SecretKey) -> Vec<(&'static str, String)> {
    let header = json!({"typ": "vc+sd-jwt"});
    let signed = |payload: &Value| jws::sign(&header, payload.to_string().as_bytes(), key).unwrap();
    let encoded = |disclosure: &Value| URL_SAFE_NO_PAD.encode(disclosure.to_string());
    let digest = |disclosure: &str| Sha256Hasher::new().encoded_digest(disclosure);
    let one = |payload: Value, disclosure: &str| format!("{}~{disclosure}~", signed(&payload));
    let name = encoded(&json!(["salt-1", "name", "Noor"]));
    let reserved = encoded(&json!(["salt-1", "_sd", []]));
    let element = encoded(&json!(["salt-1", "nl"]));
    vec![
        ("a disclosure that nothing refers to", one(json!({"a": 1}), &name)),
        (
            "a digest that stands twice",
            one(json!({"_sd": [digest(&name), digest(&name)]}), &name),
        ),
        (
            "a claim that is there already",
            one(json!({"name": "Jan", "_sd": [digest(&name)]}), &name),
        ),
        (
            "a reserved name",
            one(json!({"_sd": [digest(&reserved)]}), &reserved),
        ),
        (
            "an element among claims",
            one(json!({"_sd": [digest(&element)]}), &element),
        ),
        (
            "a claim among elements",
            one(json!({"list": [{"...": digest(&name)}]}), &name),
        ),
        (
            "a hash that is not known",
            one(json!({"_sd_alg": "sha-1", "_sd": [digest(&name)]}), &name),
        ),
        (
            "a disclosure given twice",
            format!("{}~{name}~{name}~", signed(&json!({"_sd": [digest(&name)]}))),
        ),
        (
            "digests that are no text",
            one(json!({"_sd": [1, digest(&name)]}), &name),
        ),
    ]
}

/// Where it goes another way: each is right to refuse, and accepted there. A case that it mends makes this test fail.
#[test]
fn what_the_standard_refuses_we_refuse_and_they_accept_some() {
    let accepted: Vec<&str> = to_be_refused(&key(Algorithm::Es256))
        .into_iter()
        .filter(|(case, token)| {
            let ours = SdJwt::parse(token).and_then(|read| read.processed());
            assert!(ours.is_err(), "{case}");
            let read = Theirs::parse(token);
            read.is_ok_and(|read| read.into_disclosed_object(&Sha256Hasher::new()).is_ok())
        })
        .map(|(case, _)| case)
        .collect();

    assert_eq!(accepted, ACCEPTED_BY_THEM);
}
