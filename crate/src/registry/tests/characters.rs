//! What links are written in.

use super::*;

/// Mail, chat and Markdown leave small letters, digits and these alone. No reader of HTML takes a key for an entity.
#[test]
fn a_link_has_no_character_that_its_way_changes() {
    let is_plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "=&,.-()".contains(c);
    let mut links: Vec<String> = default_recipes().map(|recipe| recipe.link()).collect();
    let stack =
        parse("model=stack&layers=conv6x5p2,relu,res(conv6x3p1),drop0.25&aug=crop,flip&lr=0.0125")
            .unwrap();
    let losses: Vec<u32> = (1..=40u8)
        .map(|step| (2.3 / f32::from(step)).to_bits())
        .collect();
    links.push(
        stack
            .recipe
            .checked_link("0123456789abcdef", &marks_of(&losses)),
    );
    for link in links {
        assert!(link.chars().all(is_plain), "{link}");
        assert!(
            link.ends_with(|c: char| c.is_ascii_alphanumeric()),
            "{link}"
        );
    }
    for field in fields() {
        let names = match field.field_type {
            FieldType::Choice(choices) | FieldType::ChoiceSet(choices) => choices,
            _ => &[],
        };
        assert!(
            names.iter().all(|choice| choice.name.chars().all(is_plain)),
            "{}",
            field.key
        );
        // Those that browsers read without a semicolon.
        for entity in [
            "amp", "lt", "gt", "quot", "nbsp", "copy", "reg", "not", "para", "sect", "shy", "yen",
            "uml", "deg", "cent", "curren", "pound", "micro", "middot", "macr", "times", "divide",
            "ordf", "ordm", "eth", "thorn", "laquo", "raquo", "sup", "szlig", "frac", "iexcl",
            "iquest", "brvbar", "cedil", "acute", "plusmn",
        ] {
            assert!(!field.key.starts_with(entity), "{}", field.key);
        }
    }
}

#[test]
fn what_a_link_hides_is_shown() {
    let refused = error("model=lenet\u{202e}5&v=1");
    assert!(
        refused.starts_with("model=lenet[U+202E]5 is not allowed: "),
        "{refused}"
    );
}
