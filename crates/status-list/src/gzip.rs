//! GZIP streams of one member ([RFC 1952](https://www.rfc-editor.org/rfc/rfc1952)).

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

const LEVEL: u8 = 9;

const HEADER_CRC: u8 = 1 << 1;
const EXTRA: u8 = 1 << 2;
const NAME: u8 = 1 << 3;
const COMMENT: u8 = 1 << 4;
const RESERVED: u8 = 0b1110_0000;

/// Compresses `data`. The same data gives the same bytes: there is no time or name in the header.
pub(crate) fn compress(data: &[u8]) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 255];
    out.extend(compress_to_vec(data, LEVEL));
    out.extend(crc32(data).to_le_bytes());
    // RFC 1952 §2.3.1: the size modulo 2³².
    out.extend((data.len() as u32).to_le_bytes());
    out
}

/// Decompresses a stream to at most `limit` bytes and checks length and checksum.
pub(crate) fn decompress(stream: &[u8], limit: usize) -> Result<Vec<u8>, &'static str> {
    let body = after_header(stream).ok_or("not a GZIP stream")?;
    let (deflated, trailer) = body.split_last_chunk::<8>().ok_or("the GZIP stream is cut off")?;
    let data = decompress_to_vec_with_limit(deflated, limit).map_err(|error| match error.status {
        miniz_oxide::inflate::TINFLStatus::HasMoreOutput => "it unpacks to more than a list may have",
        _ => "the GZIP stream is damaged",
    })?;
    let [c0, c1, c2, c3, s0, s1, s2, s3] = *trailer;
    let sound = u32::from_le_bytes([c0, c1, c2, c3]) == crc32(&data)
        && u32::from_le_bytes([s0, s1, s2, s3]) == data.len() as u32;
    if sound {
        Ok(data)
    } else {
        Err("the GZIP checksum differs")
    }
}

fn after_header(stream: &[u8]) -> Option<&[u8]> {
    let (&[0x1f, 0x8b, 8, flags, ..], mut rest) = stream.split_first_chunk::<10>()? else {
        return None;
    };
    if flags & RESERVED != 0 {
        return None;
    }
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = rest.get(end + 1..)?;
        }
    }
    if flags & HEADER_CRC != 0 {
        rest = rest.get(2..)?;
    }
    Some(rest)
}

/// The checksum of RFC 1952 §8.
fn crc32(data: &[u8]) -> u32 {
    const TABLE: [u32; 256] = {
        let mut table = [0; 256];
        let mut byte = 0;
        while byte < 256 {
            let mut value = byte as u32;
            let mut bit = 0;
            while bit < 8 {
                value = if value & 1 == 1 {
                    0xedb8_8320 ^ (value >> 1)
                } else {
                    value >> 1
                };
                bit += 1;
            }
            table[byte] = value;
            byte += 1;
        }
        table
    };
    let step = |crc: u32, byte: &u8| TABLE[usize::from(crc as u8 ^ byte)] ^ (crc >> 8);
    !data.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checksum_is_that_of_the_standard() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        assert_eq!(crc32(b""), 0);
    }

    #[test]
    fn stream_with_name_and_comment_is_read() {
        let plain = compress(b"list");
        let mut named = plain[..10].to_vec();
        named[3] = EXTRA | NAME | COMMENT | HEADER_CRC;
        named.extend(b"\x02\0xyname\0comment\0cc");
        named.extend(&plain[10..]);
        assert_eq!(decompress(&named, 4).unwrap(), b"list");
    }

    #[test]
    fn stream_larger_than_allowed_is_refused_before_it_is_unpacked() {
        let bomb = compress(&vec![0; 50_000_000]);
        assert_eq!(
            decompress(&bomb, 1_000),
            Err("it unpacks to more than a list may have")
        );
    }

    #[test]
    fn any_changed_byte_is_noticed() {
        let sound = compress(&[7; 3_000]);
        for index in (0..sound.len()).filter(|index| ![4, 5, 6, 7, 8, 9].contains(index)) {
            let mut changed = sound.clone();
            changed[index] ^= 0x40;
            assert_ne!(
                decompress(&changed, 10_000).as_deref(),
                Ok(&[7; 3_000][..]),
                "byte {index}"
            );
        }
        for length in 0..sound.len() {
            assert!(decompress(&sound[..length], 10_000).is_err());
        }
    }
}
