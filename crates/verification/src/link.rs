//! What somebody shares by link (`specs/share-link/`): what the store's answer means, and what is in it.

use credentials::json::{self, Limits};
use serde_json::Value;
use share_link::{LinkError, OpenError, Share, ShareLink, Terms};

use crate::{Input, InputError};

/// The longest answer of a store that is read.
const LONGEST_ANSWER: usize = share_link::MAX_SEALED_CHARACTERS + 1024;

/// A presentation from behind a link, with what the link says of it.
#[derive(Clone)]
pub struct Shared {
    pub(crate) link: ShareLink,
    pub(crate) share: Share,
}

impl Shared {
    /// What the link says of itself; whether the holder signed that is for [`crate::verify`].
    pub fn terms(&self) -> &Terms {
        &self.share.terms
    }
}

/// Opens what the store of a link gave for it just now. Nothing in it is verified yet.
///
/// Only for whoever asked the store: that the link still counts is known from its answer alone. What somebody else
/// says to have been given is no input.
pub fn open(link: &ShareLink, sealed: &str) -> Result<Input, InputError> {
    let share = share_link::open(sealed.trim(), link)?;
    let link = link.clone();
    Ok(Input::Shared(Box::new(Shared { link, share })))
}

/// The sealed share in a store's answer to a POST at [`ShareLink::open_address`], or why there is none.
pub fn sealed_share(status: u16, body: &[u8]) -> Result<String, InputError> {
    let limits = Limits {
        bytes: LONGEST_ANSWER,
        depth: 4,
        ..Limits::default()
    };
    let answer = json::parse(body, &limits).unwrap_or_default();
    let text = |name: &str| answer.get(name).and_then(Value::as_str);
    match (status, text("share"), text("type")) {
        (200, Some(sealed), _) => Ok(sealed.to_owned()),
        (_, _, Some("/problems/share-withdrawn")) => Err(InputError::LinkWithdrawn),
        (_, _, Some("/problems/share-ended")) => Err(InputError::LinkEnded),
        (_, _, Some("/problems/share-used-up")) => Err(InputError::LinkUsedUp),
        (429 | 500.., _, _) => Err(InputError::LinkNoAnswer),
        _ => Err(InputError::LinkUnknown),
    }
}

impl From<LinkError> for InputError {
    fn from(error: LinkError) -> Self {
        match error {
            LinkError::OtherText => Self::Unknown,
            LinkError::Incomplete => Self::LinkIncomplete,
            LinkError::WrongKey => Self::LinkWrongKey,
        }
    }
}

impl From<OpenError> for InputError {
    fn from(error: OpenError) -> Self {
        match error {
            OpenError::TooLarge => Self::TooLarge,
            OpenError::NotAShare | OpenError::OtherShare | OpenError::Changed | OpenError::Content => {
                Self::ShareChanged
            }
        }
    }
}
