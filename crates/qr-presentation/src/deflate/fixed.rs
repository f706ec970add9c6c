//! One DEFLATE block with the fixed codes of RFC 1951 §3.2.6, parsed at the least cost.
//!
//! Ordinary compressors look for long matches greedily and write codes of their own, whose
//! description alone takes some sixty bytes. For the few hundred bytes here neither pays.

use std::collections::HashMap;

const SHORTEST: usize = 3;
const LONGEST: usize = 258;
const FARTHEST: usize = 32_768;

/// First length and number of extra bits of each length code, from 257.
const LENGTHS: [(usize, u32); 29] = [
    (3, 0),
    (4, 0),
    (5, 0),
    (6, 0),
    (7, 0),
    (8, 0),
    (9, 0),
    (10, 0),
    (11, 1),
    (13, 1),
    (15, 1),
    (17, 1),
    (19, 2),
    (23, 2),
    (27, 2),
    (31, 2),
    (35, 3),
    (43, 3),
    (51, 3),
    (59, 3),
    (67, 4),
    (83, 4),
    (99, 4),
    (115, 4),
    (131, 5),
    (163, 5),
    (195, 5),
    (227, 5),
    (258, 0),
];

/// First distance and number of extra bits of each distance code.
const DISTANCES: [(usize, u32); 30] = [
    (1, 0),
    (2, 0),
    (3, 0),
    (4, 0),
    (5, 1),
    (7, 1),
    (9, 2),
    (13, 2),
    (17, 3),
    (25, 3),
    (33, 4),
    (49, 4),
    (65, 5),
    (97, 5),
    (129, 6),
    (193, 6),
    (257, 7),
    (385, 7),
    (513, 8),
    (769, 8),
    (1025, 9),
    (1537, 9),
    (2049, 10),
    (3073, 10),
    (4097, 11),
    (6145, 11),
    (8193, 12),
    (12289, 12),
    (16385, 13),
    (24577, 13),
];

#[derive(Clone, Copy)]
enum Step {
    Literal,
    Match { length: usize, distance: usize },
}

/// Compresses `data`, referring to `dictionary` as if it came before.
pub(super) fn compress(dictionary: &[u8], data: &[u8]) -> Vec<u8> {
    let text = [dictionary, data].concat();
    let start = dictionary.len();
    let mut bits = Bits::default();
    bits.number(0b011, 3);
    let mut at = start;
    for step in cheapest(&text, start) {
        match step {
            Step::Literal => {
                bits.literal(u32::from(text[at]));
                at += 1;
            }
            Step::Match { length, distance } => {
                bits.length(length);
                bits.distance(distance);
                at += length;
            }
        }
    }
    bits.literal(256);
    bits.bytes
}

/// The steps of fewest bits from `start` to the end.
fn cheapest(text: &[u8], start: usize) -> Vec<Step> {
    let end = text.len();
    let mut places: HashMap<&[u8], Vec<usize>> = HashMap::new();
    for (at, bytes) in text.windows(SHORTEST).enumerate() {
        places.entry(bytes).or_default().push(at);
    }
    // For each place: bits to the end, and the step to take. Filled from the end.
    let mut rest = vec![(0u32, Step::Literal); end - start + 1];
    for at in (start..end).rev() {
        let literal = literal_bits(u32::from(text[at])) + rest[at + 1 - start].0;
        let mut best = (literal, Step::Literal);
        let same_start = text.get(at..at + SHORTEST).and_then(|bytes| places.get(bytes));
        let earlier = same_start
            .map(|all| &all[..all.partition_point(|from| *from < at)])
            .unwrap_or_default();
        let mut reached = SHORTEST - 1;
        // From near to far: a longer match is worth a look only if it is longer than any nearer one.
        for from in earlier
            .iter()
            .rev()
            .copied()
            .take_while(|from| at - from <= FARTHEST)
        {
            let same = text[from..]
                .iter()
                .zip(&text[at..])
                .take(LONGEST)
                .take_while(|(a, b)| a == b)
                .count();
            for length in reached + 1..=same {
                let distance = at - from;
                let bits = match_bits(length, distance) + rest[at + length - start].0;
                if bits < best.0 {
                    best = (bits, Step::Match { length, distance });
                }
            }
            reached = reached.max(same);
            if reached == LONGEST {
                break;
            }
        }
        rest[at - start] = best;
    }
    let mut steps = Vec::new();
    let mut at = start;
    while at < end {
        let (_, step) = rest[at - start];
        at += match step {
            Step::Literal => 1,
            Step::Match { length, .. } => length,
        };
        steps.push(step);
    }
    steps
}

fn code(table: &[(usize, u32)], value: usize) -> (usize, usize, u32) {
    let index = table
        .partition_point(|(first, _)| *first <= value)
        .saturating_sub(1);
    let (first, extra) = table[index];
    (index, value - first, extra)
}

fn literal_bits(symbol: u32) -> u32 {
    match symbol {
        0..=143 => 8,
        144..=255 => 9,
        256..=279 => 7,
        _ => 8,
    }
}

fn match_bits(length: usize, distance: usize) -> u32 {
    let (index, _, extra) = code(&LENGTHS, length);
    let (_, _, more) = code(&DISTANCES, distance);
    literal_bits(257 + index as u32) + extra + 5 + more
}

#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    used: u32,
}

impl Bits {
    fn bit(&mut self, bit: u32) {
        if self.used.is_multiple_of(8) {
            self.bytes.push(0);
        }
        if let Some(last) = self.bytes.last_mut() {
            *last |= (bit as u8 & 1) << (self.used % 8);
        }
        self.used += 1;
    }

    /// A number, lowest bit first.
    fn number(&mut self, value: u32, bits: u32) {
        (0..bits).for_each(|n| self.bit(value >> n));
    }

    /// A Huffman code, highest bit first.
    fn code(&mut self, value: u32, bits: u32) {
        (0..bits).rev().for_each(|n| self.bit(value >> n));
    }

    fn literal(&mut self, symbol: u32) {
        match symbol {
            0..=143 => self.code(0x30 + symbol, 8),
            144..=255 => self.code(0x190 + symbol - 144, 9),
            256..=279 => self.code(symbol - 256, 7),
            _ => self.code(0xc0 + symbol - 280, 8),
        }
    }

    fn length(&mut self, length: usize) {
        let (index, rest, extra) = code(&LENGTHS, length);
        self.literal(257 + index as u32);
        self.number(rest as u32, extra);
    }

    fn distance(&mut self, distance: usize) {
        let (index, rest, extra) = code(&DISTANCES, distance);
        self.code(index as u32, 5);
        self.number(rest as u32, extra);
    }
}
