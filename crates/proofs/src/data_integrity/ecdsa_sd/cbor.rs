//! The little CBOR ([RFC 8949](https://www.rfc-editor.org/rfc/rfc8949)) that proof values need: definite lengths, in
//! their shortest form (§4.2.1), and nothing else.

const UNSIGNED: u8 = 0;
const BYTES: u8 = 2;
const TEXT: u8 = 3;
const ARRAY: u8 = 4;
const MAP: u8 = 5;

/// Writes one value after the other.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn starting_with(header: [u8; 3]) -> Self {
        Self(header.to_vec())
    }

    pub(super) fn finish(self) -> Vec<u8> {
        self.0
    }

    /// Begins an array; its elements follow.
    pub(super) fn array(&mut self, length: usize) {
        self.head(ARRAY, length);
    }

    /// Begins a map; its keys and values follow in turn.
    pub(super) fn map(&mut self, length: usize) {
        self.head(MAP, length);
    }

    pub(super) fn unsigned(&mut self, number: usize) {
        self.head(UNSIGNED, number);
    }

    pub(super) fn bytes(&mut self, bytes: &[u8]) {
        self.head(BYTES, bytes.len());
        self.0.extend_from_slice(bytes);
    }

    pub(super) fn text(&mut self, text: &str) {
        self.head(TEXT, text.len());
        self.0.extend_from_slice(text.as_bytes());
    }

    fn head(&mut self, kind: u8, number: usize) {
        let kind = kind << 5;
        match (u8::try_from(number), u16::try_from(number), u32::try_from(number)) {
            (Ok(small), _, _) if small < 24 => self.0.push(kind | small),
            (Ok(byte), _, _) => self.0.extend([kind | 24, byte]),
            (_, Ok(two), _) => {
                self.0.push(kind | 25);
                self.0.extend(two.to_be_bytes());
            }
            (_, _, Ok(four)) => {
                self.0.push(kind | 26);
                self.0.extend(four.to_be_bytes());
            }
            _ => {
                self.0.push(kind | 27);
                self.0.extend((number as u64).to_be_bytes());
            }
        }
    }
}

/// Reads one value after the other; `None` where another kind of value, or nothing, follows.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether everything was read.
    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }

    /// The length of an array, whose elements follow. Never more than there are bytes left.
    pub(super) fn array(&mut self) -> Option<usize> {
        self.head(ARRAY).filter(|length| *length <= self.0.len())
    }

    /// The length of a map, whose keys and values follow. Never more than there are bytes left.
    pub(super) fn map(&mut self) -> Option<usize> {
        self.head(MAP).filter(|length| *length <= self.0.len())
    }

    pub(super) fn unsigned(&mut self) -> Option<usize> {
        self.head(UNSIGNED)
    }

    pub(super) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = self.head(BYTES)?;
        self.take(length)
    }

    /// A byte string of exactly this length.
    pub(super) fn exactly(&mut self, length: usize) -> Option<&'a [u8]> {
        self.bytes().filter(|bytes| bytes.len() == length)
    }

    pub(super) fn text(&mut self) -> Option<&'a str> {
        let length = self.head(TEXT)?;
        std::str::from_utf8(self.take(length)?).ok()
    }

    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn head(&mut self, kind: u8) -> Option<usize> {
        let first = *self.take(1)?.first()?;
        if first >> 5 != kind {
            return None;
        }
        let (number, least): (u64, u64) = match first & 0x1f {
            small @ 0..24 => (u64::from(small), 0),
            24 => (self.take(1)?.first().map(|byte| u64::from(*byte))?, 24),
            25 => (
                u64::from(u16::from_be_bytes(self.take(2)?.try_into().ok()?)),
                1 << 8,
            ),
            26 => (
                u64::from(u32::from_be_bytes(self.take(4)?.try_into().ok()?)),
                1 << 16,
            ),
            _ => return None,
        };
        if number < least {
            return None;
        }
        usize::try_from(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_the_shortest_form_and_are_read_back() {
        // RFC 8949, appendix A.
        for (number, written) in [
            (0, &[0x00][..]),
            (23, &[0x17]),
            (24, &[0x18, 0x18]),
            (100, &[0x18, 0x64]),
            (1_000, &[0x19, 0x03, 0xe8]),
            (1_000_000, &[0x1a, 0x00, 0x0f, 0x42, 0x40]),
        ] {
            let mut writer = Writer::default();
            writer.unsigned(number);
            assert_eq!(writer.finish(), written);
            assert_eq!(Reader::new(written).unsigned(), Some(number));
        }
    }

    #[test]
    fn longer_forms_other_kinds_and_missing_bytes_are_refused() {
        for written in [
            &[0x18, 0x17][..],
            &[0x19, 0x00, 0xff],
            &[0x1a, 0x00, 0x00, 0xff, 0xff],
            &[0x1b, 0, 0, 0, 0, 0, 0, 0, 1],
            &[0x1f],
            &[0x20],
            &[0x18],
            &[],
        ] {
            assert_eq!(Reader::new(written).unsigned(), None, "{written:x?}");
        }
        assert_eq!(Reader::new(&[0x42, 1]).bytes(), None);
        assert_eq!(Reader::new(&[0x61, 0xff]).text(), None);
        assert_eq!(Reader::new(&[0x9a, 0xff, 0xff, 0xff, 0xff]).array(), None);
        assert_eq!(Reader::new(&[0x5f]).bytes(), None);
    }
}
