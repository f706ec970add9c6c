//! The address that is passed on.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand_core::CryptoRng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use url::Url;
use zeroize::Zeroizing;

/// Put before the key when its id is computed, so that the digest is of use for nothing else.
const LABEL: &[u8] = b"waarmerk share link 2\0";

/// Before the id in the URI that names a share.
const URI: &str = "urn:waarmerk:share:";

const LONGEST_LINK: usize = 2048;

/// Which share: 22 characters of base64url, the first 16 bytes of SHA-256 over a label and the share's key.
///
/// So an id fits one key alone, and tells nothing about it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ShareId(String);

impl ShareId {
    /// The id as it stands in a link.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The name of the share, which is the audience of the presentation in it: `urn:waarmerk:share:…`.
    pub fn uri(&self) -> String {
        format!("{URI}{}", self.0)
    }

    /// The id in such a name.
    pub fn from_uri(uri: &str) -> Option<Self> {
        uri.strip_prefix(URI)?.parse().ok()
    }

    fn of(key: &[u8; 32]) -> Self {
        let digest = Sha256::new().chain_update(LABEL).chain_update(key).finalize();
        Self(URL_SAFE_NO_PAD.encode(&digest[..16]))
    }
}

impl FromStr for ShareId {
    type Err = LinkError;

    fn from_str(text: &str) -> Result<Self, LinkError> {
        bytes::<16>(text)
            .map(|_| Self(text.to_owned()))
            .ok_or(LinkError::Incomplete)
    }
}

impl TryFrom<String> for ShareId {
    type Error = LinkError;

    fn try_from(text: String) -> Result<Self, LinkError> {
        text.parse()
    }
}

impl From<ShareId> for String {
    fn from(id: ShareId) -> Self {
        id.0
    }
}

/// Why a text is no link to a share.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Something else altogether.
    #[error("not a link to a share")]
    OtherText,
    /// It leads to a share, and a part of it is missing.
    #[error("the link to the share is not complete")]
    Incomplete,
    /// The key in it is not the key of the share that it names.
    #[error("the key in the link does not belong to the share")]
    WrongKey,
}

/// A link to a share: `<wallet>s/#<id>.<key>`.
///
/// The fragment is what browsers never send, so neither id nor key reaches a server or its logs by following the link.
#[derive(Clone)]
pub struct ShareLink {
    /// The wallet's address, ending in `/`.
    wallet: Url,
    id: ShareId,
    key: Zeroizing<[u8; 32]>,
}

/// The key stays out of logs, and the id that is computed from it.
impl fmt::Debug for ShareLink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ShareLink({} …)", self.wallet.origin().ascii_serialization())
    }
}

impl PartialEq for ShareLink {
    fn eq(&self, other: &Self) -> bool {
        self.wallet == other.wallet && self.id == other.id
    }
}

impl ShareLink {
    /// A link to a new share at the wallet whose address is `wallet`.
    pub fn create(wallet: &Url, rng: &mut dyn CryptoRng) -> Result<Self, LinkError> {
        let mut key = Zeroizing::new([0; 32]);
        rng.fill_bytes(key.as_mut_slice());
        Self::with_key(wallet, key)
    }

    /// The link to the share with this key (base64url), as [`ShareLink::key`] gave it.
    pub fn of_key(wallet: &Url, key: &str) -> Result<Self, LinkError> {
        Self::with_key(wallet, bytes(key).ok_or(LinkError::Incomplete)?)
    }

    fn with_key(wallet: &Url, key: Zeroizing<[u8; 32]>) -> Result<Self, LinkError> {
        let mut wallet = wallet.clone();
        wallet.set_fragment(None);
        if !wallet.path().ends_with('/') {
            wallet.set_path(&format!("{}/", wallet.path()));
        }
        check_base(&wallet)?;
        Ok(Self {
            id: ShareId::of(&key),
            wallet,
            key,
        })
    }

    /// Reads a link; white space and parameters, which others put in on the way, do not matter.
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        if text.len() > LONGEST_LINK {
            return Err(LinkError::OtherText);
        }
        let text: String = text.split_whitespace().collect();
        let mut wallet = Url::parse(&text).map_err(|_| LinkError::OtherText)?;
        // Where a link is passed on, some services add parameters to follow who opens it.
        wallet.set_query(None);
        check_base(&wallet)?;
        let path = wallet.path().trim_end_matches('/');
        let above = path.strip_suffix("/s").ok_or(LinkError::OtherText)?;
        let above = format!("{above}/");
        let fragment = wallet.fragment().map(str::to_owned);
        let fragment = fragment
            .filter(|text| !text.is_empty())
            .ok_or(LinkError::Incomplete)?;
        wallet.set_fragment(None);
        wallet.set_path(&above);

        let (id, key) = fragment.split_once('.').ok_or(LinkError::Incomplete)?;
        let id: ShareId = id.parse()?;
        let key = bytes(key).ok_or(LinkError::Incomplete)?;
        if ShareId::of(&key) != id {
            return Err(LinkError::WrongKey);
        }
        Ok(Self { wallet, id, key })
    }

    /// The link as text. Whoever has it can read the share: never log it.
    pub fn reveal(&self) -> String {
        format!("{}s/#{}.{}", self.wallet, self.id.0, self.key().as_str())
    }

    /// Which share.
    pub fn id(&self) -> &ShareId {
        &self.id
    }

    /// The key in base64url.
    pub fn key(&self) -> Zeroizing<String> {
        Zeroizing::new(URL_SAFE_NO_PAD.encode(self.key.as_slice()))
    }

    pub(crate) fn key_bytes(&self) -> &[u8; 32] {
        &self.key
    }

    /// The wallet's address, ending in `/`.
    pub fn wallet(&self) -> &Url {
        &self.wallet
    }

    /// Where the share is opened: a POST of `{"id": …}`.
    pub fn open_address(&self) -> String {
        format!("{}v1/shares/open", self.wallet)
    }
}

/// A web address with nothing in it that would confuse: no user, no query.
fn check_base(address: &Url) -> Result<(), LinkError> {
    let plain = matches!(address.scheme(), "https" | "http")
        && address.host_str().is_some()
        && address.username().is_empty()
        && address.password().is_none()
        && address.query().is_none();
    if plain { Ok(()) } else { Err(LinkError::OtherText) }
}

/// Exactly `N` bytes of base64url without padding.
fn bytes<const N: usize>(text: &str) -> Option<Zeroizing<[u8; N]>> {
    let decoded = Zeroizing::new(URL_SAFE_NO_PAD.decode(text).ok()?);
    let exact: [u8; N] = decoded.as_slice().try_into().ok()?;
    Some(Zeroizing::new(exact))
}
