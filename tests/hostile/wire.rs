//! Requests as they are, byte by byte: clients in libraries are too well-mannered to send these.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Longer than any limit of a service's.
const PATIENCE: Duration = Duration::from_secs(60);

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// A request to write to the wire.
#[derive(Clone)]
pub(crate) struct Request {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    /// The length it claims to have, if not its own.
    pub(crate) claimed: Option<usize>,
}

impl Request {
    pub(crate) fn new(method: &str, target: &str) -> Self {
        Self {
            method: method.to_uppercase(),
            target: target.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            claimed: None,
        }
    }

    pub(crate) fn with(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn bytes(&self, host: &str) -> Vec<u8> {
        let mut head = format!(
            "{} {} HTTP/1.1\r\nConnection: close\r\n",
            self.method, self.target
        );
        if !self.headers.iter().any(|(name, _)| name == "Host") {
            head.push_str(&format!("Host: {host}\r\n"));
        }
        for (name, value) in &self.headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        let length = self.claimed.unwrap_or(self.body.len());
        if length > 0 || self.method != "GET" {
            head.push_str(&format!("Content-Length: {length}\r\n"));
        }
        head.push_str("\r\n");
        let mut bytes = head.into_bytes();
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// Sends it to `origin`; `None` when the connection was closed without a word.
    pub(crate) async fn send(&self, origin: &str) -> Option<Answer> {
        let host = origin.trim_start_matches("http://");
        let address = host.replace("localhost", "127.0.0.1");
        // A server may close while a large body is still on its way, and the answer may then get lost.
        for _ in 0..3 {
            let answer = exchange(&address, self.bytes(host), self.claimed.is_some()).await;
            if answer.is_some() || self.claimed.is_some() {
                return answer;
            }
        }
        None
    }
}

/// Sends bytes, hangs up where told so, and reads the answer.
pub(crate) async fn exchange(address: &str, bytes: Vec<u8>, ends: bool) -> Option<Answer> {
    let (mut reader, mut writer) = TcpStream::connect(address).await.unwrap().into_split();
    let writing = tokio::spawn(async move {
        let _ = writer.write_all(&bytes).await;
        if ends {
            let _ = writer.shutdown().await;
        }
        writer
    });
    let mut said = Vec::new();
    let reading = async {
        let mut piece = [0; 16 * 1024];
        while let Ok(length @ 1..) = reader.read(&mut piece).await {
            said.extend_from_slice(&piece[..length]);
        }
    };
    tokio::time::timeout(PATIENCE, reading)
        .await
        .expect("an answer or an end");
    writing.abort();
    let split = said.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8_lossy(&said[..split]).into_owned();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    Some(Answer {
        status,
        head,
        body: said[split + 4..].to_vec(),
    })
}
