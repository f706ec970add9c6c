//! Credentials as plain JWT, in their forms, and presentations that are tokens of their own.

use proofs::{Algorithm, PublicKey, jws, vc_jose};
use serde_json::json;
use test_support::{RsaKey, an_rsa_key, rsa_keys};

use crate::*;

type Form = fn(Microcredential) -> SignedMicrocredential;

const FORMS: [(Form, &str); 3] = [
    (Microcredential::signed_as_jwt, "vc+jwt"),
    (Microcredential::signed_as_badge_jwt, "jwt_vc_json"),
    (Microcredential::signed_as_jwt_of_model_1, "jwt_vc_json"),
];

fn checked(signed: &SignedMicrocredential, text: &str) -> VerificationReport {
    let register = a_register().admitting(&an_institution());
    check(text, &register.resources_with(signed), &register.settings())
}

#[test]
fn every_form_is_checked_alike_and_named_in_the_report() {
    for (form, format) in FORMS {
        let signed = form(a_microcredential());
        let report = checked(&signed, &signed.text);
        assert_eq!(verdict(&report), (Colour::Amber, "HLD-006"), "{format}");
        let view = report.credential.unwrap();
        assert_eq!(view.format, format);
        assert!(view.awarded_on.is_some());

        let revoked = form(a_microcredential().revoked());
        assert_eq!(
            checked(&revoked, &revoked.text).verdict.colour,
            Colour::Red,
            "{format}"
        );
    }
}

#[test]
fn a_plain_token_is_read_from_a_json_string_and_from_its_envelope() {
    let signed = a_microcredential().signed_as_jwt();
    let enveloped = json!({
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiableCredential",
        "id": format!("data:application/vc+jwt,{}", signed.text),
    });
    for text in [json!(signed.text).to_string(), enveloped.to_string()] {
        assert_eq!(verdict(&checked(&signed, &text)), (Colour::Amber, "HLD-006"));
    }
}

#[test]
fn a_changed_token_is_red() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    for (form, format) in FORMS {
        let signed = form(a_microcredential());
        let mut parts: Vec<String> = signed.text.split('.').map(str::to_owned).collect();
        let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(&parts[1]).unwrap()).unwrap();
        parts[1] = URL_SAFE_NO_PAD.encode(payload.replace("Sanne", "Sanna"));
        assert_eq!(
            verdict(&checked(&signed, &parts.join("."))),
            (Colour::Red, "VER-001"),
            "{format}"
        );
    }
}

/// A date of the token itself, beside those of the credential in it.
#[test]
fn a_token_whose_own_end_has_passed_is_red_in_every_form() {
    for (form, format) in FORMS {
        let signed = form(a_microcredential().changed(|payload| payload["exp"] = json!(1_790_000_000)));
        let report = checked(&signed, &signed.text);
        assert_eq!(axis(&report, Axis::Validity).0, Outcome::Failed, "{format}");
        assert_eq!(report.verdict.colour, Colour::Red, "{format}");
    }
}

/// In the earlier form it stands beside the credential, and counts there.
#[test]
fn a_token_status_that_cannot_be_looked_up_is_grey_in_every_form() {
    for (form, format) in FORMS {
        let signed = form(a_microcredential().changed(|payload| {
            payload["status"] = json!({"status_list": {"idx": 1, "uri": "https://lists.example/1"}});
        }));
        let report = checked(&signed, &signed.text);
        assert_eq!(axis(&report, Axis::Status).0, Outcome::Inconclusive, "{format}");
        assert_eq!(report.verdict.colour, Colour::Grey, "{format}");
    }
}

#[test]
fn claims_that_contradict_the_credential_are_red() {
    for (form, format) in FORMS {
        let signed = form(a_microcredential().changed(|payload| payload["jti"] = json!("urn:uuid:other")));
        let report = checked(&a_microcredential().signed(), &signed.text);
        assert_eq!(
            axis(&report, Axis::Structure),
            (Outcome::Failed, "STR-002"),
            "{format}"
        );
    }
}

/// Only a token from before VC-JOSE-COSE may follow the data model from before.
#[test]
fn the_data_model_1_1_has_no_place_in_a_token_of_the_new_type() {
    let signed = a_microcredential()
        .changed(|credential| {
            credential["@context"] = json!([
                "https://www.w3.org/2018/credentials/v1",
                "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json",
            ]);
        })
        .signed_as_jwt();
    let report = checked(&signed, &signed.text);
    assert_eq!(axis(&report, Axis::Structure), (Outcome::Failed, "STR-002"));
}

#[test]
fn a_key_that_nobody_can_tie_to_the_issuer_is_never_green() {
    let institution = an_institution();
    let (signer, _) = institution.p256();
    let signed = a_microcredential().signed_as_badge_jwt();
    let payload = jws::parse(&signed.text, jws::LARGEST).unwrap().payload().to_vec();
    for header in [
        json!({"typ": "JWT", "jwk": signer.public_key().to_jwk()}),
        json!({"typ": "JWT", "kid": "https://college.example/keys/1"}),
        json!({"typ": "JWT"}),
    ] {
        let text = jws::sign(&header, &payload, signer).unwrap();
        let report = checked(&signed, &text);
        assert_eq!(verdict(&report), (Colour::Grey, "SIG-003"), "{header}");
    }
}

#[test]
fn an_algorithm_that_is_not_known_is_grey_and_none_is_no_signature() {
    use base64::Engine as _;
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    let signed = a_microcredential().signed_as_badge_jwt();
    let payload = signed.text.split('.').nth(1).unwrap();
    for algorithm in ["RS512", "PS256", "HS256", "none"] {
        let header = URL_SAFE_NO_PAD.encode(json!({"alg": algorithm, "typ": "JWT"}).to_string());
        let report = checked(&signed, &format!("{header}.{payload}."));
        assert_eq!(verdict(&report), (Colour::Grey, "SIG-003"), "{algorithm}");
    }
}

/// A badge of Open Badges 3.0 with its own issuer, whose identifier is this key.
fn a_badge_by(key: &RsaKey) -> String {
    let signed = a_microcredential().signed_as_badge_jwt();
    let mut payload = jws::parse(&signed.text, jws::LARGEST)
        .unwrap()
        .payload_json()
        .unwrap();
    payload["issuer"]["id"] = json!(key.did());
    payload["iss"] = json!(key.did());
    key.signed(&json!({"typ": "JWT", "jwk": key.jwk()}), &payload)
}

/// As Open Badges 3.0 asks of those who issue in its own form.
#[test]
fn a_badge_by_an_issuer_with_an_rsa_key_has_its_signature_checked() {
    let key = an_rsa_key();
    let institution = an_institution();
    let kid = format!("{}#rsa-1", institution.issuer());
    let registered = institution.with_unit(|unit| {
        let mut rsa = unit.keys[0].clone();
        rsa.kid = kid.parse().unwrap();
        rsa.public_key_jwk = key.jwk();
        rsa.jwk_thumbprint = PublicKey::from_jwk(&key.jwk()).unwrap().thumbprint();
        unit.keys.push(rsa);
    });
    let register = a_register().admitting(&registered);
    for form in [
        Microcredential::signed_as_badge_jwt,
        Microcredential::signed_as_jwt_of_model_1,
        Microcredential::signed_as_jwt,
    ] {
        let signed = form(a_microcredential());
        let (token, forger) = (
            jws::parse(&signed.text, jws::LARGEST).unwrap(),
            &rsa_keys(2048)[1],
        );
        let header = json!({"typ": token.typ(), "kid": kid});
        let payload = token.payload_json().unwrap();
        let checked = |text: &str| check(text, &register.resources_with(&signed), &register.settings());

        let sound = checked(&key.signed(&header, &payload));
        let forged = checked(&forger.signed(&header, &payload));

        assert_eq!(axis(&sound, Axis::Signature), (Outcome::Passed, "SIG-001"));
        assert_eq!(verdict(&sound), (Colour::Amber, "HLD-006"));
        assert_eq!(verdict(&forged), (Colour::Red, "VER-001"));
    }
}

#[test]
fn an_issuer_that_is_an_rsa_key_is_checked_with_it_unless_it_is_weak() {
    let signed = a_microcredential().signed_as_badge_jwt();

    let sound = checked(&signed, &a_badge_by(&an_rsa_key()));
    let weak = checked(&signed, &a_badge_by(&rsa_keys(1024)[0]));

    assert_eq!(axis(&sound, Axis::Signature), (Outcome::Passed, "SIG-001"));
    assert_eq!(axis(&weak, Axis::Signature).0, Outcome::Inconclusive);
    assert_eq!(weak.verdict.colour, Colour::Grey);
}

/// Key bindings, status lists and presentations are ours to make, and nobody is asked for RSA there.
#[test]
fn a_holder_does_not_sign_with_rsa() {
    let signed = a_microcredential().signed_as_jwt();
    let key = an_rsa_key();
    let mut presentation = signed.presentation("unchallenged", now());
    presentation["holder"] = json!(key.did());
    let header = json!({"typ": "vp+jwt", "kid": format!("{}#0", key.did())});
    assert!(read(&key.signed(&header, &presentation)).is_err());
    let by_the_holder = vc_jose::present(
        &signed.presentation("unchallenged", now()),
        &signed.holder().public_key().to_did_key_url(),
        signed.holder(),
    );
    assert!(read(&by_the_holder.unwrap()).is_ok());
}

#[test]
fn a_presentation_answers_a_challenge_whatever_its_credential_is() {
    let register = a_register().admitting(&an_institution());
    let asked = Settings {
        challenge: Some("493817".to_owned()),
        ..register.settings()
    };
    for signed in [a_microcredential().signed_as_jwt(), a_microcredential().signed()] {
        let resources = register.resources_with(&signed);
        let answered = signed.presenting(|presentation| presentation["nonce"] = json!("493817"));
        let report = check(&answered, &resources, &asked);
        assert_eq!(axis(&report, Axis::Holder), (Outcome::Passed, "HLD-001"));
        assert_eq!(report.verdict.colour, Colour::Green);
        assert_eq!(
            verdict(&check(&signed.presented(), &resources, &asked)),
            (Colour::Grey, "HLD-007")
        );
        let replayed = signed.presenting(|presentation| presentation["nonce"] = json!("111111"));
        assert_eq!(
            verdict(&check(&replayed, &resources, &asked)),
            (Colour::Red, "VER-002")
        );
    }
}

#[test]
fn a_presentation_that_is_old_ended_or_for_another_is_not_green() {
    let signed = a_microcredential().signed_as_jwt();
    let of = |member: &'static str, value: serde_json::Value| {
        let text = signed.presenting(|presentation| presentation[member] = value);
        verdict(&checked(&signed, &text))
    };
    let ago = |ago: TimeDelta| json!((now() - ago).timestamp());
    assert_eq!(of("iat", ago(Duration::minutes(6))), (Colour::Grey, "HLD-003"));
    assert_eq!(of("iat", ago(Duration::minutes(-6))), (Colour::Grey, "HLD-004"));
    assert_eq!(of("exp", ago(Duration::minutes(6))), (Colour::Grey, "HLD-003"));
    assert_eq!(
        of("aud", json!("https://other.example")),
        (Colour::Red, "VER-002")
    );
    assert_eq!(of("holder", json!("did:example:other")), (Colour::Red, "VER-002"));
    // For nobody in particular: no more than a copy.
    assert_eq!(of("aud", json!(null)), (Colour::Amber, "HLD-006"));
}

#[test]
fn a_presentation_is_read_from_its_envelope_and_with_hideable_claims() {
    let signed = a_microcredential().signed_as_jwt();
    let enveloped = json!({
        "@context": "https://www.w3.org/ns/credentials/v2",
        "type": "EnvelopedVerifiablePresentation",
        "id": format!("data:application/vp+jwt,{}", signed.presented()),
    });
    let paths = ["/holder".parse().unwrap()];
    let kid = signed.holder().public_key().to_did_key_url();
    let presentation = signed.presentation("unchallenged", now());
    let mut random = test_support::rng("salts");
    let disclosing =
        vc_jose::present_disclosing(&presentation, &paths, &kid, signed.holder(), &mut random).unwrap();
    for text in [enveloped.to_string(), disclosing] {
        let report = checked(&signed, &text);
        assert_eq!(verdict(&report), (Colour::Green, "ACC-001"));
        assert_eq!(axis(&report, Axis::Holder), (Outcome::Passed, "HLD-002"));
    }
}

/// Its signature is right; the credential is somebody else's.
#[test]
fn a_credential_presented_by_another_than_it_is_about_is_red() {
    let thief = test_support::key(Algorithm::Es256, "thief");
    let kid = thief.public_key().to_did_key_url();
    for signed in [a_microcredential().signed_as_jwt(), a_microcredential().signed()] {
        let mut presentation = signed.presentation("unchallenged", now());
        presentation["holder"] = json!(thief.public_key().to_did_key());
        let stolen = vc_jose::present(&presentation, &kid, &thief).unwrap();
        assert_eq!(verdict(&checked(&signed, &stolen)), (Colour::Red, "VER-002"));
    }
}
