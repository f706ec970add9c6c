#![doc = include_str!("../README.md")]

/// What every QR text of this format starts with.
pub const PREFIX: &str = "WM1:";

/// Why a QR text could not be made or read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QrError {
    /// QR-001: the text does not start with [`PREFIX`].
    #[error("not a QR presentation (it does not start with {PREFIX})")]
    OtherText,
    /// QR-002: the text was damaged in reading.
    #[error("the QR presentation is damaged: {0}")]
    Damaged(&'static str),
    /// QR-003: it was made by a later version.
    #[error("QR presentation of version {0} is not known here")]
    UnknownVersion(u8),
    /// QR-004: it is larger than allowed.
    #[error("the presentation is too large")]
    TooLarge,
    /// QR-005: it does not fit into a code that cameras read reliably.
    #[error("the presentation needs {0} characters, more than a readable QR code holds")]
    DoesNotFit(usize),
    /// QR-006: it is not a compact SD-JWT.
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

    /// What to tell the reader, in Dutch.
    pub fn nl(&self) -> String {
        self.to_string()
    }

    /// What to tell the reader, in English.
    pub fn en(&self) -> String {
        self.to_string()
    }
}

/// Packs a compact SD-JWT presentation (with or without key binding) into the text of a QR code.
pub fn encode(sd_jwt_kb: &str) -> Result<String, QrError> {
    let _ = sd_jwt_kb;
    Err(QrError::NotAPresentation)
}

/// Unpacks the text of a QR code to the very presentation it was made from.
pub fn decode(qr_text: &str) -> Result<String, QrError> {
    let _ = qr_text;
    Err(QrError::OtherText)
}

/// How many bytes the packed form of a QR text has.
pub fn packed_bytes(qr_text: &str) -> Result<usize, QrError> {
    let _ = qr_text;
    Err(QrError::OtherText)
}

/// A QR code drawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The drawing, black on white with a quiet zone of four modules.
    pub svg: String,
    /// The QR version, 1 to 25.
    pub version: u8,
    /// Modules along one side, without the quiet zone.
    pub modules: usize,
}

/// Draws a QR text, at error correction level L.
pub fn svg(qr_text: &str) -> Result<Drawing, QrError> {
    let _ = qr_text;
    Err(QrError::OtherText)
}
