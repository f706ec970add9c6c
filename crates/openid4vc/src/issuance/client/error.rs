//! Why a collection stopped, and what the learner can do about it.

use super::super::messages::MessageError;
use super::super::offer::OfferError;

/// Why a credential offer could not be collected.
///
/// [`CollectError::nl`] and [`CollectError::en`] speak to the learner; `Display` to whoever reads a log,
/// and never holds a code, a token or the issuer's own words.
#[derive(Debug, thiserror::Error)]
pub enum CollectError {
    /// The text is no credential offer.
    #[error("not a credential offer")]
    NotAnOffer(#[from] OfferError),
    /// An address is not https, or not one that may be called.
    #[error("the {0} is not at an https address that may be called")]
    UnsafeAddress(&'static str),
    /// An issuer names an endpoint at somebody else's origin.
    #[error("the {0} is at another origin than the party that names it")]
    OtherOrigin(&'static str),
    /// No answer at all.
    #[error("no answer to the {0} request")]
    Unreachable(&'static str),
    /// An answer that is no answer to the question.
    #[error("the answer to the {0} request could not be read")]
    Unreadable(&'static str, #[source] Option<MessageError>),
    /// More than is ever needed.
    #[error("the answer to the {0} request is too large")]
    TooLarge(&'static str),
    /// Metadata that speaks for somebody else.
    #[error("the {0} names another issuer than was asked")]
    OtherIssuer(&'static str),
    /// The offer is not there (any more).
    #[error("the offer is unknown, used or expired")]
    OfferGone,
    /// The offer names credentials the issuer does not describe.
    #[error("the issuer does not describe what it offers")]
    NotDescribed,
    /// Nothing offered is of a kind this wallet can hold.
    #[error("no offered credential has a format and key binding that is supported")]
    NotSupported,
    /// The learner would have to log in at the issuer, which is not supported.
    #[error("the offer needs a login at the issuer")]
    LoginNeeded,
    /// The separately sent code was not given, or cannot be right.
    #[error("the transaction code is missing or has another shape than announced")]
    CodeShape,
    /// The separately sent code is wrong.
    #[error("the transaction code is wrong")]
    WrongCode {
        /// How many more codes the issuer accepts, where it says so.
        tries_left: Option<u32>,
    },
    /// The issuer refused and does not say whether the code or the offer is the reason.
    #[error("the transaction code is wrong, or the offer was used or has expired")]
    CodeOrOffer,
    /// The access token is no longer accepted.
    #[error("the collection took too long and the access token has expired")]
    TooLate,
    /// Too many requests.
    #[error("the issuer asks to wait")]
    Busy,
    /// The issuer itself failed.
    #[error("the issuer failed with status {0}")]
    IssuerFailed(u16),
    /// The credential will be ready later, which this wallet cannot wait for.
    #[error("the issuer will only have the credential later")]
    Deferred,
    /// The issuer refused, with the protocol's code.
    #[error("the issuer refused with {code}")]
    Refused {
        /// The protocol's error code; letters, digits and underscores alone.
        code: String,
        /// The issuer's explanation, at most 300 characters and without control characters.
        said: Option<String>,
    },
    /// The holder's key did not sign.
    #[error("the key proof could not be made")]
    Proof,
    /// Called out of turn.
    #[error("the collection is not at this step")]
    OutOfTurn,
}

/// What may help after a [`CollectError`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// The same request may be sent again: [`super::Issuance::retry`].
    Again,
    /// Another code may be tried: [`super::Issuance::accept`].
    Code,
    /// Nothing; the learner needs a new offer or another wallet.
    None,
}

impl CollectError {
    /// A stable name, such as `wrong-code`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotAnOffer(_) => "not-an-offer",
            Self::UnsafeAddress(_) => "unsafe-address",
            Self::OtherOrigin(_) => "other-origin",
            Self::Unreachable(_) => "issuer-unreachable",
            Self::Unreadable(..) => "answer-unreadable",
            Self::TooLarge(_) => "answer-too-large",
            Self::OtherIssuer(_) => "other-issuer",
            Self::OfferGone => "offer-gone",
            Self::NotDescribed => "offer-not-described",
            Self::NotSupported => "offer-not-supported",
            Self::LoginNeeded => "login-needed",
            Self::CodeShape => "code-shape",
            Self::WrongCode { .. } => "wrong-code",
            Self::CodeOrOffer => "code-or-offer",
            Self::TooLate => "too-late",
            Self::Busy => "issuer-busy",
            Self::IssuerFailed(_) => "issuer-failed",
            Self::Deferred => "deferred",
            Self::Refused { .. } => "issuer-refused",
            Self::Proof => "proof-failed",
            Self::OutOfTurn => "out-of-turn",
        }
    }

    /// What may help.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable(_) | Self::Busy | Self::IssuerFailed(_) => Remedy::Again,
            Self::CodeShape | Self::CodeOrOffer => Remedy::Code,
            Self::WrongCode { tries_left: Some(0) } => Remedy::None,
            Self::WrongCode { .. } => Remedy::Code,
            Self::NotAnOffer(_)
            | Self::UnsafeAddress(_)
            | Self::OtherOrigin(_)
            | Self::Unreadable(..)
            | Self::TooLarge(_)
            | Self::OtherIssuer(_)
            | Self::OfferGone
            | Self::NotDescribed
            | Self::NotSupported
            | Self::LoginNeeded
            | Self::TooLate
            | Self::Deferred
            | Self::Refused { .. }
            | Self::Proof
            | Self::OutOfTurn => Remedy::None,
        }
    }

    /// How many codes may still be tried, where known.
    pub fn tries_left(&self) -> Option<u32> {
        match self {
            Self::WrongCode { tries_left } => *tries_left,
            _ => None,
        }
    }

    /// The issuer's own words, if it gave any; plain text of at most 300 characters.
    pub fn said(&self) -> Option<&str> {
        match self {
            Self::Refused { said, .. } => said.as_deref(),
            _ => None,
        }
    }

    /// For the learner, in Dutch.
    pub fn nl(&self) -> String {
        let text = match self {
            Self::NotAnOffer(_) => {
                "Dit is geen aanbod van een microcredential. Gebruik de link of QR-code die je van je onderwijsinstelling kreeg."
            }
            Self::UnsafeAddress(_) => {
                "Dit aanbod verwijst naar een adres dat niet veilig is. Daarom haalt de wallet het niet op. Meld het bij je onderwijsinstelling."
            }
            Self::OtherOrigin(_) => {
                "Dit aanbod verwijst naar een adres van een andere partij. Daarom haalt de wallet het niet op. Meld het bij je onderwijsinstelling."
            }
            Self::Unreachable(_) => {
                "De onderwijsinstelling is niet bereikbaar. Controleer je verbinding en probeer het opnieuw."
            }
            Self::Unreadable(..) => {
                "De onderwijsinstelling gaf een antwoord dat de wallet niet begrijpt. Meld het bij je onderwijsinstelling."
            }
            Self::TooLarge(_) => {
                "De onderwijsinstelling gaf een veel te groot antwoord. Meld het bij je onderwijsinstelling."
            }
            Self::OtherIssuer(_) => {
                "De gegevens van de uitgever horen bij een andere uitgever. Daarom haalt de wallet dit aanbod niet op. Meld het bij je onderwijsinstelling."
            }
            Self::OfferGone => {
                "Dit aanbod is al gebruikt of verlopen. Vraag je onderwijsinstelling om een nieuw aanbod."
            }
            Self::NotDescribed => {
                "De onderwijsinstelling beschrijft niet wat zij hier aanbiedt. Meld het bij je onderwijsinstelling."
            }
            Self::NotSupported => "Deze wallet kan dit soort bewijs niet bewaren.",
            Self::LoginNeeded => {
                "Voor dit aanbod moet je inloggen bij de uitgever. Dat kan deze wallet nog niet."
            }
            Self::CodeShape => "Vul de code in zoals je die van je onderwijsinstelling kreeg.",
            Self::WrongCode { tries_left: Some(0) } => {
                "De code klopt niet en er zijn geen pogingen meer over. Vraag je onderwijsinstelling om een nieuw aanbod."
            }
            Self::WrongCode { tries_left: Some(1) } => {
                "De code klopt niet. Je kunt het nog één keer proberen."
            }
            Self::WrongCode {
                tries_left: Some(left),
            } => return format!("De code klopt niet. Je kunt het nog {left} keer proberen."),
            Self::WrongCode { tries_left: None } => {
                "De code klopt niet. Controleer de code en probeer het opnieuw."
            }
            Self::CodeOrOffer => {
                "De code klopt niet, of dit aanbod is al gebruikt of verlopen. Controleer de code, of vraag je onderwijsinstelling om een nieuw aanbod."
            }
            Self::TooLate => "Het ophalen duurde te lang. Vraag je onderwijsinstelling om een nieuw aanbod.",
            Self::Busy => "Het is druk bij de onderwijsinstelling. Wacht even en probeer het opnieuw.",
            Self::IssuerFailed(_) => {
                "Er ging iets mis bij de onderwijsinstelling. Probeer het later opnieuw."
            }
            Self::Deferred => {
                "De microcredential is nog niet klaar. Vraag je onderwijsinstelling om een nieuw aanbod zodra dat wel zo is."
            }
            Self::Refused { .. } => {
                "De onderwijsinstelling weigerde dit aanbod uit te geven. Vraag je onderwijsinstelling waarom."
            }
            Self::Proof => {
                "De wallet kon geen sleutel gebruiken. Sluit de wallet, open hem weer en probeer het opnieuw."
            }
            Self::OutOfTurn => {
                "Deze stap hoort niet bij waar het ophalen nu is. Begin opnieuw met het aanbod."
            }
        };
        text.to_owned()
    }

    /// For the learner, in English.
    pub fn en(&self) -> String {
        let text = match self {
            Self::NotAnOffer(_) => {
                "This is not an offer of a microcredential. Use the link or QR code that your institution gave you."
            }
            Self::UnsafeAddress(_) => {
                "This offer points to an address that is not safe, so the wallet does not collect it. Tell your institution."
            }
            Self::OtherOrigin(_) => {
                "This offer points to an address of another party, so the wallet does not collect it. Tell your institution."
            }
            Self::Unreachable(_) => "The institution cannot be reached. Check your connection and try again.",
            Self::Unreadable(..) => {
                "The institution gave an answer that the wallet does not understand. Tell your institution."
            }
            Self::TooLarge(_) => {
                "The institution gave an answer that is far too large. Tell your institution."
            }
            Self::OtherIssuer(_) => {
                "The issuer's details belong to another issuer, so the wallet does not collect this offer. Tell your institution."
            }
            Self::OfferGone => {
                "This offer was already used or has expired. Ask your institution for a new one."
            }
            Self::NotDescribed => {
                "The institution does not describe what it offers here. Tell your institution."
            }
            Self::NotSupported => "This wallet cannot hold this kind of credential.",
            Self::LoginNeeded => {
                "This offer asks you to log in at the issuer. This wallet cannot do that yet."
            }
            Self::CodeShape => "Enter the code as your institution gave it to you.",
            Self::WrongCode { tries_left: Some(0) } => {
                "The code is wrong and no tries are left. Ask your institution for a new offer."
            }
            Self::WrongCode { tries_left: Some(1) } => "The code is wrong. You can try once more.",
            Self::WrongCode {
                tries_left: Some(left),
            } => return format!("The code is wrong. You can try {left} more times."),
            Self::WrongCode { tries_left: None } => "The code is wrong. Check it and try again.",
            Self::CodeOrOffer => {
                "The code is wrong, or this offer was already used or has expired. Check the code, or ask your institution for a new offer."
            }
            Self::TooLate => "Collecting took too long. Ask your institution for a new offer.",
            Self::Busy => "The institution is busy. Wait a moment and try again.",
            Self::IssuerFailed(_) => "Something went wrong at the institution. Try again later.",
            Self::Deferred => {
                "The microcredential is not ready yet. Ask your institution for a new offer once it is."
            }
            Self::Refused { .. } => "The institution refused to issue this offer. Ask your institution why.",
            Self::Proof => "The wallet could not use a key. Close the wallet, open it again and retry.",
            Self::OutOfTurn => "This step does not fit where collecting is now. Start again with the offer.",
        };
        text.to_owned()
    }
}
