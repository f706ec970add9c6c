//! Drawing a QR code.

use crate::{PREFIX, QrError};
use qrcode::{Color, EcLevel, QrCode, Version};
use std::fmt::Write;

/// The highest version that an ordinary camera reads at 1280 × 720; see the decision on the QR
/// byte budget.
pub const MOST_READABLE_VERSION: u8 = 25;

/// Modules of white around the code ([ISO/IEC 18004] §6.3.8).
///
/// [ISO/IEC 18004]: https://www.iso.org/standard/83389.html
const QUIET_ZONE: usize = 4;

/// A drawn QR code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawing {
    /// The drawing, black on white, with its quiet zone; it has no size of its own.
    pub svg: String,
    /// The QR version, 1 to 25.
    pub version: u8,
    /// Modules along one side, without the quiet zone.
    pub modules: usize,
}

/// Draws a QR text at error correction level L, in alphanumeric mode.
pub fn svg(qr_text: &str) -> Result<Drawing, QrError> {
    if !qr_text.starts_with(PREFIX) {
        return Err(QrError::OtherText);
    }
    drawing(qr_text, EcLevel::L)
}

/// Draws any other text, such as the link of a credential offer, at error correction level M.
pub fn svg_of_link(text: &str) -> Result<Drawing, QrError> {
    drawing(text, EcLevel::M)
}

fn drawing(text: &str, level: EcLevel) -> Result<Drawing, QrError> {
    let does_not_fit = QrError::DoesNotFit(text.len());
    let code = QrCode::with_error_correction_level(text, level).map_err(|_| does_not_fit.clone())?;
    let version = match code.version() {
        Version::Normal(version) => u8::try_from(version).unwrap_or(u8::MAX),
        Version::Micro(_) => 0,
    };
    if version > MOST_READABLE_VERSION {
        return Err(does_not_fit);
    }
    let modules = code.width();
    Ok(Drawing {
        svg: draw(&code.to_colors(), modules),
        version,
        modules,
    })
}

fn draw(colors: &[Color], modules: usize) -> String {
    let mut path = String::new();
    for (y, row) in colors.chunks(modules).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                // Writing to a string cannot fail.
                let _ = write!(
                    path,
                    "M{} {}h{}v1h-{}z",
                    x + QUIET_ZONE,
                    y + QUIET_ZONE,
                    run.len(),
                    run.len()
                );
            }
            x += run.len();
        }
    }
    let side = modules + 2 * QUIET_ZONE;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path fill=\"#000\" d=\"{path}\"/></svg>"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(characters: usize) -> String {
        format!("{PREFIX}{}", "A".repeat(characters - PREFIX.len()))
    }

    /// Capacities of ISO/IEC 18004, table 7: alphanumeric mode, level L.
    #[test]
    fn codes_hold_what_alphanumeric_mode_at_the_lowest_correction_level_holds() {
        for (characters, version) in [(395, 10), (396, 11), (1_249, 20), (1_250, 21), (1_853, 25)] {
            assert_eq!(
                svg(&text_of(characters)).unwrap().version,
                version,
                "{characters}"
            );
        }
    }

    #[test]
    fn code_too_fine_for_cameras_is_refused() {
        assert_eq!(svg(&text_of(1_854)), Err(QrError::DoesNotFit(1_854)));
        assert_eq!(svg(&text_of(9_000)), Err(QrError::DoesNotFit(9_000)));
    }

    #[test]
    fn only_texts_of_this_format_are_drawn() {
        assert_eq!(svg("https://example.org"), Err(QrError::OtherText));
    }

    #[test]
    fn drawing_has_the_modules_of_the_code_and_a_quiet_zone() {
        let drawing = svg("WM1:HELLO").unwrap();
        assert_eq!((drawing.version, drawing.modules), (1, 21));
        assert!(drawing.svg.contains("viewBox=\"0 0 29 29\""));
        // The finder pattern at the top left: a bar of seven, then the separator.
        assert!(drawing.svg.contains("d=\"M4 4h7v1h-7z"));
        let code = QrCode::with_error_correction_level("WM1:HELLO", EcLevel::L).unwrap();
        let dark = code
            .to_colors()
            .iter()
            .filter(|color| **color == Color::Dark)
            .count();
        let (_, path) = drawing.svg.split_once("#000").unwrap();
        let runs = path
            .split('h')
            .skip(1)
            .filter_map(|run| run.split('v').next()?.parse::<usize>().ok());
        assert_eq!(runs.sum::<usize>(), dark);
    }
}
