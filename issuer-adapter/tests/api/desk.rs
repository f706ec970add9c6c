use crate::fixture::TestIssuer;
use reqwest::Method;
use serde_json::json;

#[tokio::test]
async fn desk_needs_its_key_everywhere() {
    let issuer = TestIssuer::start().await;
    let id = issuer.reviewed().await;
    for (method, path) in [
        (Method::GET, "me".to_owned()),
        (Method::GET, "awards".into()),
        (Method::GET, format!("awards/{id}")),
        (Method::PATCH, format!("awards/{id}")),
        (Method::POST, "imports".into()),
        (Method::POST, format!("awards/{id}/approve")),
        (Method::POST, format!("awards/{id}/offer")),
        (Method::POST, format!("awards/{id}/revoke")),
        (Method::POST, format!("awards/{id}/suspend")),
        (Method::POST, format!("awards/{id}/reinstate")),
    ] {
        for key in [None, Some("a wrong key of the desk")] {
            let mut request = issuer
                .client
                .request(method.clone(), format!("{}/desk/api/{path}", issuer.origin))
                .json(&json!({}));
            if let Some(key) = key {
                request = request.bearer_auth(key);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 401, "{method} {path} {key:?}");
            assert!(
                response.headers().contains_key("www-authenticate"),
                "{method} {path}"
            );
        }
    }
    assert_eq!(issuer.award(&id).await["state"], "review");
}

#[tokio::test]
async fn desk_tells_who_works_here() {
    let issuer = TestIssuer::start().await;

    let (status, me) = issuer.desk(Method::GET, "me", None).await;

    assert_eq!(status, 200);
    assert_eq!(me["institution"]["name"]["nl"], "Hogeschool Waterland");
    assert_eq!(me["units"][0]["slug"], "energie");
    assert_eq!(me["units"][0]["sector"], "hbo");
    assert_eq!(me["units"][0]["did"], issuer.registration.units[0].did.as_str());
}

#[tokio::test]
async fn desk_is_not_for_pages_of_other_origins() {
    let issuer = TestIssuer::start().await;

    let response = issuer
        .client
        .request(Method::OPTIONS, format!("{}/desk/api/me", issuer.origin))
        .header("origin", "https://evil.example")
        .header("access-control-request-method", "GET")
        .header("access-control-request-headers", "authorization")
        .send()
        .await
        .unwrap();

    assert!(!response.headers().contains_key("access-control-allow-origin"));
}

#[tokio::test]
async fn front_door_leads_to_the_desk() {
    let issuer = TestIssuer::start().await;
    for path in ["/", "/desk"] {
        let response = issuer
            .client
            .get(format!("{}{path}", issuer.origin))
            .send()
            .await
            .unwrap();
        assert_eq!(
            (response.status().as_u16(), &response.headers()["location"]),
            (307, &"/desk/".parse().unwrap()),
            "{path}"
        );
    }
    // With or without built pages, an unknown address of the API is not a page.
    let response = issuer
        .client
        .get(format!("{}/nothing", issuer.origin))
        .send()
        .await
        .unwrap();
    assert_eq!(response.status(), 404);
    assert_eq!(response.headers()["content-type"], "application/problem+json");
}
