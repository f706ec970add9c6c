//! What the wallet refuses, and what to tell the learner.

use credentials::open_badges::Group;
use openid4vc::issuance::client::{CollectError, Remedy};
use qr_presentation::QrError;
use share_link::TermsError;

use crate::receipt::ReceiptError;
use crate::vault::{PassphraseError, UnlockError};

/// Why the wallet did not do what was asked.
///
/// `Display` is for logs and holds nothing personal; [`WalletError::nl`] and [`WalletError::en`] are for
/// the learner.
#[derive(Debug, thiserror::Error)]
pub enum WalletError {
    /// The passphrase is too weak for a new wallet.
    #[error(transparent)]
    Passphrase(#[from] PassphraseError),
    /// The sealed wallet was not opened.
    #[error(transparent)]
    Unlock(#[from] UnlockError),
    /// It was opened, and holds something this version does not know.
    #[error("the wallet holds a document this version cannot read")]
    Document(#[source] Option<serde_json::Error>),
    /// An offer was not collected.
    #[error(transparent)]
    Collect(#[from] CollectError),
    /// What an issuer gave was not kept.
    #[error(transparent)]
    Receipt(#[from] ReceiptError),
    /// No offer is being collected.
    #[error("no offer is being collected")]
    NotCollecting,
    /// No card with that id.
    #[error("no such card")]
    NoSuchCard,
    /// No copy with that id.
    #[error("no such copy")]
    NoSuchCopy,
    /// The card has no copy made for showing.
    #[error("the card has no copy for showing")]
    NotShowable,
    /// The challenge is not six digits.
    #[error("the challenge is not six digits")]
    Challenge,
    /// A claim was asked for without what it needs to be understood.
    #[error("{0:?} would be shown without its context")]
    Context(Group),
    /// The presentation does not become a QR code.
    #[error(transparent)]
    Qr(#[from] QrError),
    /// The presentation could not be made from the stored copy.
    #[error("the presentation could not be made")]
    Presentation,
    /// No link with that id.
    #[error("no such link")]
    NoSuchShare,
    /// The link can still be opened.
    #[error("the link can still be opened")]
    ShareInUse,
    /// Purpose or end of a link cannot be.
    #[error(transparent)]
    Terms(#[from] TermsError),
    /// The wallet service cannot keep links.
    #[error("links cannot be kept at this address")]
    NoStore,
    /// The wallet service did not answer.
    #[error("the share store did not answer")]
    StoreUnreachable,
    /// The wallet service refused.
    #[error("the share store refused ({code})")]
    StoreRefused {
        /// Its code, such as `store-full`.
        code: String,
        /// Its words in Dutch.
        nl: String,
        /// Its words in English.
        en: String,
    },
    /// The wallet has reached its bounds.
    #[error("the wallet is full")]
    Full,
}

impl WalletError {
    /// A stable name, such as `wrong-passphrase`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Passphrase(PassphraseError::TooShort) => "passphrase-too-short",
            Self::Passphrase(PassphraseError::Blank) => "passphrase-blank",
            Self::Unlock(UnlockError::NotAWallet) => "not-a-wallet",
            Self::Unlock(UnlockError::NewerFormat(_)) => "newer-wallet",
            Self::Unlock(UnlockError::Damaged | UnlockError::UnreasonableCost) => "damaged-wallet",
            Self::Unlock(UnlockError::WrongPassphrase) => "wrong-passphrase",
            Self::Unlock(UnlockError::NoMemory) => "no-memory",
            Self::Document(_) => "newer-wallet",
            Self::Collect(error) => error.code(),
            Self::Receipt(error) => error.code(),
            Self::NotCollecting => "not-collecting",
            Self::NoSuchCard => "no-such-card",
            Self::NoSuchCopy => "no-such-copy",
            Self::NotShowable => "not-showable",
            Self::Challenge => "challenge-shape",
            Self::Context(_) => "minimum-context",
            Self::Qr(error) => error.code(),
            Self::Presentation => "presentation-failed",
            Self::NoSuchShare => "no-such-share",
            Self::ShareInUse => "share-in-use",
            Self::Terms(TermsError::NoPurpose) => "purpose-missing",
            Self::Terms(TermsError::LongPurpose | TermsError::PurposeCharacters) => "purpose-unusable",
            Self::Terms(TermsError::EndsBefore | TermsError::TooLong) => "end-unusable",
            Self::NoStore => "no-store",
            Self::StoreUnreachable => "store-unreachable",
            Self::StoreRefused { .. } => "store-refused",
            Self::Full => "wallet-full",
        }
    }

    /// What may help, for errors while collecting.
    pub fn remedy(&self) -> Option<Remedy> {
        match self {
            Self::Collect(error) => Some(error.remedy()),
            Self::Receipt(_) | Self::NotCollecting => Some(Remedy::None),
            _ => None,
        }
    }

    /// For the learner, in Dutch.
    pub fn nl(&self) -> String {
        let text = match self {
            Self::Passphrase(PassphraseError::TooShort) => {
                "Kies een wachtwoordzin van minstens 8 tekens. Een paar losse woorden is sterk en goed te onthouden."
            }
            Self::Passphrase(PassphraseError::Blank) => "Kies een wachtwoordzin met verschillende tekens.",
            Self::Unlock(UnlockError::NotAWallet) => "Dit bestand is geen wallet.",
            Self::Unlock(UnlockError::NewerFormat(_)) | Self::Document(_) => {
                "Deze wallet is gemaakt met een nieuwere versie. Werk de app bij en probeer het opnieuw."
            }
            Self::Unlock(UnlockError::Damaged | UnlockError::UnreasonableCost) => {
                "De opgeslagen wallet is beschadigd. Gebruik een reservekopie."
            }
            Self::Unlock(UnlockError::WrongPassphrase) => "De wachtwoordzin klopt niet. Probeer het opnieuw.",
            Self::Unlock(UnlockError::NoMemory) => {
                "Er is te weinig geheugen vrij om de wallet te openen. Sluit andere programma's en probeer het opnieuw."
            }
            Self::Collect(error) => return error.nl(),
            Self::Receipt(error) => return error.nl(),
            Self::NotCollecting => "Er wordt nu geen aanbod opgehaald. Begin opnieuw met de link of QR-code.",
            Self::NoSuchCard => "Deze microcredential staat niet (meer) in je wallet.",
            Self::NoSuchCopy => "Dit exemplaar staat niet (meer) in je wallet.",
            Self::NotShowable => {
                "Deze microcredential kan niet als QR-code worden getoond. Je kunt hem wel als bestand opslaan."
            }
            Self::Challenge => "De code op de pagina van de controleur heeft zes cijfers.",
            Self::Context(Group::Outcomes) => {
                "Leeruitkomsten worden alleen samen met niveau en omvang getoond, en die staan niet in dit bewijs. Toon het zonder leeruitkomsten."
            }
            Self::Context(_) => {
                "Een cijfer wordt alleen samen met de schaal getoond, en die staat niet in dit bewijs. Toon het zonder resultaat."
            }
            Self::Qr(error) => return error.nl().into(),
            Self::Presentation => "Van dit bewijs kon geen presentatie worden gemaakt.",
            Self::NoSuchShare => "Deze link staat niet (meer) in je wallet.",
            Self::ShareInUse => "Deze link werkt nog. Trek hem eerst in.",
            Self::Terms(TermsError::NoPurpose) => "Schrijf op waar de link voor is.",
            Self::Terms(TermsError::LongPurpose) => "Schrijf in hooguit 140 tekens waar de link voor is.",
            Self::Terms(TermsError::PurposeCharacters) => {
                "Schrijf op één regel, in gewone letters en leestekens, waar de link voor is."
            }
            Self::Terms(TermsError::EndsBefore) => "Kies een einddatum die nog moet komen.",
            Self::Terms(TermsError::TooLong) => "Kies een einddatum binnen een jaar.",
            Self::NoStore => "Deze wallet kan geen links versturen. Laat je bewijs zien met een QR-code.",
            Self::StoreUnreachable => {
                "De server die links bewaart antwoordt niet. Controleer je verbinding en probeer het opnieuw."
            }
            Self::StoreRefused { nl, .. } => nl,
            Self::Full => "Je wallet is vol. Verwijder iets dat je niet meer nodig hebt.",
        };
        text.to_owned()
    }

    /// For the learner, in English.
    pub fn en(&self) -> String {
        let text = match self {
            Self::Passphrase(PassphraseError::TooShort) => {
                "Choose a passphrase of at least 8 characters. A few unrelated words are strong and easy to remember."
            }
            Self::Passphrase(PassphraseError::Blank) => "Choose a passphrase with different characters.",
            Self::Unlock(UnlockError::NotAWallet) => "This file is not a wallet.",
            Self::Unlock(UnlockError::NewerFormat(_)) | Self::Document(_) => {
                "This wallet was made by a newer version. Update the app and try again."
            }
            Self::Unlock(UnlockError::Damaged | UnlockError::UnreasonableCost) => {
                "The stored wallet is damaged. Use a backup."
            }
            Self::Unlock(UnlockError::WrongPassphrase) => "The passphrase is wrong. Try again.",
            Self::Unlock(UnlockError::NoMemory) => {
                "There is too little free memory to open the wallet. Close other programs and try again."
            }
            Self::Collect(error) => return error.en(),
            Self::Receipt(error) => return error.en(),
            Self::NotCollecting => "No offer is being collected. Start again with the link or QR code.",
            Self::NoSuchCard => "This microcredential is not in your wallet (any more).",
            Self::NoSuchCopy => "This copy is not in your wallet (any more).",
            Self::NotShowable => {
                "This microcredential cannot be shown as a QR code. You can save it as a file."
            }
            Self::Challenge => "The code on the verifier's page has six digits.",
            Self::Context(Group::Outcomes) => {
                "Learning outcomes are only shown with level and size, which this credential does not have. Show it without outcomes."
            }
            Self::Context(_) => {
                "A grade is only shown with its scale, which this credential does not have. Show it without the result."
            }
            Self::Qr(error) => return error.en().into(),
            Self::Presentation => "No presentation could be made from this credential.",
            Self::NoSuchShare => "This link is not in your wallet (any more).",
            Self::ShareInUse => "This link still works. Withdraw it first.",
            Self::Terms(TermsError::NoPurpose) => "Write what the link is for.",
            Self::Terms(TermsError::LongPurpose) => "Write what the link is for in 140 characters at most.",
            Self::Terms(TermsError::PurposeCharacters) => {
                "Write what the link is for on one line, in ordinary letters and punctuation."
            }
            Self::Terms(TermsError::EndsBefore) => "Choose an end date that is still to come.",
            Self::Terms(TermsError::TooLong) => "Choose an end date within a year.",
            Self::NoStore => "This wallet cannot send links. Show your credential with a QR code.",
            Self::StoreUnreachable => {
                "The server that keeps links does not answer. Check your connection and try again."
            }
            Self::StoreRefused { en, .. } => en,
            Self::Full => "Your wallet is full. Remove something you no longer need.",
        };
        text.to_owned()
    }
}
