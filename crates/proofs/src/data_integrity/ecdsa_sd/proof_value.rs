//! The proof values of `ecdsa-sd-2023`: of the issuer's base proof, and of proofs derived from it
//! (ECDSA cryptosuites §3.5.2, §3.5.3, §3.5.6 and §3.5.7).

use std::collections::BTreeMap;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use super::MOST_STATEMENTS;
use super::cbor::{Reader, Writer};

const BASE: [u8; 3] = [0xd9, 0x5d, 0x00];
const DERIVED: [u8; 3] = [0xd9, 0x5d, 0x01];
/// No proof value within the limits is longer, in characters.
const LONGEST: usize = 500_000;
const SIGNATURE: usize = 64;
const PUBLIC_KEY: usize = 35;

/// What the issuer gives the holder.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct BaseProof {
    pub(crate) signature: Vec<u8>,
    /// The key, as a Multikey's bytes, that signed the statements and nothing else.
    pub(crate) public_key: Vec<u8>,
    /// Blank nodes are named by it, so that names tell nothing about what is left out.
    pub(crate) hmac_key: Zeroizing<Vec<u8>>,
    /// One for each statement that may be left out, in order.
    pub(crate) signatures: Vec<Vec<u8>>,
    pub(crate) mandatory_pointers: Vec<String>,
}

/// What the holder shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DerivedProof {
    pub(crate) signature: Vec<u8>,
    pub(crate) public_key: Vec<u8>,
    pub(crate) signatures: Vec<Vec<u8>>,
    /// From the numbers of canonical names to the names that were signed.
    pub(crate) labels: BTreeMap<usize, Vec<u8>>,
    /// Which of the statements shown the issuer signed together.
    pub(crate) mandatory_indexes: Vec<usize>,
}

/// A proof value that was read.
pub(crate) enum ProofValue {
    Base(BaseProof),
    Derived(DerivedProof),
}

impl ProofValue {
    /// Reads a `proofValue`; `None` if it is neither.
    pub(crate) fn read(text: &str) -> Option<Self> {
        let encoded = text.strip_prefix('u').filter(|_| text.len() <= LONGEST)?;
        let bytes = Zeroizing::new(URL_SAFE_NO_PAD.decode(encoded).ok()?);
        let (header, body) = bytes.split_first_chunk::<3>()?;
        let mut reader = Reader::new(body);
        if reader.array()? != 5 {
            return None;
        }
        let read = match *header {
            BASE => Self::Base(BaseProof::read(&mut reader)?),
            DERIVED => Self::Derived(DerivedProof::read(&mut reader)?),
            _ => return None,
        };
        reader.is_at_end().then_some(read)
    }
}

impl BaseProof {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            signature: reader.exactly(SIGNATURE)?.to_vec(),
            public_key: reader.exactly(PUBLIC_KEY)?.to_vec(),
            hmac_key: Zeroizing::new(reader.exactly(32)?.to_vec()),
            signatures: read_signatures(reader)?,
            mandatory_pointers: {
                let count = reader.array()?;
                (0..count)
                    .map(|_| reader.text().map(str::to_owned))
                    .collect::<Option<_>>()?
            },
        })
    }

    pub(crate) fn write(&self) -> String {
        let mut writer = Writer::starting_with(BASE);
        writer.array(5);
        writer.bytes(&self.signature);
        writer.bytes(&self.public_key);
        writer.bytes(&self.hmac_key);
        write_signatures(&mut writer, &self.signatures);
        writer.array(self.mandatory_pointers.len());
        for pointer in &self.mandatory_pointers {
            writer.text(pointer);
        }
        encode(writer)
    }
}

/// The key and all signatures are the holder's secret.
impl fmt::Debug for BaseProof {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("BaseProof(…)")
    }
}

impl DerivedProof {
    fn read(reader: &mut Reader<'_>) -> Option<Self> {
        Some(Self {
            signature: reader.exactly(SIGNATURE)?.to_vec(),
            public_key: reader.exactly(PUBLIC_KEY)?.to_vec(),
            signatures: read_signatures(reader)?,
            labels: {
                let count = reader.map()?;
                let mut labels = BTreeMap::new();
                for _ in 0..count {
                    let number = reader.unsigned()?;
                    if labels.insert(number, reader.exactly(32)?.to_vec()).is_some() {
                        return None;
                    }
                }
                labels
            },
            mandatory_indexes: {
                let count = reader.array()?;
                (0..count).map(|_| reader.unsigned()).collect::<Option<_>>()?
            },
        })
    }

    pub(crate) fn write(&self) -> String {
        let mut writer = Writer::starting_with(DERIVED);
        writer.array(5);
        writer.bytes(&self.signature);
        writer.bytes(&self.public_key);
        write_signatures(&mut writer, &self.signatures);
        writer.map(self.labels.len());
        for (number, label) in &self.labels {
            writer.unsigned(*number);
            writer.bytes(label);
        }
        writer.array(self.mandatory_indexes.len());
        for index in &self.mandatory_indexes {
            writer.unsigned(*index);
        }
        encode(writer)
    }
}

fn encode(writer: Writer) -> String {
    format!("u{}", URL_SAFE_NO_PAD.encode(writer.finish()))
}

fn read_signatures(reader: &mut Reader<'_>) -> Option<Vec<Vec<u8>>> {
    let count = reader.array().filter(|count| *count <= MOST_STATEMENTS)?;
    (0..count)
        .map(|_| reader.exactly(SIGNATURE).map(<[u8]>::to_vec))
        .collect()
}

fn write_signatures(writer: &mut Writer, signatures: &[Vec<u8>]) {
    writer.array(signatures.len());
    for signature in signatures {
        writer.bytes(signature);
    }
}
