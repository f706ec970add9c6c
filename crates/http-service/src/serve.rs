//! Serving until told to stop, to nobody more than their share.

use std::collections::HashMap;
use std::future::Future;
use std::io;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tower::ServiceExt;

use crate::client::{ClientAddress, Network};
use crate::rate::Rates;

/// How long requests under way may take to finish after `shutdown`.
const GRACE: Duration = Duration::from_secs(10);
/// How long an answer under way may take after a connection has had its time.
const LAST_ANSWER: Duration = Duration::from_secs(30);
/// More headers and a longer head than these break the connection off without a word; [`crate::harden`] refuses
/// politely long before.
const MOST_HEADERS: usize = 256;
const MOST_HEAD_BYTES: usize = 128 * 1024;

/// What a server gives each client, and whom it believes about who that is.
#[derive(Clone, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Serving {
    /// The proxies whose `X-Forwarded-For` is believed; none of them is held to a client's limits.
    pub proxies: Vec<Network>,
    /// The most connections at once; further clients wait.
    pub connections: usize,
    /// The most connections of one client at once; further ones are closed.
    pub connections_per_client: usize,
    /// The longest time to send the head of a request, and for which a connection may wait for its next one.
    #[serde(rename = "header_seconds", deserialize_with = "seconds")]
    pub header_time: Duration,
    /// The longest life of a connection. It ends after the answer under way, so a client that reads slowly keeps
    /// its place half a minute longer at most.
    #[serde(rename = "connection_seconds", deserialize_with = "seconds")]
    pub connection_time: Duration,
    /// Other numbers for the rate limits, by name, in attempts a minute.
    pub rates: Rates,
}

fn seconds<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    <u64 as serde::Deserialize>::deserialize(deserializer).map(Duration::from_secs)
}

impl Default for Serving {
    /// No proxies, 1024 connections of which 256 by one client, 15 seconds for a head, five minutes for a connection.
    fn default() -> Self {
        Self {
            proxies: Vec::new(),
            connections: 1024,
            connections_per_client: 256,
            header_time: Duration::from_secs(15),
            connection_time: Duration::from_secs(300),
            rates: Rates::default(),
        }
    }
}

/// [`serve_with`] the defaults of [`Serving`].
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    serve_with(listener, router, Serving::default(), shutdown).await
}

/// Serves `router` over HTTP/1.1 on `listener` until `shutdown` completes, then lets the requests under way
/// finish, ten seconds at most. Every request carries its [`ClientAddress`].
pub async fn serve_with(
    listener: TcpListener,
    router: Router,
    serving: Serving,
    shutdown: impl Future<Output = ()> + Send + 'static,
) -> io::Result<()> {
    let room = Arc::new(Semaphore::new(
        serving.connections.clamp(1, Semaphore::MAX_PERMITS),
    ));
    let (stopping, stopped) = watch::channel(());
    let server = Arc::new(Server {
        router,
        rates: Arc::new(serving.rates.clone()),
        serving,
        clients: Mutex::default(),
    });
    let mut shutdown = pin!(shutdown);
    let mut connections = JoinSet::new();
    loop {
        let next = async {
            // Without room nothing is accepted: who comes next waits in the system's queue.
            let room = room.clone().acquire_owned().await;
            (listener.accept().await, room)
        };
        let (accepted, place) = tokio::select! {
            biased;
            () = &mut shutdown => break,
            next = next => next,
        };
        while connections.try_join_next().is_some() {}
        match accepted {
            Ok((stream, peer)) => {
                let (server, stopped) = (server.clone(), stopped.clone());
                connections.spawn(async move {
                    let _place = place;
                    server.connection(stream, peer.ip(), stopped).await;
                });
            }
            Err(error) => {
                tracing::warn!(%error, "a connection could not be accepted");
                // Out of file handles, for one; it does not mend at once.
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
    drop(listener);
    drop(stopping);
    let all_ended = async { while connections.join_next().await.is_some() {} };
    if tokio::time::timeout(GRACE, all_ended).await.is_err() {
        tracing::warn!("stopped with requests still under way");
    }
    Ok(())
}

struct Server {
    router: Router,
    serving: Serving,
    rates: Arc<Rates>,
    /// How many connections each client has, by the address of the connection.
    clients: Mutex<HashMap<ClientAddress, usize>>,
}

impl Server {
    async fn connection(self: Arc<Self>, stream: TcpStream, peer: IpAddr, mut stopped: watch::Receiver<()>) {
        let Some(_seat) = self.seat(peer) else {
            tracing::warn!("a client has too many connections");
            return;
        };
        // Small answers should not wait for more to send.
        let _ = stream.set_nodelay(true);
        let server = self.clone();
        let answer = service_fn(move |request: http::Request<Incoming>| {
            let mut request = request.map(Body::new);
            let client = ClientAddress::behind(&server.serving.proxies, peer, request.headers());
            request.extensions_mut().insert(client);
            request.extensions_mut().insert(server.rates.clone());
            server.router.clone().oneshot(request)
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(self.serving.header_time)
            .max_headers(MOST_HEADERS)
            .max_buf_size(MOST_HEAD_BYTES)
            .serve_connection(TokioIo::new(stream), answer);
        let mut connection = pin!(connection);
        tokio::select! {
            ended = connection.as_mut() => {
                if let Err(error) = ended {
                    // A client that left, was too slow, or does not speak HTTP.
                    tracing::debug!(%error, "connection ended");
                }
                return;
            }
            _ = stopped.changed() => {}
            () = tokio::time::sleep(self.serving.connection_time) => {}
        }
        connection.as_mut().graceful_shutdown();
        if tokio::time::timeout(LAST_ANSWER, connection).await.is_err() {
            tracing::debug!("connection broken off");
        }
    }

    /// A seat among the client's connections, given up when dropped; `None` when it has its share.
    fn seat(self: &Arc<Self>, peer: IpAddr) -> Option<Seat> {
        let proxies = &self.serving.proxies;
        let client = ClientAddress::new(peer);
        let is_proxy = proxies.iter().any(|network| network.contains(peer));
        let mut clients = self.clients.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = clients.entry(client).or_default();
        if *taken >= self.serving.connections_per_client && !is_proxy {
            return None;
        }
        *taken += 1;
        drop(clients);
        Some(Seat {
            server: self.clone(),
            client,
        })
    }
}

struct Seat {
    server: Arc<Server>,
    client: ClientAddress,
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut clients = self.server.clients.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(taken) = clients.get_mut(&self.client) {
            *taken -= 1;
            if *taken == 0 {
                clients.remove(&self.client);
            }
        }
    }
}

/// Completes when the process is asked to end, by Ctrl-C or by a termination signal.
pub async fn interrupted() {
    let interrupt = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => {
                signal.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => {}, () = terminate => {} }
}
