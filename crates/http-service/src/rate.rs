//! How often one client may ask for what is costly or worth guessing at.
//!
//! A client has a store of attempts that fills again over a minute. Public answers that caches keep are not
//! limited: whoever checks a credential must always get them.

use std::collections::{BTreeMap, HashMap};
use std::convert::Infallible;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};
use std::time::Instant;

use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use tower::{Layer, Service, ServiceExt};

use crate::Problem;
use crate::client::ClientAddress;

/// Of how many clients the attempts are counted, at most.
const MOST_CLIENTS: usize = 20_000;

/// A layer that answers 429, with `Retry-After`, to a client who asks too often.
///
/// ```
/// use axum::{Router, routing::post};
/// use http_service::RateLimit;
///
/// let shares = RateLimit::requests("shares", 30);
/// let router: Router = Router::new().route("/shares", post(|| async { "kept" }).layer(shares));
/// ```
///
/// Whoever runs the service may set another number under the limit's name ([`Rates`]). Clients are told apart as
/// [`crate::serve_with`] does; a layer and its clones count together.
#[derive(Clone, Debug)]
pub struct RateLimit {
    name: &'static str,
    per_minute: u32,
    counted: Counted,
    stores: Arc<Mutex<Stores>>,
}

/// The numbers that whoever runs a service sets, in attempts a minute by the name of the limit; 0 for no limit.
/// `*` stands for every limit that is not named.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(transparent)]
pub struct Rates(pub BTreeMap<String, u32>);

impl Rates {
    /// No limits at all, for a demonstration where everybody is one client.
    pub fn unlimited() -> Self {
        Self(BTreeMap::from([("*".to_owned(), 0)]))
    }

    fn of(&self, name: &str) -> Option<u32> {
        self.0.get(name).or_else(|| self.0.get("*")).copied()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Counted {
    Requests,
    /// Requests that are answered with 401.
    Refusals,
}

type Stores = HashMap<ClientAddress, Store>;

/// How many attempts a client had left at a moment.
#[derive(Clone, Copy, Debug)]
struct Store {
    left: f64,
    at: Instant,
}

impl RateLimit {
    /// At most `per_minute` requests by one client in a minute.
    pub fn requests(name: &'static str, per_minute: u32) -> Self {
        Self::new(name, per_minute, Counted::Requests)
    }

    /// At most `per_minute` requests by one client in a minute that are answered with 401. After these, the right
    /// secret is not looked at either: otherwise a guess would still be worth its while.
    pub fn refusals(name: &'static str, per_minute: u32) -> Self {
        Self::new(name, per_minute, Counted::Refusals)
    }

    fn new(name: &'static str, per_minute: u32, counted: Counted) -> Self {
        Self {
            name,
            per_minute,
            counted,
            stores: Arc::default(),
        }
    }

    fn allowed(&self, request: &Request) -> u32 {
        let set = request.extensions().get::<Arc<Rates>>();
        let own = set.and_then(|rates| rates.of(self.name));
        own.unwrap_or(self.per_minute)
    }

    /// Takes `cost` attempts from the client's store, if there is one left; else how long to wait for one, in seconds.
    fn take(&self, client: ClientAddress, per_minute: u32, cost: f64, now: Instant) -> Result<(), u64> {
        let most = f64::from(per_minute);
        let a_second = most / 60.0;
        let left =
            |store: &Store| (store.left + now.duration_since(store.at).as_secs_f64() * a_second).min(most);
        let mut stores = self.stores.lock().unwrap_or_else(PoisonError::into_inner);
        if stores.len() >= MOST_CLIENTS && !stores.contains_key(&client) {
            // Whoever may do everything again need not be remembered.
            stores.retain(|_, store| left(store) < most);
            if stores.len() >= MOST_CLIENTS {
                stores.clear();
            }
        }
        let store = stores.entry(client).or_insert(Store { left: most, at: now });
        let now_left = left(store);
        if now_left < 1.0 {
            return Err(((1.0 - now_left) / a_second).ceil() as u64);
        }
        *store = Store {
            left: now_left - cost,
            at: now,
        };
        Ok(())
    }
}

impl<S> Layer<S> for RateLimit {
    type Service = RateLimited<S>;

    fn layer(&self, inner: S) -> RateLimited<S> {
        RateLimited {
            limit: self.clone(),
            inner,
        }
    }
}

/// What [`RateLimit`] makes of a service.
#[derive(Clone, Debug)]
pub struct RateLimited<S> {
    limit: RateLimit,
    inner: S,
}

impl<S> Service<Request> for RateLimited<S>
where
    S: Service<Request, Error = Infallible> + Clone + Send + 'static,
    S::Response: IntoResponse,
    S::Future: Send,
{
    type Response = Response;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        // Whether the inner service is ready is asked when it is called.
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let Self { limit, inner } = self.clone();
        Box::pin(async move {
            let per_minute = limit.allowed(&request);
            if per_minute == 0 {
                return inner.oneshot(request).await.map(IntoResponse::into_response);
            }
            let client = ClientAddress::of(request.extensions());
            let cost = match limit.counted {
                Counted::Requests => 1.0,
                Counted::Refusals => 0.0,
            };
            if let Err(seconds) = limit.take(client, per_minute, cost, Instant::now()) {
                tracing::warn!(limit = limit.name, "a client asks too often");
                return Ok(too_often(seconds).into_response());
            }
            let response = inner.oneshot(request).await?.into_response();
            if limit.counted == Counted::Refusals && response.status() == StatusCode::UNAUTHORIZED {
                let _ = limit.take(client, per_minute, 1.0, Instant::now());
            }
            Ok(response)
        })
    }
}

fn too_often(seconds: u64) -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-requests",
        format!("This was asked too often from here. Try again in {seconds} s."),
    )
    .in_dutch(format!(
        "Dit is hiervandaan te vaak gevraagd. Probeer het over {seconds} s opnieuw."
    ))
    .retry_after(seconds)
}

#[cfg(test)]
mod tests {
    use std::net::IpAddr;
    use std::time::Duration;

    use axum::body::Body;
    use axum::routing::get;
    use axum::{Router, http};

    use super::*;

    async fn ask(router: &Router, path: &str, client: u8, rates: Option<Rates>) -> Response {
        let mut request = http::Request::get(path).body(Body::empty()).unwrap();
        let address = ClientAddress::new(IpAddr::from([192, 0, 2, client]));
        request.extensions_mut().insert(address);
        if let Some(rates) = rates {
            request.extensions_mut().insert(Arc::new(rates));
        }
        router.clone().oneshot(request).await.unwrap()
    }

    fn limited(limit: RateLimit) -> Router {
        Router::new()
            .route("/", get(|| async { "fine" }))
            .route("/locked", get(|| async { StatusCode::UNAUTHORIZED }))
            .layer(limit)
    }

    #[tokio::test]
    async fn a_client_who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up() {
        let router = limited(RateLimit::requests("checks", 3));
        for _ in 0..3 {
            assert_eq!(ask(&router, "/", 1, None).await.status(), StatusCode::OK);
        }

        let refused = ask(&router, "/", 1, None).await;
        let other = ask(&router, "/", 2, None).await;

        assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(refused.headers()["content-type"], "application/problem+json");
        assert_eq!(refused.headers()["retry-after"], "20");
        assert_eq!(other.status(), StatusCode::OK);
    }

    #[tokio::test]
    async fn only_refused_log_ins_count_and_after_too_many_the_right_one_waits_as_well() {
        let router = limited(RateLimit::refusals("log-ins", 3));
        for _ in 0..50 {
            assert_eq!(ask(&router, "/", 1, None).await.status(), StatusCode::OK);
        }
        for _ in 0..3 {
            assert_eq!(
                ask(&router, "/locked", 1, None).await.status(),
                StatusCode::UNAUTHORIZED
            );
        }

        assert_eq!(
            ask(&router, "/", 1, None).await.status(),
            StatusCode::TOO_MANY_REQUESTS
        );
    }

    #[tokio::test]
    async fn whoever_runs_the_service_sets_the_number_or_none() {
        let rates = |number| Some(Rates(BTreeMap::from([("checks".to_owned(), number)])));
        let router = limited(RateLimit::requests("checks", 3));

        assert_eq!(ask(&router, "/", 1, rates(1)).await.status(), StatusCode::OK);
        assert_eq!(
            ask(&router, "/", 1, rates(1)).await.status(),
            StatusCode::TOO_MANY_REQUESTS
        );
        for _ in 0..20 {
            assert_eq!(ask(&router, "/", 2, rates(0)).await.status(), StatusCode::OK);
            let all = Some(Rates::unlimited());
            assert_eq!(ask(&router, "/", 3, all).await.status(), StatusCode::OK);
        }
    }

    #[tokio::test]
    async fn attempts_come_back_with_time() {
        let limit = RateLimit::requests("checks", 3);
        let client = ClientAddress::new(IpAddr::from([192, 0, 2, 1]));
        let start = Instant::now();
        let after = |seconds| limit.take(client, 3, 1.0, start + Duration::from_secs(seconds));

        assert!(after(0).is_ok() && after(0).is_ok() && after(0).is_ok());
        assert_eq!(after(5), Err(15));
        assert!(after(21).is_ok());
        assert!(after(22).is_err());
        assert!(after(6_000).is_ok() && after(6_000).is_ok() && after(6_000).is_ok());
        assert!(after(6_000).is_err(), "no more is saved up than one minute's");
    }

    #[tokio::test]
    async fn what_is_remembered_of_clients_is_bounded() {
        let limit = RateLimit::requests("checks", 3);
        for number in 0..MOST_CLIENTS + 10 {
            let address = IpAddr::from(u32::try_from(number).unwrap().to_be_bytes());
            limit
                .take(ClientAddress::new(address), 3, 1.0, Instant::now())
                .unwrap();
        }

        assert!(limit.stores.lock().unwrap().len() <= MOST_CLIENTS);
    }
}
