//! Reads N-Quads ([RDF 1.1 N-Quads](https://www.w3.org/TR/n-quads/)), so that canonical forms can be
//! compared with those of other tools.

use std::collections::HashMap;

use super::literal::{literal, tagged};
use super::rdfc::{Node, Quad};

/// The text is not N-Quads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} is not an N-Quads statement")]
pub struct NotNQuads {
    /// The line, from 1.
    pub line: usize,
}

/// The statements, and the number of each blank node by its label without `_:`.
pub(super) fn parse(text: &str) -> Result<(Vec<Quad>, HashMap<String, usize>), NotNQuads> {
    let mut labels = HashMap::new();
    let mut quads = Vec::new();
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let quad = statement(line, &mut labels).ok_or(NotNQuads { line: number + 1 })?;
        quads.push(quad);
    }
    Ok((quads, labels))
}

fn statement(line: &str, labels: &mut HashMap<String, usize>) -> Option<Quad> {
    let mut rest = line;
    let subject = term(&mut rest, labels)?;
    let predicate = match term(&mut rest, labels)? {
        Node::Text(text) if text.starts_with('<') => text,
        _ => return None,
    };
    let object = term(&mut rest, labels)?;
    let graph = if rest.trim_start().starts_with('.') {
        None
    } else {
        Some(term(&mut rest, labels)?)
    };
    let end = rest.trim_start().strip_prefix('.')?.trim_start();
    let is_resource = |node: &Node| !matches!(node, Node::Text(text) if text.starts_with('"'));
    let is_sound = is_resource(&subject) && graph.as_ref().is_none_or(is_resource);
    ((end.is_empty() || end.starts_with('#')) && is_sound).then_some(Quad {
        subject,
        predicate,
        object,
        graph,
    })
}

fn term(rest: &mut &str, labels: &mut HashMap<String, usize>) -> Option<Node> {
    *rest = rest.trim_start();
    if let Some(label) = rest.strip_prefix("_:") {
        let end = label.find([' ', '\t', '<', '"']).unwrap_or(label.len());
        let (label, after) = label.split_at(end);
        *rest = after;
        let next = labels.len();
        return Some(Node::Blank(*labels.entry(label.to_owned()).or_insert(next)));
    }
    if let Some(text) = rest.strip_prefix('"') {
        let end = closing_quote(text)?;
        let value = unescape(text.get(..end)?)?;
        *rest = text.get(end + 1..)?;
        if let Some(after) = rest.strip_prefix("^^") {
            *rest = after;
            let datatype = iri(rest)?;
            return Some(literal(&value, Some(&datatype)));
        }
        if let Some(after) = rest.strip_prefix('@') {
            let end = after.find(|next: char| !next.is_ascii_alphanumeric() && next != '-')?;
            let (tag, after) = after.split_at(end);
            *rest = after;
            return Some(tagged(&value, tag));
        }
        return Some(literal(&value, None));
    }
    iri(rest).map(|iri| Node::Text(format!("<{iri}>").into()))
}

fn iri(rest: &mut &str) -> Option<String> {
    let (iri, after) = rest.strip_prefix('<')?.split_once('>')?;
    *rest = after;
    // IRIREF of N-Quads: none of these, written or escaped.
    let is_allowed = |c: char| c > ' ' && !matches!(c, '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\');
    unescape(iri).filter(|iri| iri.chars().all(is_allowed))
}

fn closing_quote(text: &str) -> Option<usize> {
    let mut escaped = false;
    text.char_indices().find_map(|(index, character)| {
        let closes = character == '"' && !escaped;
        escaped = character == '\\' && !escaped;
        closes.then_some(index)
    })
}

fn unescape(text: &str) -> Option<String> {
    let mut plain = String::with_capacity(text.len());
    let mut characters = text.chars();
    while let Some(character) = characters.next() {
        if character != '\\' {
            plain.push(character);
            continue;
        }
        plain.push(match characters.next()? {
            't' => '\t',
            'b' => '\u{8}',
            'n' => '\n',
            'r' => '\r',
            'f' => '\u{c}',
            'u' => code_point(&mut characters, 4)?,
            'U' => code_point(&mut characters, 8)?,
            same @ ('"' | '\'' | '\\') => same,
            _ => return None,
        });
    }
    Some(plain)
}

fn code_point(characters: &mut std::str::Chars<'_>, digits: usize) -> Option<char> {
    let code: String = characters.by_ref().take(digits).collect();
    let is_whole = code.len() == digits && code.bytes().all(|digit| digit.is_ascii_hexdigit());
    let code = is_whole.then(|| u32::from_str_radix(&code, 16).ok())?;
    code.and_then(char::from_u32)
}
