//! Which batches are read in one go.

use std::{fmt, num::NonZeroU64, str::FromStr};

use super::{
    batch::Receipt,
    leaves::{LARGEST_BATCH, Leaves, LeavesError, file_size},
};

/// The most leaves in the file of a span: 1.4 MB of text.
pub const MOST_LEAVES_IN_A_SPAN: usize = 2 * LARGEST_BATCH;

/// Batches of one issuer that follow each other, whose leaves are published as one file: `3-17`.
///
/// An issuer that hands in every hour has two dozen batches a day. A reader wants those of a day, so it asks for
/// them at once. What such a file holds never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Span {
    first: NonZeroU64,
    last: NonZeroU64,
}

/// A text that is no span.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a span is two numbers of batches, the first not above the last, such as `3-17`")]
pub struct InvalidSpan;

impl Span {
    /// From one batch up to and including another; nothing for a number 0 or when the last comes before the first.
    pub fn new(first: u64, last: u64) -> Option<Self> {
        let (first, last) = (NonZeroU64::new(first)?, NonZeroU64::new(last)?);
        (first <= last).then_some(Self { first, last })
    }

    /// The number of its first batch.
    pub fn first(&self) -> u64 {
        self.first.get()
    }

    /// The number of its last batch.
    pub fn last(&self) -> u64 {
        self.last.get()
    }

    /// Puts receipts of one issuer together in as few spans as batches that follow each other and
    /// [`MOST_LEAVES_IN_A_SPAN`] allow, each with its receipts in the order of their batches.
    pub fn gather(mut receipts: Vec<Receipt>) -> Vec<(Self, Vec<Receipt>)> {
        receipts.sort_by_key(|receipt| receipt.batch.batch);
        receipts.dedup_by_key(|receipt| receipt.batch.batch);
        let mut spans: Vec<(Self, Vec<Receipt>)> = Vec::new();
        let mut leaves = 0;
        for receipt in receipts {
            let Some(number) = NonZeroU64::new(receipt.batch.batch) else {
                continue;
            };
            let size = usize::try_from(receipt.batch.size).unwrap_or(usize::MAX);
            leaves = size.saturating_add(leaves);
            match spans.last_mut() {
                Some((span, members))
                    if span.last.checked_add(1) == Some(number) && leaves <= MOST_LEAVES_IN_A_SPAN =>
                {
                    span.last = number;
                    members.push(receipt);
                }
                _ => {
                    leaves = size;
                    let span = Self {
                        first: number,
                        last: number,
                    };
                    spans.push((span, vec![receipt]));
                }
            }
        }
        spans
    }

    /// The leaves of each of `receipts` in the file of their span; an error where they are no batch, or are missing.
    pub fn split<'a>(
        file: &'a str,
        receipts: &'a [Receipt],
    ) -> impl Iterator<Item = (&'a Receipt, Result<Leaves, LeavesError>)> {
        let mut rest = file;
        receipts.iter().map(move |receipt| {
            let size = usize::try_from(receipt.batch.size).map_or(usize::MAX, file_size);
            let Some((own, others)) = rest.split_at_checked(size) else {
                rest = "";
                return (receipt, Err(LeavesError::Count(0)));
            };
            rest = others;
            (receipt, Leaves::parse(own))
        })
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", self.first, self.last)
    }
}

impl FromStr for Span {
    type Err = InvalidSpan;

    fn from_str(text: &str) -> Result<Self, InvalidSpan> {
        let (first, last) = text.split_once('-').ok_or(InvalidSpan)?;
        let number = |text: &str| text.parse().map_err(|_| InvalidSpan);
        Self::new(number(first)?, number(last)?).ok_or(InvalidSpan)
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use test_support::rng;

    use super::*;
    use crate::receipts::{Batch, Leaf};

    fn receipt(batch: u64, size: u32) -> Receipt {
        let time = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Receipt {
            iss: "did:web:register.example".parse().unwrap(),
            sequence: batch,
            previous_hash: None,
            received_at: time,
            batch: Batch {
                issuer: "did:web:college.example".parse().unwrap(),
                batch,
                root: String::new(),
                size,
                days: Vec::new(),
                previous: None,
                closed_at: time,
            },
        }
    }

    fn spans(receipts: Vec<Receipt>) -> Vec<String> {
        let spans = Span::gather(receipts);
        spans.iter().map(|(span, _)| span.to_string()).collect()
    }

    #[test]
    fn batches_that_follow_each_other_are_one_span() {
        let receipts = [4, 2, 3, 7, 8, 3].map(|batch| receipt(batch, 64)).to_vec();

        assert_eq!(spans(receipts), ["2-4", "7-8"]);
    }

    #[test]
    fn a_span_holds_no_more_leaves_than_may_be_read_at_once() {
        let receipts = (1..=5).map(|batch| receipt(batch, 16_384)).collect();

        assert_eq!(spans(receipts), ["1-2", "3-4", "5-5"]);
    }

    #[test]
    fn a_batch_that_cannot_be_does_not_overflow() {
        let receipts = vec![receipt(u64::MAX, u32::MAX), receipt(0, 64), receipt(1, u32::MAX)];

        assert_eq!(spans(receipts), ["1-1".to_owned(), format!("{0}-{0}", u64::MAX)]);
    }

    #[test]
    fn a_file_is_split_where_its_batches_end() {
        let batch = |seed: u8, size| {
            let leaves = (0..size)
                .map(|number| Leaf::from_bytes([seed + number; 32]))
                .collect();
            Leaves::padded(leaves, &mut rng("padding")).unwrap()
        };
        let (one, two) = (batch(1, 3), batch(9, 70));
        let file = one.to_text() + &two.to_text();
        let receipts = [receipt(1, 64), receipt(2, 128), receipt(3, 64)];

        let parts: Vec<_> = Span::split(&file, &receipts).map(|(_, leaves)| leaves).collect();

        assert_eq!(parts, [Ok(one), Ok(two), Err(LeavesError::Count(0))]);
    }

    #[test]
    fn only_two_rising_numbers_are_a_span() {
        assert_eq!("3-17".parse(), Ok(Span::new(3, 17).unwrap()));
        for text in [
            "",
            "3",
            "3-",
            "-3",
            "0-3",
            "4-3",
            "3-4-5",
            "a-b",
            "1-99999999999999999999",
        ] {
            assert_eq!(text.parse::<Span>(), Err(InvalidSpan), "{text}");
        }
    }
}
