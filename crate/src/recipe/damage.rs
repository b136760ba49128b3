//! Links that mail, chat, learning platforms or Markdown changed on their way: read where what was meant is certain.
//!
//! A link is made of letters, digits and `-.,()=&` alone, and nothing else has a meaning in it. So whatever else stands in one came
//! on the way, and most of it tells what it was before. What does not is left as it is, and refused by its value: nothing else is
//! trained than what the link said when it was shared.

/// What stands for a character of a link, or for none, once escapes are undone.
const MEANT: &[(&str, &str)] = &[
    // HTML and JSON.
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#038;", "&"),
    ("&#x26;", "&"),
    ("\\u0026", "&"),
    ("&#61;", "="),
    ("&#x3D;", "="),
    ("\\u003d", "="),
    ("\\u003D", "="),
    // Markdown's own escapes, which stand before punctuation alone.
    ("\\&", "&"),
    ("\\=", "="),
    ("\\(", "("),
    ("\\)", ")"),
    ("\\-", "-"),
    ("\\.", "."),
    ("\\,", ","),
    // Characters that nobody sees: zero width, soft hyphen, byte order mark.
    ("\u{200b}", ""),
    ("\u{200c}", ""),
    ("\u{200d}", ""),
    ("\u{2060}", ""),
    ("\u{ad}", ""),
    ("\u{feff}", ""),
    ("\r", ""),
    // Hyphens of word processors. A long dash may have been two.
    ("\u{2010}", "-"),
    ("\u{2011}", "-"),
    ("\u{2013}", "-"),
    ("\u{2212}", "-"),
];

/// What stands before a link in a text.
const BEFORE: &[char] = &[
    '#', '?', '/', '!', '&', '<', '(', '[', '{', '"', '\'', '`', '*', '_', '“', '‘', '«', '„', ' ',
    '\n', '\t',
];

/// What stands behind a link in a text. Closing parentheses are a stack's too.
const BEHIND: &[char] = &[
    '.', ',', ';', ':', '!', '?', '>', ']', '}', '"', '\'', '`', '*', '_', '|', '&', '”', '’', '»',
    '“', '‘', ' ', '\n', '\t',
];

/// How often a link may have been escaped.
const MAX_ESCAPES: usize = 4;

/// What others append behind a `?`: what counts visitors.
const APPENDED: &[&str] = &[
    "utm_", "fbclid=", "gclid=", "mc_cid=", "mc_eid=", "igsh=", "si=",
];

/// A link's text, mended.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mended {
    /// The text as it was shared.
    pub text: String,
    /// Whether it was changed since.
    pub is_damaged: bool,
    /// A point or a comma right behind the text: punctuation, unless the last value was cut there.
    pub cut_at: Option<char>,
}

/// The text of a link as it was shared.
pub(super) fn mend(given: &str) -> Mended {
    let start = given.trim().trim_start_matches(['#', '?']);
    let (mut text, mut is_damaged) = undo_escapes(start);
    let unescaped = text.clone();
    if is_quoted_printable(&text) {
        for (found, meant) in [("=\r\n", ""), ("=\n", ""), ("=3D", "=")] {
            text = text.replace(found, meant);
        }
    }
    for _ in 0..MAX_ESCAPES {
        for (found, meant) in MEANT {
            text = text.replace(found, meant);
        }
    }
    text = join_lines(&text);
    // A whole address, or a # that was escaped.
    for mark in ["#", "%23"] {
        if let Some((before, link)) = text.split_once(mark)
            && (before.is_empty() || is_address(before))
        {
            text = link.to_owned();
            break;
        }
    }
    text = text.trim_start_matches(BEFORE).to_owned();
    if let Some(end) = appended(&text) {
        text.truncate(end);
    }
    let cut_at = trim_end(&mut text);
    is_damaged |= text != unescaped;
    Mended {
        text,
        is_damaged,
        cut_at,
    }
}

/// Whether a text is an address as far as it goes, and nothing else.
fn is_address(text: &str) -> bool {
    text.split_once("://").is_some_and(|(scheme, rest)| {
        scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) && !rest.contains(char::is_whitespace)
    })
}

/// Where something begins that others appended: what counts visitors, the name of a place in a text. Of all else behind a `?` or a `#` nobody
/// knows what it was.
fn appended(text: &str) -> Option<usize> {
    let counts = |at: &usize| APPENDED.iter().any(|name| text[at + 1..].starts_with(name));
    let queries = text.match_indices('?').map(|(at, _)| at);
    let is_name = |at: &usize| {
        let name = &text[at + 1..];
        name.bytes()
            .all(|byte| byte.is_ascii_alphabetic() || byte == b'-')
    };
    let place = text.rfind('#').filter(is_name);
    text.find(":~:")
        .or(place)
        .or_else(|| queries.clone().find(counts))
}

/// Undoes what was escaped more than once, and what was escaped that means the same when it is not. Gives whether that was damage: one
/// escape in a value is what a careful program writes.
fn undo_escapes(link: &str) -> (String, bool) {
    let (mut text, mut is_damaged) = (link.to_owned(), false);
    for _ in 0..MAX_ESCAPES {
        // Where not even an `=` is left, the link was escaped as a whole; else an escaped `&` is a part of its value.
        let whole = !text.contains('=');
        let next = unescape(&text, whole);
        if next == text {
            break;
        }
        is_damaged |= whole || text.contains("%25");
        text = next;
    }
    (text, is_damaged)
}

/// Undoes one level of percent-escapes: all where `whole`, else an escaped `%`, and what a browser escapes by itself in an address. Other escapes were
/// written by somebody, and are a part of their value.
fn unescape(text: &str, whole: bool) -> String {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        let digits = text.get(at + 1..at + 3);
        let escaped = digits.and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escaped {
            Some(escaped)
                if byte == b'%'
                    && (whole || !escaped.is_ascii() || b"% \"<>`".contains(&escaped)) =>
            {
                out.push(escaped);
                at += 3;
            }
            _ => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// Whether every `=` is as mail writes it in quoted-printable text: escaped, or before the end of a line.
fn is_quoted_printable(text: &str) -> bool {
    let mut rests = text.split('=').skip(1);
    text.contains("=3D")
        && rests.all(|rest| {
            rest.starts_with("3D") || rest.starts_with('\n') || rest.starts_with("\r\n")
        })
}

/// Joins a link that was broken into lines, with the marks of a quoted mail. A last line that is only letters and digits belongs to the
/// link where its length is known; else it may be the text behind the link, and stays apart.
fn join_lines(text: &str) -> String {
    let mut joined = String::new();
    let mut rest = text;
    while let Some((line, next)) = rest.split_once('\n') {
        joined += line.trim_end();
        rest = next.trim_start_matches([' ', '\t', '>', '\n']);
        let ends_open = joined.ends_with(['&', '=', ',']);
        let last_key = joined.rsplit('&').next().unwrap_or_default();
        let is_counted = last_key.starts_with("check=") || last_key.starts_with("marks=");
        if !(ends_open || is_counted || rest.contains('=') || rest.is_empty()) {
            joined.push('\n');
        }
    }
    joined + rest
}

/// Cuts off what stands behind a link, and gives the first of it if that is a point or a comma. More than one point says that the link itself was cut:
/// that stays, to be refused.
fn trim_end(text: &mut String) -> Option<char> {
    let unopened = |text: &str| text.matches(')').count() > text.matches('(').count();
    let mut first = None;
    while let Some(last) = text.chars().next_back() {
        let is_behind = BEHIND.contains(&last) || (last == ')' && unopened(text));
        if !is_behind || text.ends_with("..") {
            break;
        }
        first = Some(last);
        text.pop();
    }
    first.filter(|last| [',', '.'].contains(last))
}
