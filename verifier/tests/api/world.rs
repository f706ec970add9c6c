//! A web server on loopback that publishes what the scenarios say.

use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use test_support::scenarios::{Answer, Scenario, World, scenarios};
use tokio::net::TcpListener;

/// Serves every scenario's world on a port of its own.
pub(crate) async fn serve() -> std::io::Result<(String, Vec<Scenario>)> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let origin = format!("http://localhost:{}", listener.local_addr()?.port());
    let all = scenarios(&origin);
    let world: World = all.iter().flat_map(|scenario| scenario.world.clone()).collect();
    let published = Arc::new((origin.clone(), world));
    let router = Router::new().fallback(answer).with_state(published);
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok((origin, all))
}

async fn answer(State(published): State<Arc<(String, World)>>, request: Request) -> Response {
    let (origin, world) = &*published;
    let url = format!("{origin}{}", request.uri().path());
    let mut response = match world.get(&url) {
        Some(Answer::Body(body)) => body.clone().into_response(),
        Some(Answer::Status(status)) => StatusCode::from_u16(*status)
            .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
            .into_response(),
        // A body that breaks off at once takes the connection with it.
        Some(Answer::Silence) => {
            let broken =
                futures_util::stream::once(async { Err::<Vec<u8>, _>(std::io::Error::other("gone")) });
            Body::from_stream(broken).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    };
    let headers = response.headers_mut();
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("content-type"),
    );
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
