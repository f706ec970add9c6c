//! The cases that vectors are made of, for each shape.

#![expect(clippy::unwrap_used, reason = "a test stops where it fails")]

use chrono::Duration;
use credentials::open_badges::Copy;
use serde_json::{Value, json};
use test_support::{
    Institution, Microcredential, Register, SignedMicrocredential, a_microcredential, a_register,
    an_institution, now,
};
use verification::Resources;

/// What a file of vectors is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Show,
    Portable,
    DataIntegrity,
    SdJwtVc,
}

pub(crate) const SHAPES: [Shape; 4] = [Shape::Show, Shape::Portable, Shape::DataIntegrity, Shape::SdJwtVc];

impl Shape {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Show => "show-copy",
            Self::Portable => "portable-copy",
            Self::DataIntegrity => "portable-copy-data-integrity",
            Self::SdJwtVc => "sd-jwt-vc",
        }
    }

    fn sign(self, microcredential: Microcredential) -> SignedMicrocredential {
        match self {
            Self::Show => microcredential.signed_as(Copy::Show),
            Self::Portable => microcredential.signed_as(Copy::Portable),
            Self::DataIntegrity => microcredential.signed_as_data_integrity(),
            Self::SdJwtVc => microcredential.signed_as_sd_jwt_vc(),
        }
    }

    /// As the holder hands it over: shown just now, or as the file, which binds no holder.
    fn handed_over(self, signed: &SignedMicrocredential) -> String {
        match self {
            Self::DataIntegrity => signed.text.clone(),
            Self::Show | Self::Portable | Self::SdJwtVc => signed.shown(),
        }
    }

    /// The verdict on what is sound.
    fn sound(self) -> (&'static str, &'static str) {
        match self {
            Self::DataIntegrity => ("amber", "HLD-006"),
            Self::Show | Self::Portable | Self::SdJwtVc => ("green", "ACC-001"),
        }
    }
}

/// One credential, what its addresses answer, and the verdict.
pub(crate) struct Case {
    pub(crate) comment: &'static str,
    pub(crate) text: String,
    pub(crate) resources: Resources,
    pub(crate) expected: (&'static str, &'static str),
}

/// The register of every vector: it lists the issuer, and another institution.
pub(crate) fn register() -> Register {
    a_register().admitting(&an_institution()).admitting(&another())
}

fn another() -> Institution {
    Institution::new(
        "ander",
        "Hogeschool Anders",
        "Other University of Applied Sciences",
    )
}

/// The addresses of its lists answer `list`, or nothing.
fn answering(signed: &SignedMicrocredential, list: Option<&str>) -> Resources {
    let mut resources = register().resources_with(signed);
    let lists = signed.status_lists();
    let urls = lists
        .signed()
        .map(|(url, _)| url)
        .into_iter()
        .chain([lists.token_url()]);
    for url in urls {
        match list {
            Some(list) => resources.insert_body(url, list, now()),
            None => resources.insert_unreachable(url, "no connection"),
        }
    }
    resources
}

fn lists_of(signed: &SignedMicrocredential, signer: &Institution, hours: i64) -> Resources {
    let mut resources = register().resources_with(signed);
    let lists = signed
        .status_lists()
        .clone()
        .valid_from(now() - Duration::hours(hours));
    for (url, list) in lists.signed_by(signer) {
        resources.insert_body(url, list.to_string(), now());
    }
    resources.insert_body(lists.token_url(), lists.token_of(signer, |_| {}), now());
    resources
}

pub(crate) fn cases(shape: Shape) -> Vec<Case> {
    let case = |comment, signed: &SignedMicrocredential, expected| Case {
        comment,
        text: shape.handed_over(signed),
        resources: register().resources_with(signed),
        expected,
    };
    let of = |comment, microcredential, expected| case(comment, &shape.sign(microcredential), expected);
    let signed = shape.sign(a_microcredential());
    let with = |comment, resources, expected| Case {
        resources,
        ..case(comment, &signed, expected)
    };
    let mut cases = vec![
        of("sound", a_microcredential(), shape.sound()),
        of("revoked", a_microcredential().revoked(), ("red", "VER-003")),
        of("suspended", a_microcredential().suspended(), ("red", "STA-003")),
        of(
            "past its end",
            a_microcredential().expiring_on(now() - Duration::hours(1)),
            ("red", "DAT-003"),
        ),
        of(
            "without a status",
            a_microcredential().without_status(),
            shape.sound(),
        ),
        of(
            "of a level beyond the issuer's admission",
            a_microcredential().of_level(8),
            ("red", "ACC-005"),
        ),
        with(
            "the status lists do not answer",
            answering(&signed, None),
            ("grey", "VER-004"),
        ),
        with(
            "the status lists answer with something else",
            answering(&signed, Some("<html>")),
            ("grey", "VER-004"),
        ),
        with(
            "the status lists are signed by another institution",
            lists_of(&signed, &another(), 2),
            ("grey", "VER-004"),
        ),
        with(
            "the status lists are past their date",
            lists_of(&signed, &an_institution(), 25),
            ("grey", "VER-004"),
        ),
        Case {
            text: changed(shape, &signed),
            ..case("changed after signing", &signed, ("red", "VER-001"))
        },
        of(
            "in the name of another institution",
            a_microcredential().changed(|claims| {
                let named = json!("did:web:ander.example:energie");
                match claims.get("iss") {
                    Some(_) => claims["iss"] = named,
                    None => claims["issuer"]["id"] = named,
                }
            }),
            ("red", "KEY-002"),
        ),
        of("of another kind", of_another_kind(shape), ("grey", "STR-003")),
    ];
    if let Shape::Show | Shape::Portable = shape {
        let with_context = a_microcredential().changed(|credential| {
            let contexts = credential["@context"].as_array_mut().unwrap();
            contexts.push(json!("https://other.example/terms/v1"));
        });
        cases.push(of(
            "with a context nobody knows",
            with_context,
            ("grey", "STR-004"),
        ));
    }
    if shape != Shape::DataIntegrity {
        cases.push(of(
            "with an end beyond all years",
            a_microcredential().changed(|claims| claims["exp"] = json!(1e300)),
            ("grey", "DAT-005"),
        ));
        let left_out = match shape {
            Shape::SdJwtVc => ["/status", "/exp"],
            _ => ["/credentialStatus/0", "/validUntil"],
        };
        let hiding = [
            (
                "revoked, and where to see that was left out",
                a_microcredential().revoked(),
                left_out[0],
                ("grey", "VER-004"),
            ),
            (
                "past its end, and the end was left out",
                a_microcredential().expiring_on(now() - Duration::hours(1)),
                left_out[1],
                ("grey", "VER-004"),
            ),
        ];
        for (comment, microcredential, place, expected) in hiding {
            let signed = shape.sign(microcredential.letting_hide(&[place]));
            cases.push(Case {
                text: signed.shown_without(&[place]),
                ..case(comment, &signed, expected)
            });
        }
        cases.extend(shown(shape, &signed));
    }
    cases
}

/// What depends on the presentation, of which a Data Integrity copy has none.
fn shown(shape: Shape, signed: &SignedMicrocredential) -> Vec<Case> {
    let with = |comment, text, expected| Case {
        comment,
        text,
        resources: register().resources_with(signed),
        expected,
    };
    let thief = test_support::key(proofs::Algorithm::Es256, "thief");
    let stolen = signed
        .sd_jwt()
        .bind("urn:waarmerk:show", "unchallenged", now(), &thief);
    let hidden = match shape {
        Shape::SdJwtVc => "/result",
        _ => "/evidence",
    };
    let (separated, left_out) = without_a_level(shape);
    vec![
        with(
            "handed over without its holder",
            signed.text.clone(),
            ("amber", "HLD-006"),
        ),
        with(
            "shown an hour ago",
            signed.shown_at(now() - Duration::hours(1)),
            ("grey", "HLD-003"),
        ),
        with("shown by somebody else", stolen.unwrap(), ("red", "VER-002")),
        with(
            "something was left out that need not be shown",
            signed.shown_without(&[hidden]),
            ("green", "ACC-001"),
        ),
        with(
            "outcomes without the level, and something was left out",
            separated.shown_without(&[left_out.as_str()]),
            ("grey", "STR-005"),
        ),
    ]
}

/// One that says no level, and something to leave out where that might be.
fn without_a_level(shape: Shape) -> (SignedMicrocredential, String) {
    match shape {
        Shape::SdJwtVc => {
            let without = a_microcredential().changed(|claims| {
                claims.as_object_mut().unwrap().remove("eqf_level");
            });
            (shape.sign(without), "/result".to_owned())
        }
        Shape::Show => {
            let level = "/credentialSubject/achievement/levelIndication";
            (
                shape.sign(a_microcredential().letting_hide(&[level])),
                level.to_owned(),
            )
        }
        Shape::Portable | Shape::DataIntegrity => {
            let signed = shape.sign(a_microcredential().changed(with_another_alignment));
            let shown = signed.sd_jwt().processed().unwrap();
            let alignments = shown.pointer("/credentialSubject/achievement/alignment").unwrap();
            let outcome = |one: &Value| one["targetType"] == "CFItem";
            let place = alignments.as_array().unwrap().iter().position(outcome).unwrap();
            (
                signed,
                format!("/credentialSubject/achievement/alignment/{place}"),
            )
        }
    }
}

fn with_another_alignment(credential: &mut Value) {
    let achievement = &mut credential["credentialSubject"]["achievement"];
    achievement.as_object_mut().unwrap().remove("levelIndication");
    if let Some(alignments) = achievement.get_mut("alignment").and_then(Value::as_array_mut) {
        // Its place stays, since others are hidden by theirs.
        for alignment in alignments.iter_mut().filter(|one| one["targetType"] == "ext:EQF") {
            *alignment = json!({"type": ["Alignment"], "targetName": "x", "targetType": "ext:Other",
                "targetUrl": "https://waterland.example/other"});
        }
    }
}

fn of_another_kind(shape: Shape) -> Microcredential {
    match shape {
        Shape::SdJwtVc => {
            a_microcredential().changed(|claims| claims["vct"] = json!("https://other.example/vct/1"))
        }
        _ => a_microcredential().changed(|credential| credential["type"] = json!(["VerifiableCredential"])),
    }
}

/// The title is another than what was signed.
fn changed(shape: Shape, signed: &SignedMicrocredential) -> String {
    if shape == Shape::DataIntegrity {
        return signed.text.replacen("Warmtepompsystemen", "Warmtepompsysteem", 2);
    }
    let shown = shape.handed_over(signed);
    let (token, rest) = shown.split_once('~').unwrap();
    let mut parts = token.split('.');
    let [header, payload, signature] = [(); 3].map(|()| parts.next().unwrap());
    let decoded = proofs::jws::parse(token, proofs::jws::LARGEST).unwrap();
    let text = String::from_utf8(decoded.payload().to_vec()).unwrap();
    let forged = base64url(
        text.replacen("Warmtepompsystemen", "Warmtepompsysteem", 2)
            .as_bytes(),
    );
    assert_ne!(forged, payload);
    format!("{header}.{forged}.{signature}~{rest}")
}

fn base64url(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
}
