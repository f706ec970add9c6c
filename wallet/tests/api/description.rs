use serde_json::Value;

use crate::fixture::TestWallet;

#[tokio::test]
async fn the_service_describes_its_api() {
    let wallet = TestWallet::start().await;

    let served: Value = wallet.get("/openapi.json").await.json().await.unwrap();

    assert_eq!(served, wallet::openapi());
    assert_eq!(served["openapi"], "3.1.0");
}

/// `WAARMERK_WRITE=1` writes the file instead.
#[test]
fn the_published_description_is_that_of_the_code() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../specs/api/wallet.openapi.json");
    if std::env::var_os("WAARMERK_WRITE").is_some() {
        std::fs::write(file, format!("{:#}\n", wallet::openapi())).unwrap();
    }

    let published: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();

    assert_eq!(published, wallet::openapi());
}

#[test]
fn no_address_of_the_api_names_a_share() {
    for path in wallet::openapi()["paths"].as_object().unwrap().keys() {
        assert!(!path.contains('{'), "{path}");
    }
}
