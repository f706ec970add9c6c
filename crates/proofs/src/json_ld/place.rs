//! Where in a document the walk is.

use super::JsonLdError;

/// Objects and arrays deeper than this are refused.
const DEEPEST: usize = 64;

/// Where the walk is, as a list that leads outwards.
#[derive(Clone, Copy, Default)]
pub(super) struct Place<'a> {
    outer: Option<&'a Place<'a>>,
    token: Token<'a>,
    depth: usize,
}

/// One step inwards.
#[derive(Clone, Copy, Default)]
pub(super) enum Token<'a> {
    #[default]
    Root,
    Member(&'a str),
    Element(usize),
    /// Several steps at once, written as a JSON pointer.
    Path(&'a str),
}

impl<'a> Place<'a> {
    pub(super) fn inner<'b>(&'b self, token: Token<'b>) -> Result<Place<'b>, JsonLdError>
    where
        'a: 'b,
    {
        if self.depth == DEEPEST {
            return Err(JsonLdError::TooComplex);
        }
        Ok(Place {
            outer: Some(self),
            token,
            depth: self.depth + 1,
        })
    }

    pub(super) fn pointer(&self) -> String {
        let mut pointer = self.outer.map(Place::pointer).unwrap_or_default();
        match self.token {
            Token::Root => {}
            Token::Member(name) => {
                pointer.push('/');
                pointer.push_str(&name.replace('~', "~0").replace('/', "~1"));
            }
            Token::Element(number) => {
                pointer.push('/');
                pointer.push_str(&number.to_string());
            }
            Token::Path(path) => pointer.push_str(path),
        }
        pointer
    }
}
