//! The paths a Rust source names outside its tests: `use std::{fs, io::Read}` names `std::fs` and `std::io::Read`.
//!
//! Comments, literals and items under `#[cfg(test)]` name nothing. This is no parser: it knows tokens, paths and braces.

/// Every path of two or more parts, and every lone `std`, `core` or `alloc`, in the order in which they stand.
pub(crate) fn named_paths(source: &str) -> Vec<String> {
    let tokens = without_tests(tokens(source));
    let mut paths = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        at = path(&tokens, at, "", &mut paths).max(at + 1);
    }
    paths.retain(|path| path.contains("::") || matches!(path.as_str(), "std" | "core" | "alloc"));
    paths
}

/// Reads one path, with its `{…}` if it ends in one, and returns where it ended.
fn path(tokens: &[String], mut at: usize, before: &str, paths: &mut Vec<String>) -> usize {
    let mut name = before.to_owned();
    while let Some(token) = tokens.get(at) {
        if KEYWORDS.contains(&token.as_str()) {
            // It belongs to no path, and `use ::std` must not read as one.
            at += 1;
            break;
        }
        if token == "self" && !before.is_empty() {
            // `std::{self}` names `std`.
            paths.push(name);
            return at + 1;
        }
        if is_word(token) {
            name = if name.is_empty() { token.clone() } else { format!("{name}::{token}") };
            at += 1;
            if tokens.get(at).map(String::as_str) != Some("::") {
                break;
            }
        } else if token == "::" {
            at += 1;
        } else if token == "{" && at > 0 && tokens[at - 1] == "::" {
            at += 1;
            while at < tokens.len() && tokens[at] != "}" {
                at = path(tokens, at, &name, paths).max(at + 1);
            }
            return at + 1;
        } else {
            break;
        }
    }
    if name != before {
        paths.push(name);
    }
    at
}

/// Those that may stand right before a path that begins with `::`.
const KEYWORDS: [&str; 20] = [
    "use", "as", "in", "return", "match", "if", "else", "let", "mut", "ref", "move", "impl", "for", "dyn", "where",
    "const", "static", "while", "break", "pub",
];

fn is_word(token: &str) -> bool {
    token.starts_with(|c: char| c.is_alphanumeric() || c == '_')
}

/// Leaves out whatever follows `#[cfg(test)]`, to the end of its braces or its `;`.
fn without_tests(tokens: Vec<String>) -> Vec<String> {
    const MARK: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let mut kept = Vec::new();
    let mut at = 0;
    while at < tokens.len() {
        if !tokens[at..].iter().take(MARK.len()).eq(MARK.iter()) {
            kept.push(tokens[at].clone());
            at += 1;
            continue;
        }
        at += MARK.len();
        let mut depth = 0_usize;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token.as_str() {
                "{" => depth += 1,
                "}" => depth = depth.saturating_sub(1),
                _ => {}
            }
            if depth == 0 && (token == "}" || token == ";") {
                break;
            }
        }
    }
    kept
}

/// Words, `::` and single other characters; comments, spaces and the insides of literals left out.
fn tokens(source: &str) -> Vec<String> {
    let chars: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut at = 0;
    while at < chars.len() {
        let rest = &chars[at..];
        match rest {
            ['/', '/', ..] => at += rest.iter().position(|&c| c == '\n').unwrap_or(rest.len()),
            ['/', '*', ..] => at += block_comment(rest),
            ['r', '"' | '#', ..] if raw_string(rest).is_some() => at += raw_string(rest).unwrap_or(1),
            ['"', ..] => at += string(rest),
            // A character literal, not a lifetime.
            ['\'', '\\', ..] => {
                at += 3 + rest[3.min(rest.len())..].iter().position(|&c| c == '\'').map_or(0, |p| p + 1)
            }
            ['\'', _, '\'', ..] => at += 3,
            [':', ':', ..] => {
                tokens.push("::".to_owned());
                at += 2;
            }
            [c, ..] if c.is_alphanumeric() || *c == '_' => {
                let word: String = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').collect();
                at += word.chars().count();
                tokens.push(word);
            }
            [c, ..] => {
                if !c.is_whitespace() {
                    tokens.push(c.to_string());
                }
                at += 1;
            }
            [] => break,
        }
    }
    tokens
}

fn block_comment(rest: &[char]) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        match &rest[at..] {
            ['/', '*', ..] => (depth, at) = (depth + 1, at + 2),
            ['*', '/', ..] => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            break;
        }
    }
    at
}

fn string(rest: &[char]) -> usize {
    let mut at = 1;
    while at < rest.len() {
        match rest[at] {
            '\\' => at += 2,
            '"' => return at + 1,
            _ => at += 1,
        }
    }
    at
}

/// The length of `r"…"` or `r#"…"#`; `None` where this is no raw string (`r#type`).
fn raw_string(rest: &[char]) -> Option<usize> {
    let hashes = rest[1..].iter().take_while(|&&c| c == '#').count();
    if rest.get(1 + hashes) != Some(&'"') {
        return None;
    }
    let close: Vec<char> = std::iter::once('"').chain(std::iter::repeat_n('#', hashes)).collect();
    let body = &rest[hashes + 2..];
    let end = body.windows(close.len()).position(|window| window == close).unwrap_or(body.len());
    Some(hashes + 2 + end + close.len())
}
