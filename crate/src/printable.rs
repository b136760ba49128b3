//! Names and values that people and programs gave, as they can be shown. The crate `bunsen-images` compiles this file too.

/// The most characters that are shown of a name.
const MAX_LENGTH: usize = 200;

/// A text as it can be shown in a sentence: what would be invisible, or would turn the text around it, stands there by its number,
/// as `[U+202E]`. Long texts are shortened.
///
/// Joiners (U+200C, U+200D) stay: scripts and emoji need them.
pub fn printable(text: &str) -> String {
    printable_to(text, MAX_LENGTH)
}

/// The same of a text of which the first `most` characters are shown.
pub fn printable_to(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for c in text.chars().take(most) {
        match is_deceptive(c) {
            true => shown.push_str(&format!("[U+{:04X}]", u32::from(c))),
            false => shown.push(c),
        }
    }
    if text.chars().nth(most).is_some() {
        shown.push('…');
    }
    shown
}

/// Control characters, those that set the direction of text, and those without width. `crate/js/printable.ts` has the same list.
fn is_deceptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{ad}' | '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0001}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_stands_there_by_its_number() {
        assert_eq!(printable("cats\u{202e}gnp.1"), "cats[U+202E]gnp.1");
        assert_eq!(
            printable("a\u{7}\n\u{1b}[31m"),
            "a[U+0007][U+000A][U+001B][31m"
        );
        assert_eq!(
            printable("\u{feff}\u{2066}x\u{200b}"),
            "[U+FEFF][U+2066]x[U+200B]"
        );
        // Scripts, emoji and what they are joined by are left alone.
        for plain in ["ねこ", "کتاب‌ها", "👩‍👧", "שלום", "Σ é"] {
            assert_eq!(printable(plain), plain);
        }
        assert_eq!(printable(&"x".repeat(201)), format!("{}…", "x".repeat(200)));
    }
}
