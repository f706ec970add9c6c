//! JOSE and SD-JWT by libraries that others wrote: they verify what we sign, and we verify what they sign.
//!
//! `cargo xtask second-opinions packages` installs the libraries and names their folder and their Python; without them these
//! tests are skipped.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "helpers of tests, which lints do not see as tests"
)]

use std::convert::Infallible;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use proofs::jwe::{self, Encryption, SecretEncryptionKey};
use proofs::sd_jwt::{self, Decoys, Path, SdJwt};
use proofs::{Algorithm, PublicKey, SecretKey, jws, vc_jose};
use rand_core::{TryCryptoRng, TryRng};
use serde_json::{Value, json};

/// Numbers that repeat, for tests alone.
struct Fixed(u8);

impl TryRng for Fixed {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.try_next_u64().map(|word| word as u32)
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_be_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        for byte in bytes {
            self.0 = self.0.wrapping_mul(29).wrapping_add(17);
            *byte = self.0;
        }
        Ok(())
    }
}

impl TryCryptoRng for Fixed {}

fn key(algorithm: Algorithm, seed: u8) -> SecretKey {
    SecretKey::generate(algorithm, &mut Fixed(seed))
}

fn secret(key: &SecretKey) -> Value {
    let jwk: Value = serde_json::from_str(&key.to_jwk()).unwrap();
    json!({"alg": key.algorithm().jose_name(), "jwk": jwk})
}

fn public(key: &SecretKey) -> Value {
    json!({"alg": key.algorithm().jose_name(), "jwk": key.public_key().to_jwk()})
}

/// Who is asked.
#[derive(Clone, Copy, Debug)]
enum Other {
    /// `jose` and `@sd-jwt/core`.
    Npm,
    /// `sd-jwt`.
    PyPi,
}

impl Other {
    /// The answers to the tasks; `None`, and a word about it, if the libraries are not at hand.
    fn ask(self, tasks: &[Value]) -> Option<Vec<Value>> {
        let folder = std::env::var_os("WAARMERK_SECOND_OPINIONS").map(PathBuf::from);
        let python = std::env::var_os("WAARMERK_SECOND_OPINIONS_PYTHON").map(PathBuf::from);
        let mut command = match (self, folder, python) {
            (Self::Npm, Some(folder), _) => {
                let mut node = Command::new("node");
                node.arg(folder.join("jose.mjs"));
                node
            }
            (Self::PyPi, Some(folder), Some(python)) => {
                let mut python = Command::new(python);
                python.arg(folder.join("sd_jwt_tasks.py"));
                python
            }
            _ => {
                println!("skipped: WAARMERK_SECOND_OPINIONS or WAARMERK_SECOND_OPINIONS_PYTHON is not set");
                return None;
            }
        };
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let input = json!(tasks).to_string();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{self:?}");
        let answers: Vec<Value> = serde_json::from_slice(&output.stdout).unwrap();
        assert_eq!(answers.len(), tasks.len());
        Some(answers)
    }
}

/// A text of an answer; else the error stops the test.
fn token(answer: &Value) -> String {
    answer["token"]
        .as_str()
        .unwrap_or_else(|| panic!("{answer}"))
        .to_owned()
}

/// The token with its signature's first bits changed.
fn forged(token: &str) -> String {
    let end = token.find('~').unwrap_or(token.len());
    let (jws, rest) = token.split_at(end);
    let (input, signature) = jws.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    format!("{input}.{first}{}{rest}", &signature[1..])
}

fn credential(issuer: &SecretKey) -> Value {
    json!({
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": "urn:uuid:7b0e6f52-8d59-4b0c-8f0e-0a2f7c9c1f31",
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "issuer": {"id": issuer.public_key().to_did_key(), "type": ["Profile"], "name": "College Waterland"},
        "validFrom": "2026-09-14T08:00:00Z",
        "credentialSubject": {"type": ["AchievementSubject"], "achievement": {"creditsAvailable": 15.5, "name": "“pump” é"}},
    })
}

const JWT_ALGORITHMS: [Algorithm; 4] = [
    Algorithm::Es256,
    Algorithm::Es384,
    Algorithm::Es512,
    Algorithm::EdDsa,
];

#[test]
fn others_verify_the_credentials_and_presentations_that_we_sign_as_jwt() {
    let mut tasks = Vec::new();
    let mut expected = Vec::new();
    for algorithm in JWT_ALGORITHMS {
        let key = key(algorithm, 1);
        let kid = key.public_key().to_did_key_url();
        let made = vc_jose::issue_jwt(&credential(&key), &kid, &key).unwrap();
        let presentation = json!({
            "@context": ["https://www.w3.org/ns/credentials/v2"],
            "type": ["VerifiablePresentation"],
            "holder": key.public_key().to_did_key(),
            "verifiableCredential": [vc_jose::Envelope::new(vc_jose::Wrapped::Jwt, &made).to_json()],
        });
        let shown = vc_jose::present(&presentation, &kid, &key).unwrap();
        for (token, payload, typ) in [
            (made, credential(&key), "vc+jwt"),
            (shown, presentation, "vp+jwt"),
        ] {
            tasks.push(json!({"do": "jwt-verify", "token": token, "key": public(&key)}));
            tasks.push(json!({"do": "jwt-verify", "token": forged(&token), "key": public(&key)}));
            expected.push((payload, typ, kid.clone()));
        }
    }
    let Some(answers) = Other::Npm.ask(&tasks) else {
        return;
    };
    for (answers, (payload, typ, kid)) in answers.chunks(2).zip(expected) {
        assert_eq!(answers[0]["payload"], payload);
        assert_eq!(answers[0]["header"]["typ"], typ);
        assert_eq!(answers[0]["header"]["kid"], kid.as_str());
        assert!(answers[1].get("error").is_some(), "{typ}, forged");
    }
}

#[test]
fn we_verify_the_credentials_that_others_sign_as_jwt() {
    let tasks: Vec<Value> = JWT_ALGORITHMS
        .into_iter()
        .map(|algorithm| {
            let key = key(algorithm, 2);
            let header = json!({"typ": "vc+jwt", "cty": "vc", "kid": key.public_key().to_did_key_url()});
            json!({"do": "jwt-sign", "header": header, "payload": credential(&key), "key": secret(&key)})
        })
        .collect();
    let Some(answers) = Other::Npm.ask(&tasks) else {
        return;
    };
    for (algorithm, answer) in JWT_ALGORITHMS.into_iter().zip(answers) {
        let key = key(algorithm, 2);
        let read = vc_jose::read(&token(&answer)).unwrap();
        assert_eq!(*read.credential(), credential(&key));
        assert_eq!(
            (read.verify(&key.public_key()), read.require_issuer()),
            (Ok(()), Ok(())),
            "{algorithm}"
        );
        let forged = vc_jose::read(&forged(&token(&answer))).unwrap();
        assert!(forged.verify(&key.public_key()).is_err(), "{algorithm}");
    }
}

/// A badge in the form and with the algorithm that Open Badges 3.0 asks for; nothing of ours signs so.
#[test]
fn we_verify_the_badges_that_others_sign_with_rsa() {
    let issuer = key(Algorithm::EdDsa, 2);
    let badge = credential(&issuer);
    let sizes = [2048, 3072, 4096];
    let mut tasks: Vec<Value> = sizes
        .iter()
        .map(|bits| json!({"do": "rsa-sign", "header": {"typ": "JWT"}, "payload": badge, "bits": bits}))
        .collect();
    // What the tests elsewhere sign with is held against the library as well.
    let own = test_support::an_rsa_key();
    let token_of_own = own.signed(&json!({"typ": "JWT"}), &badge);
    let key_of_own = json!({"alg": "RS256", "jwk": own.jwk()});
    tasks.push(json!({"do": "jwt-verify", "token": token_of_own, "key": key_of_own}));
    tasks.push(json!({"do": "jwt-verify", "token": forged(&token_of_own), "key": key_of_own}));
    let Some(answers) = Other::Npm.ask(&tasks) else {
        return;
    };
    for (bits, answer) in sizes.iter().zip(&answers) {
        let key = PublicKey::from_jwk(&answer["jwk"]).unwrap();
        let read = vc_jose::read_earlier(&token(answer)).unwrap();
        assert_eq!(*read.credential(), badge);
        assert_eq!(read.verify(&key), Ok(()), "{bits}");
        let forged = vc_jose::read_earlier(&forged(&token(answer))).unwrap();
        assert!(forged.verify(&key).is_err(), "{bits}");
        assert!(read.verify(&PublicKey::from_jwk(&own.jwk()).unwrap()).is_err());
    }
    assert_eq!(answers[3]["payload"], badge);
    assert!(answers[4].get("error").is_some(), "forged");
}

/// Algorithms that both SD-JWT libraries have.
const SD_JWT_ALGORITHMS: [Algorithm; 3] = [Algorithm::Es256, Algorithm::Es384, Algorithm::EdDsa];

fn claims(holder: &SecretKey) -> Value {
    json!({
        "iss": "https://issuer.example",
        "cnf": {"jwk": holder.public_key().to_jwk()},
        "name": "Sanne",
        "address": {"city": "Leeuwarden", "street": "Kade 1"},
        "outcomes": ["first", "second", {"text": "third", "code": 3}],
    })
}

const DISCLOSABLE: [&str; 6] = [
    "/name",
    "/address",
    "/address/street",
    "/outcomes/0",
    "/outcomes/2",
    "/outcomes/2/code",
];

fn paths(texts: &[&str]) -> Vec<Path> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

/// With decoys, an outer and an inner disclosure, and array elements.
fn ours(algorithm: Algorithm, of_holder: Algorithm) -> (SecretKey, SecretKey, SdJwt) {
    let (issuer, holder) = (key(algorithm, 3), key(of_holder, 4));
    let decoys = ["", "/outcomes"].map(|place| Decoys {
        place: place.parse().unwrap(),
        count: 3,
    });
    let token = sd_jwt::issue_with_decoys(
        &claims(&holder),
        &paths(&DISCLOSABLE),
        &decoys,
        &json!({"typ": "example+sd-jwt"}),
        &issuer,
        &mut Fixed(5),
    );
    (issuer, holder, SdJwt::parse(&token.unwrap()).unwrap())
}

const NONCE: &str = "n-0S6_WzA2Mj";
const AUDIENCE: &str = "https://verifier.example";

#[test]
fn others_verify_the_sd_jwts_that_we_issue_and_bind() {
    let chosen = paths(&["/address/street", "/outcomes/2"]);
    let at = "2026-09-14T08:00:00Z".parse().unwrap();
    for (other, do_verify) in [(Other::Npm, "sd-jwt-verify"), (Other::PyPi, "verify")] {
        // PyPI's library verifies the holder's token as ES256, whatever its header and key say.
        let of_holder = |algorithm| match other {
            Other::Npm => algorithm,
            Other::PyPi => Algorithm::Es256,
        };
        let mut tasks = Vec::new();
        for algorithm in SD_JWT_ALGORITHMS {
            let (issuer, holder, whole) = ours(algorithm, of_holder(algorithm));
            let bound = whole
                .present(&chosen)
                .unwrap()
                .bind(AUDIENCE, NONCE, at, &holder)
                .unwrap();
            let thief = key(of_holder(algorithm), 9);
            let stolen = whole.bind(AUDIENCE, NONCE, at, &thief).unwrap();
            let (whole, issuer, holder) = (whole.to_string(), public(&issuer), public(&holder));
            for token in [whole.clone(), forged(&whole)] {
                tasks.push(json!({"do": do_verify, "token": token, "key": issuer}));
            }
            for token in [bound.clone(), stolen] {
                tasks.push(json!({
                    "do": do_verify, "token": token, "key": issuer, "holder": holder, "nonce": NONCE, "aud": AUDIENCE,
                }));
            }
        }
        let Some(answers) = other.ask(&tasks) else {
            continue;
        };
        for (algorithm, answers) in SD_JWT_ALGORITHMS.into_iter().zip(answers.chunks(4)) {
            let (_, holder, _) = ours(algorithm, of_holder(algorithm));
            let mut shown = claims(&holder);
            shown.as_object_mut().unwrap().remove("name");
            shown["outcomes"] = json!(["second", {"text": "third"}]);
            assert_eq!(
                answers[0]["payload"],
                claims(&holder),
                "{other:?}, {algorithm}: {}",
                answers[0]
            );
            assert!(
                answers[1].get("error").is_some(),
                "{other:?}, {algorithm}, forged"
            );
            assert_eq!(
                answers[2]["payload"], shown,
                "{other:?}, {algorithm}: {}",
                answers[2]
            );
            assert!(
                answers[3].get("error").is_some(),
                "{other:?}, {algorithm}, stolen"
            );
        }
    }
}

#[test]
fn we_verify_the_sd_jwts_that_others_issue_and_bind() {
    let disclosed = json!({"address": {"street": true}, "outcomes": {"2": true}});
    for other in [Other::Npm, Other::PyPi] {
        let issuing: Vec<Value> = SD_JWT_ALGORITHMS
            .into_iter()
            .map(|algorithm| {
                let (issuer, holder) = (key(algorithm, 3), key(algorithm, 4));
                let (payload, key) = (claims(&holder), secret(&issuer));
                let header = json!({"typ": "example+sd-jwt"});
                match other {
                    Other::Npm => json!({
                        "do": "sd-jwt-issue", "payload": payload, "header": header, "key": key,
                        "frame": {
                            "_sd": ["name", "address"], "_sd_decoy": 3, "address": {"_sd": ["street"]},
                            "outcomes": {"_sd": [0, 2], "2": {"_sd": ["code"]}},
                        },
                    }),
                    Other::PyPi => json!({
                        "do": "issue", "payload": payload, "header": header, "key": key,
                        "disclosable": DISCLOSABLE, "decoys": true,
                    }),
                }
            })
            .collect();
        let Some(issued) = other.ask(&issuing) else {
            continue;
        };
        let presenting: Vec<Value> = SD_JWT_ALGORITHMS
            .into_iter()
            .zip(&issued)
            .map(|(algorithm, answer)| {
                let holder = secret(&key(algorithm, 4));
                match other {
                    Other::Npm => json!({
                        "do": "sd-jwt-present", "token": token(answer), "holder": holder, "frame": disclosed,
                        "kb": {"iat": 1_789_372_800, "aud": AUDIENCE, "nonce": NONCE},
                    }),
                    Other::PyPi => json!({
                        "do": "present", "token": token(answer), "holder": holder, "nonce": NONCE, "aud": AUDIENCE,
                        "claims": {"address": {"street": true}, "outcomes": [false, false, {"code": false}]},
                    }),
                }
            })
            .collect();
        let presented = other.ask(&presenting).unwrap();
        for ((algorithm, issued), presented) in SD_JWT_ALGORITHMS.into_iter().zip(&issued).zip(&presented) {
            let (issuer, holder) = (key(algorithm, 3), key(algorithm, 4));
            let whole = SdJwt::parse(&token(issued)).unwrap();
            whole.verify_issuer(&issuer.public_key()).unwrap();
            assert_eq!(
                whole.processed().unwrap(),
                claims(&holder),
                "{other:?}, {algorithm}"
            );
            let mut places = whole.disclosed().unwrap();
            places.sort();
            let mut expected = paths(&DISCLOSABLE);
            expected.sort();
            assert_eq!(places, expected, "{other:?}, {algorithm}");

            let shown = SdJwt::parse(&token(presented)).unwrap();
            let key = shown.holder_key().unwrap().unwrap();
            assert_eq!(key, holder.public_key());
            let binding = shown.verify_key_binding(&key).unwrap();
            assert_eq!(
                (binding.audience.as_str(), binding.nonce.as_str()),
                (AUDIENCE, NONCE)
            );
            let payload = shown.processed().unwrap();
            assert_eq!(payload["address"], claims(&holder)["address"]);
            assert!(payload.get("name").is_none());
            assert!(
                jws::parse(&forged(shown.issuer_jws().as_str()), jws::LARGEST)
                    .unwrap()
                    .verify(&issuer.public_key())
                    .is_err()
            );
        }
    }
}

const PLAINTEXT: &str = "{\"vp_token\":{\"a\":[\"é\"]}}";

fn encryption_keys() -> [SecretEncryptionKey; 2] {
    [
        SecretEncryptionKey::generate_p256(&mut Fixed(6)),
        SecretEncryptionKey::generate_x25519(&mut Fixed(7)),
    ]
}

#[test]
fn others_open_what_we_encrypt() {
    let mut tasks = Vec::new();
    for key in encryption_keys() {
        for encryption in Encryption::ALL {
            for header in [json!({"kid": "enc-1"}), json!({"apu": "QWxpY2U", "apv": "Qm9i"})] {
                let token = jwe::encrypt(
                    PLAINTEXT.as_bytes(),
                    key.public(),
                    encryption,
                    &header,
                    &mut Fixed(8),
                )
                .unwrap();
                let secret: Value = serde_json::from_str(&key.to_jwk()).unwrap();
                let cut = token[..token.len() - 4].to_owned() + "AAAA";
                for token in [token, cut] {
                    tasks.push(json!({"do": "jwe-decrypt", "token": token, "key": secret}));
                }
            }
        }
    }
    let Some(answers) = Other::Npm.ask(&tasks) else {
        return;
    };
    for answers in answers.chunks(2) {
        assert_eq!(answers[0]["text"], PLAINTEXT, "{}", answers[0]);
        assert!(answers[1].get("error").is_some());
    }
}

#[test]
fn we_open_what_others_encrypt() {
    let mut tasks = Vec::new();
    for key in encryption_keys() {
        for encryption in Encryption::ALL {
            for apv in [None, Some("Bob")] {
                tasks.push(json!({
                    "do": "jwe-encrypt", "text": PLAINTEXT, "key": key.public().to_jwk(),
                    "header": {"enc": encryption.name(), "kid": "enc-1"}, "apu": "Alice", "apv": apv,
                }));
            }
        }
    }
    let Some(answers) = Other::Npm.ask(&tasks) else {
        return;
    };
    for (key, answers) in encryption_keys().iter().zip(answers.chunks(4)) {
        for answer in answers {
            let read = jwe::parse(&token(answer), jwe::LARGEST).unwrap();
            assert_eq!(read.kid(), Some("enc-1"));
            assert_eq!(read.decrypt(key).unwrap().as_slice(), PLAINTEXT.as_bytes());
        }
    }
}
