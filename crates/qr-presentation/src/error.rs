//! What can go wrong, said to the person who scanned or shows the code.

/// Why a QR text could not be made, read or drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// QR-001: the text does not start with `WM1:`.
    #[error("this QR code holds something else than a presentation")]
    OtherText,
    /// QR-002: the text was damaged, or made by something else.
    #[error("the presentation in the QR code is damaged: {0}")]
    Damaged(&'static str),
    /// QR-003: it was made by a later version of the format.
    #[error("the presentation is packed in format version {0}, which is not known here")]
    UnknownVersion(u8),
    /// QR-004: it is longer than any presentation that is shown by QR code.
    #[error("the presentation is too large for a QR code")]
    TooLarge,
    /// QR-005: the code would be finer than cameras read reliably.
    #[error("the presentation needs {0} characters, more than a readable QR code holds")]
    DoesNotFit(usize),
    /// QR-006: what was to be packed is not a compact SD-JWT.
    #[error("not a compact SD-JWT presentation")]
    NotAPresentation,
}

impl QrError {
    /// The stable code, such as `QR-001`.
    pub fn code(&self) -> &'static str {
        match self {
            Self::OtherText => "QR-001",
            Self::Damaged(_) => "QR-002",
            Self::UnknownVersion(_) => "QR-003",
            Self::TooLarge => "QR-004",
            Self::DoesNotFit(_) => "QR-005",
            Self::NotAPresentation => "QR-006",
        }
    }

    /// What happened and what to do, in Dutch.
    pub fn nl(&self) -> &'static str {
        match self {
            Self::OtherText => "Deze QR-code bevat geen microcredential.",
            Self::Damaged(_) => {
                "De QR-code is niet goed gelezen. Scan hem opnieuw, dichterbij en met meer licht."
            }
            Self::UnknownVersion(_) => {
                "Deze QR-code is van een nieuwere versie. Herlaad deze pagina en probeer het opnieuw."
            }
            Self::TooLarge => "Dit is te groot voor een QR-code. Deel het als link.",
            Self::DoesNotFit(_) => {
                "Dit past niet in één leesbare QR-code. Laat minder gegevens zien of deel een link."
            }
            Self::NotAPresentation => "Dit kan niet in een QR-code worden getoond.",
        }
    }

    /// What happened and what to do, in English.
    pub fn en(&self) -> &'static str {
        match self {
            Self::OtherText => "This QR code holds no microcredential.",
            Self::Damaged(_) => "The QR code was not read well. Scan it again, closer and with more light.",
            Self::UnknownVersion(_) => "This QR code is of a newer version. Reload this page and try again.",
            Self::TooLarge => "This is too large for a QR code. Share it as a link.",
            Self::DoesNotFit(_) => {
                "This does not fit into one readable QR code. Show fewer details or share a link."
            }
            Self::NotAPresentation => "This cannot be shown in a QR code.",
        }
    }
}
