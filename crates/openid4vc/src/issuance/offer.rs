//! Reading a credential offer from a link, a QR code or pasted text (section 4.1).

use super::messages::{CredentialOffer, MessageError};
use url::Url;

/// The longest text taken for an offer, in bytes.
const LONGEST: usize = 16 * 1024;

/// An offer as it came: in the text itself, or at an address that the text gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// The offer (`credential_offer`).
    Value(CredentialOffer),
    /// Where the offer is (`credential_offer_uri`); to be fetched with `Accept: application/json`.
    Reference(Url),
}

/// Why a text is not an offer.
#[derive(Debug, thiserror::Error)]
pub enum OfferError {
    /// Longer than any offer.
    #[error("the text is longer than {LONGEST} bytes")]
    TooLong,
    /// Not a link of a scheme that offers come in.
    #[error("the text is not an openid-credential-offer or https link")]
    NotALink,
    /// A link without an offer.
    #[error("the link holds neither credential_offer nor credential_offer_uri")]
    NoOffer,
    /// The standard allows one of the two only.
    #[error("the link holds more than one offer")]
    Ambiguous,
    /// `credential_offer_uri` is no web address.
    #[error("credential_offer_uri is not an https address")]
    BadReference,
    /// `credential_offer` could not be read.
    #[error("the offer in the link could not be read")]
    Message(#[from] MessageError),
}

/// Reads `openid-credential-offer://` links, https links with the same parameters (in query or
/// fragment), and an offer's bare JSON.
///
/// An http address is taken too: whether plain http is allowed is for whoever fetches to decide.
pub fn parse(text: &str) -> Result<Offer, OfferError> {
    let text = text.trim();
    if text.len() > LONGEST {
        return Err(OfferError::TooLong);
    }
    if text.starts_with('{') {
        return Ok(Offer::Value(CredentialOffer::parse(text.as_bytes())?));
    }
    let link = Url::parse(text).map_err(|_| OfferError::NotALink)?;
    if !matches!(link.scheme(), "openid-credential-offer" | "https" | "http") {
        return Err(OfferError::NotALink);
    }
    let mut values = Vec::new();
    let mut references = Vec::new();
    // A page that routes by fragment has its parameters behind a question mark in there.
    let fragment = link
        .fragment()
        .map(|text| text.split_once('?').map_or(text, |(_, query)| query));
    for part in [link.query(), fragment].into_iter().flatten() {
        for (name, value) in url::form_urlencoded::parse(part.as_bytes()) {
            match name.as_ref() {
                "credential_offer" => values.push(value.into_owned()),
                "credential_offer_uri" => references.push(value.into_owned()),
                _ => {}
            }
        }
    }
    match (values.as_slice(), references.as_slice()) {
        ([value], []) => Ok(Offer::Value(CredentialOffer::parse(value.as_bytes())?)),
        ([], [reference]) => {
            let reference = Url::parse(reference).map_err(|_| OfferError::BadReference)?;
            if !matches!(reference.scheme(), "https" | "http") || !reference.has_host() {
                return Err(OfferError::BadReference);
            }
            Ok(Offer::Reference(reference))
        }
        ([], []) => Err(OfferError::NoOffer),
        _ => Err(OfferError::Ambiguous),
    }
}

/// The link that wallets open, for an offer that is fetched by reference.
pub fn link(reference: &Url) -> String {
    let mut query = url::form_urlencoded::Serializer::new(String::new());
    query.append_pair("credential_offer_uri", reference.as_str());
    format!("openid-credential-offer://?{}", query.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn link_by_reference_reads_back_as_the_same_address() {
        let at: Url = "https://college.example/offers/abc?x=1&y=2".parse().unwrap();

        let offer = parse(&link(&at)).unwrap();

        assert_eq!(offer, Offer::Reference(at));
    }

    #[test]
    fn offer_by_value_is_read_from_a_link_and_from_bare_json() {
        let json = r#"{"credential_issuer":"https://college.example","credential_configuration_ids":["a"]}"#;
        let query = url::form_urlencoded::Serializer::new(String::new())
            .append_pair("credential_offer", json)
            .finish();

        let from_link = parse(&format!("openid-credential-offer://?{query}")).unwrap();
        let from_web = parse(&format!("https://wallet.example/add#{query}")).unwrap();
        let bare = parse(json).unwrap();

        assert_eq!(from_link, bare);
        assert_eq!(from_web, bare);
    }

    #[test]
    fn link_with_two_offers_is_refused() {
        let refused = parse(
            "openid-credential-offer://?credential_offer=%7B%7D&credential_offer_uri=https://a.example",
        );

        assert!(matches!(refused, Err(OfferError::Ambiguous)));
    }

    #[test]
    fn reference_to_anything_but_the_web_is_refused() {
        for reference in ["file:///etc/passwd", "javascript:alert(1)", "college.example"] {
            let refused = parse(&format!(
                "openid-credential-offer://?credential_offer_uri={reference}"
            ));
            assert!(matches!(refused, Err(OfferError::BadReference)), "{reference}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        for text in ["", "hello", "mailto:a@b.example", "https://college.example/?q=1"] {
            assert!(parse(text).is_err(), "{text}");
        }
        assert!(matches!(
            parse(&"x".repeat(LONGEST + 1)),
            Err(OfferError::TooLong)
        ));
    }

    #[test]
    fn offer_naming_nothing_or_the_same_twice_is_refused() {
        for ids in ["[]", r#"["a","a"]"#] {
            let json = format!(
                r#"{{"credential_issuer":"https://college.example","credential_configuration_ids":{ids}}}"#
            );
            assert!(parse(&json).is_err(), "{ids}");
        }
    }
}
