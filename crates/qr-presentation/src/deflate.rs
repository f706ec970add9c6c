//! Raw DEFLATE ([RFC 1951](https://www.rfc-editor.org/rfc/rfc1951)) with a preset dictionary.

mod fixed;

use crate::QrError;
use crate::dictionary::dictionary;
use miniz_oxide::deflate::core::create_comp_flags_from_zip_params;
use miniz_oxide::deflate::core::{CompressorOxide, TDEFLFlush, compress as deflate};
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress as inflate, inflate_flags};

/// The search for the cheapest parse takes time that grows with the square of the length.
const WORTH_A_CLOSE_LOOK: usize = 4_096;

/// Compresses `data`, referring to the dictionary as if it came before.
///
/// Short texts are smaller with the fixed codes, long ones with codes made for them.
pub(crate) fn compress(data: &[u8]) -> Vec<u8> {
    let own = with_own_codes(data);
    if data.len() > WORTH_A_CLOSE_LOOK {
        return own;
    }
    let fixed = fixed::compress(dictionary(), data);
    if fixed.len() <= own.len() { fixed } else { own }
}

fn with_own_codes(data: &[u8]) -> Vec<u8> {
    let dictionary = dictionary();
    let mut compressor = CompressorOxide::new(create_comp_flags_from_zip_params(10, -15, 0));
    let mut out = vec![0; 2 * (dictionary.len() + data.len()) + 256];
    // The dictionary is compressed and thrown away; the flush ends it at a byte.
    let (_, _, skipped) = deflate(&mut compressor, dictionary, &mut out, TDEFLFlush::Sync);
    let (_, _, written) = deflate(&mut compressor, data, &mut out[skipped..], TDEFLFlush::Finish);
    out[skipped..skipped + written].to_vec()
}

/// Decompresses to at most `limit` bytes; gives them and what follows the stream.
pub(crate) fn decompress(stream: &[u8], limit: usize) -> Result<(Vec<u8>, &[u8]), QrError> {
    let dictionary = dictionary();
    let mut out = dictionary.to_vec();
    out.resize(dictionary.len() + limit, 0);
    let flags = inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
    let (status, read, written) = inflate(
        &mut DecompressorOxide::new(),
        stream,
        &mut out,
        dictionary.len(),
        flags,
    );
    match status {
        TINFLStatus::Done => {
            out.truncate(dictionary.len() + written);
            Ok((
                out.split_off(dictionary.len()),
                stream.get(read..).unwrap_or_default(),
            ))
        }
        TINFLStatus::HasMoreOutput => Err(QrError::TooLarge),
        _ => Err(QrError::Damaged("its compressed part is cut off or wrong")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stream_ends_where_it_ends() {
        for data in [
            &b""[..],
            b"a",
            b"\"achievementType\":\"MicroCredential\",",
            &[0; 1_000],
        ] {
            for mut stream in [fixed::compress(dictionary(), data), with_own_codes(data)] {
                stream.extend(b"pieces");
                assert_eq!(
                    decompress(&stream, data.len()),
                    Ok((data.to_vec(), &b"pieces"[..]))
                );
            }
        }
    }

    #[test]
    fn stream_that_unpacks_to_too_much_is_refused() {
        let bomb = compress(&[0; 100_000]);
        assert!(bomb.len() < 1_000);
        assert_eq!(decompress(&bomb, 16 * 1024), Err(QrError::TooLarge));
    }

    #[test]
    fn stream_cut_off_is_refused() {
        let stream = fixed::compress(dictionary(), b"a presentation of some length");
        for length in 0..stream.len() {
            assert!(decompress(&stream[..length], 1_000).is_err());
        }
    }

    proptest! {
        #[test]
        fn anything_survives(data: Vec<u8>, repeated in 1usize..20) {
            let data = data.repeat(repeated);
            for stream in [fixed::compress(dictionary(), &data), with_own_codes(&data)] {
                prop_assert_eq!(decompress(&stream, data.len()), Ok((data.clone(), &[][..])));
            }
        }

        #[test]
        fn no_bytes_make_the_reader_panic(stream: Vec<u8>) {
            let _ = decompress(&stream, 1_000);
        }
    }
}
