use crate::fixture::TestIssuer;
use proofs::PublicKey;
use proofs::did::{LoopbackOrigins, Purpose, parse_document, web_url};
use serde_json::Value;

#[tokio::test]
async fn did_documents_are_where_their_dids_say_and_hold_the_registered_keys() {
    let issuer = TestIssuer::start().await;
    let loopback = LoopbackOrigins::new([issuer.origin.as_str()]).unwrap();
    for party in [&issuer.registration.institution, &issuer.registration.units[0]] {
        let response = issuer
            .client
            .get(web_url(&party.did, &loopback).unwrap())
            .send()
            .await
            .unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["access-control-allow-origin"], "*");
        let document = parse_document(&party.did, &response.bytes().await.unwrap()).unwrap();

        assert_eq!(party.keys.len(), 2);
        for key in &party.keys {
            let published = document.key(&key.kid, Purpose::AssertionMethod).unwrap();
            assert_eq!(published, PublicKey::from_jwk(&key.public_key_jwk).unwrap());
            assert_eq!(published.thumbprint(), key.jwk_thumbprint);
        }
    }
    let unknown = issuer
        .client
        .get(format!("{}/elders/did.json", issuer.origin))
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 404);
}

#[cfg(unix)]
#[tokio::test]
async fn keys_are_readable_by_the_service_alone() {
    use std::os::unix::fs::PermissionsExt;
    let issuer = TestIssuer::start().await;
    let folder = issuer.folder.path().join("data/keys");

    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|file| file.unwrap().path())
        .collect();
    assert_eq!(files.len(), 4);
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[tokio::test]
async fn metadata_names_the_issuer_and_what_can_be_collected_in_both_languages() {
    let issuer = TestIssuer::start().await;
    let get = async |path: &str| -> Value {
        let response = issuer
            .client
            .get(format!("{}{path}", issuer.origin))
            .send()
            .await
            .unwrap();
        assert_eq!(response.headers()["access-control-allow-origin"], "*", "{path}");
        response.json().await.unwrap()
    };

    let metadata = get("/.well-known/openid-credential-issuer").await;
    assert_eq!(metadata["credential_issuer"], issuer.origin.as_str());
    assert_eq!(metadata["batch_credential_issuance"]["batch_size"], 10);
    assert_eq!(metadata["display"][0]["locale"], "nl");
    assert_eq!(
        metadata["display"][1]["name"],
        "Waterland University of Applied Sciences"
    );
    for (id, format) in [
        ("microcredential_show", "vc+sd-jwt"),
        ("microcredential_vc_sd_jwt", "vc+sd-jwt"),
        ("microcredential_ldp", "ldp_vc"),
        ("microcredential_ldp_sd", "ldp_vc"),
    ] {
        let configuration = &metadata["credential_configurations_supported"][id];
        assert_eq!(configuration["format"], format);
        assert_eq!(
            configuration["proof_types_supported"]["jwt"]["proof_signing_alg_values_supported"][0],
            "ES256"
        );
        for named in [
            &configuration["credential_metadata"],
            &configuration["credential_metadata"]["claims"][0],
        ] {
            let locales: Vec<&Value> = named["display"]
                .as_array()
                .unwrap()
                .iter()
                .map(|name| &name["locale"])
                .collect();
            assert_eq!(locales, ["nl", "en"]);
        }
    }

    let server = get("/.well-known/oauth-authorization-server").await;
    assert_eq!(server["issuer"], issuer.origin.as_str());
    assert_eq!(
        server["token_endpoint"],
        format!("{}/openid4vci/token", issuer.origin)
    );
    assert_eq!(server["pre-authorized_grant_anonymous_access_supported"], true);
}
