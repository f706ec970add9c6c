//! Absolute IRIs, and relative ones made absolute.

/// Whether a text is an absolute IRI that N-Quads can write: a scheme, and no character that would
/// end or break it. (A fragment has no second `#`.)
pub(super) fn is_absolute(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else {
        return false;
    };
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte))
        && !rest.is_empty()
        && !rest.chars().any(breaks)
        && rest.bytes().filter(|byte| *byte == b'#').count() < 2
}

/// Whether a character cannot stand in an IRI. Of the spaces beyond ASCII some could, and no other processor lets
/// them: they look like the end.
fn breaks(character: char) -> bool {
    matches!(
        character,
        '<' | '>' | '"' | '{' | '}' | '|' | '^' | '`' | '\\' | '\u{feff}'
    ) || character.is_whitespace()
        || character.is_control()
}

/// The parts of a reference (RFC 3986 §3).
#[derive(Default)]
struct Parts<'a> {
    scheme: Option<&'a str>,
    authority: Option<&'a str>,
    path: &'a str,
    query: Option<&'a str>,
    fragment: Option<&'a str>,
}

impl<'a> Parts<'a> {
    fn of(text: &'a str) -> Self {
        let (text, fragment) = cut(text, '#');
        let (text, query) = cut(text, '?');
        let (scheme, text) = match text.split_once(':') {
            Some((scheme, rest)) if !scheme.contains('/') && !scheme.is_empty() => (Some(scheme), rest),
            _ => (None, text),
        };
        let (authority, path) = match text.strip_prefix("//") {
            Some(rest) => {
                let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
                (Some(authority), path)
            }
            None => (None, text),
        };
        Self {
            scheme,
            authority,
            path,
            query,
            fragment,
        }
    }

    fn write(&self, path: &str) -> String {
        let mut text = String::new();
        let mut part = |before: &str, part: Option<&str>, after: &str| {
            if let Some(part) = part {
                text.push_str(before);
                text.push_str(part);
                text.push_str(after);
            }
        };
        part("", self.scheme, ":");
        part("//", self.authority, "");
        part("", Some(path), "");
        part("?", self.query, "");
        part("#", self.fragment, "");
        text
    }
}

fn cut(text: &str, at: char) -> (&str, Option<&str>) {
    match text.split_once(at) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// The IRI a reference means below a base (RFC 3986 §5.2).
pub(super) fn resolve(base: &str, reference: &str) -> String {
    let (base, mut parts) = (Parts::of(base), Parts::of(reference));
    let path = if parts.scheme.is_some() {
        without_dots(parts.path)
    } else {
        parts.scheme = base.scheme;
        if parts.authority.is_some() {
            without_dots(parts.path)
        } else {
            parts.authority = base.authority;
            if parts.path.is_empty() {
                parts.query = parts.query.or(base.query);
                base.path.to_owned()
            } else if parts.path.starts_with('/') {
                without_dots(parts.path)
            } else if base.path.is_empty() && base.authority.is_some() {
                without_dots(&format!("/{}", parts.path))
            } else {
                let folder = base.path.rfind('/').map_or(0, |slash| slash + 1);
                without_dots(&format!(
                    "{}{}",
                    base.path.get(..folder).unwrap_or_default(),
                    parts.path
                ))
            }
        }
    };
    parts.write(&path)
}

/// A path without the segments `.` and `..` (RFC 3986 §5.2.4).
fn without_dots(path: &str) -> String {
    let mut input = path;
    let mut output = String::with_capacity(path.len());
    while !input.is_empty() {
        if let Some(rest) = input.strip_prefix("../").or_else(|| input.strip_prefix("./")) {
            input = rest;
        } else if input.starts_with("/./") {
            input = input.get(2..).unwrap_or_default();
        } else if input == "/." {
            input = "/";
        } else if input.starts_with("/../") || input == "/.." {
            output.truncate(output.rfind('/').unwrap_or(0));
            input = input.get(3..).filter(|rest| !rest.is_empty()).unwrap_or("/");
        } else if input == "." || input == ".." {
            input = "";
        } else {
            let start = usize::from(input.starts_with('/'));
            let end = input
                .get(start..)
                .and_then(|rest| rest.find('/'))
                .map_or(input.len(), |slash| slash + start);
            let (segment, rest) = input.split_at(end);
            output.push_str(segment);
            input = rest;
        }
    }
    output
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iris_that_would_break_a_line_are_not_iris() {
        for text in [
            "urn:a b",
            "urn:a>",
            "urn:<a",
            "urn:",
            ":a",
            "1a:b",
            "a",
            "urn:a\n",
            "urn:\\u0041",
            "//a.example",
            "urn:a#b#c",
            "urn:a\u{a0}b",
            "urn:a\u{85}b",
            "urn:a\u{2028}b",
            "urn:a\u{feff}",
        ] {
            assert!(!is_absolute(text), "{text}");
        }
        for text in ["urn:a", "https://é.example/ü", "did:key:z6Mk#z6Mk", "tag:a,b:c"] {
            assert!(is_absolute(text), "{text}");
        }
    }

    #[test]
    fn references_are_resolved_as_rfc_3986_says() {
        // RFC 3986 §5.4.
        for (reference, iri) in [
            ("g:h", "g:h"),
            ("g", "http://a/b/c/g"),
            ("./g", "http://a/b/c/g"),
            ("g/", "http://a/b/c/g/"),
            ("/g", "http://a/g"),
            ("//g", "http://g"),
            ("?y", "http://a/b/c/d;p?y"),
            ("g?y", "http://a/b/c/g?y"),
            ("#s", "http://a/b/c/d;p?q#s"),
            ("", "http://a/b/c/d;p?q"),
            (".", "http://a/b/c/"),
            ("..", "http://a/b/"),
            ("../..", "http://a/"),
            ("../../../g", "http://a/g"),
            ("/./g", "http://a/g"),
            ("/../g", "http://a/g"),
            ("g.", "http://a/b/c/g."),
            ("./g/.", "http://a/b/c/g/"),
            ("g/../h", "http://a/b/c/h"),
            ("g?y/../x", "http://a/b/c/g?y/../x"),
        ] {
            assert_eq!(resolve("http://a/b/c/d;p?q", reference), iri, "{reference}");
        }
    }
}
