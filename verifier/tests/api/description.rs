use serde_json::Value;

use crate::fixture::TestVerifier;

#[tokio::test]
async fn the_service_describes_its_api() {
    let verifier = TestVerifier::trusting(&[]).await;

    let served = {
        let address = format!("{}/openapi.json", verifier.origin);
        reqwest::get(address)
            .await
            .unwrap()
            .json::<Value>()
            .await
            .unwrap()
    };

    assert_eq!(served, verifier::openapi());
    assert_eq!(served["openapi"], "3.1.0");
    for (path, operations) in served["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(
                    !response["description"].as_str().unwrap().is_empty(),
                    "{method} {path} {status}"
                );
            }
        }
    }
}

/// `WAARMERK_WRITE=1` writes the file instead.
#[test]
fn the_published_description_is_that_of_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs/api/verifier.openapi.json");
    if std::env::var_os("WAARMERK_WRITE").is_some() {
        std::fs::write(file, format!("{:#}\n", verifier::openapi())).unwrap();
    }

    let published: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();

    assert_eq!(published, verifier::openapi());
}
