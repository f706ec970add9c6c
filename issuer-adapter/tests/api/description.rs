use crate::fixture::TestIssuer;
use serde_json::Value;

#[tokio::test]
async fn the_service_describes_its_api() {
    let issuer = TestIssuer::start().await;

    let response = issuer
        .client
        .get(format!("{}/openapi.json", issuer.origin))
        .send()
        .await
        .unwrap();
    let served: Value = response.json().await.unwrap();

    assert_eq!(served, issuer_adapter::openapi());
    assert_eq!(served["openapi"], "3.1.0");
    for (path, operations) in served["paths"].as_object().unwrap() {
        for (method, operation) in operations.as_object().unwrap() {
            for (status, response) in operation["responses"].as_object().unwrap() {
                assert!(
                    !response["description"].as_str().unwrap().is_empty(),
                    "{method} {path} {status}"
                );
            }
            let desk = path.starts_with("/desk/");
            assert_eq!(operation["tags"][0] == "desk", desk, "{method} {path}");
            assert_eq!(
                operation["security"][0].get("desk").is_some(),
                desk,
                "{method} {path}"
            );
        }
    }
}

/// `WAARMERK_WRITE=1` writes the file instead.
#[test]
fn the_published_description_is_that_of_the_code() {
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../specs/api/issuer-adapter.openapi.json"
    );
    if std::env::var_os("WAARMERK_WRITE").is_some() {
        std::fs::write(file, format!("{:#}\n", issuer_adapter::openapi())).unwrap();
    }

    let published: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();

    assert_eq!(published, issuer_adapter::openapi());
}
