//! Links as they come out of mail, chat, learning platforms and Markdown.

use super::*;
use crate::recipe::marks_text;

const NOTICE: &str = "This link was changed on its way, and was read as it was meant.";

/// A checked link with a stack, whose text has commas and parentheses.
fn shared() -> String {
    let marks = marks_text(&[2.5_f32, 1.0, 0.25].map(f32::to_bits));
    format!(
        "model=stack&layers=conv6x5,res(norm,relu),fc10&data=digits&lr=0.002&seed=7&v=1&check=0123456789abcdef&marks={marks}"
    )
}

/// What became of it, each with a name for the failure.
fn damages() -> Vec<(&'static str, String)> {
    let link = shared();
    let escaped = |text: &str| {
        let escape = |character: char| match character {
            '%' | '&' | '=' | ',' | '(' | ')' => format!("%{:02X}", character as u32),
            other => other.to_string(),
        };
        text.chars().map(escape).collect::<String>()
    };
    let folded = |end: &str| {
        let mut text = link.clone();
        for at in [100, 70, 40, 12] {
            text.insert_str(at, end);
        }
        text
    };
    let behind = |text: &str| format!("{link}{text}");
    let mut damages = vec![
        ("HTML", link.replace('&', "&amp;")),
        ("HTML twice", link.replace('&', "&amp;amp;")),
        ("HTML of one &", link.replacen('&', "&amp;", 1)),
        ("a decimal entity", link.replace('&', "&#38;")),
        ("a padded entity", link.replace('&', "&#038;")),
        ("a hexadecimal entity", link.replace('&', "&#x26;")),
        ("entities of =", link.replace('=', "&#61;")),
        ("JSON", link.replace('&', "\\u0026")),
        (
            "JSON with =",
            link.replace('&', "\\u0026").replace('=', "\\u003d"),
        ),
        (
            "Markdown's escapes",
            link.replace('&', "\\&").replace('(', "\\("),
        ),
        ("escaped as a whole", escaped(&link)),
        ("escaped twice", escaped(&escaped(&link))),
        ("escaped three times", escaped(&escaped(&escaped(&link)))),
        (
            "H5P's embedder",
            link.replace(',', "%252C")
                .replace('(', "%2528")
                .replace(')', "%2529"),
        ),
        ("an escaped #", format!("%23{link}")),
        ("an address", format!("https://example.org/bunsen/#{link}")),
        (
            "an address with a query",
            format!("https://example.org/embed.html?show=curve#{link}"),
        ),
        (
            "an escaped address",
            escaped(&format!("https://example.org/#{link}")),
        ),
        ("##", format!("##/{link}")),
        ("#!", format!("#!{link}")),
        ("lines of a mail", folded("\n")),
        ("lines of Windows", folded("\r\n")),
        ("lines of a quoted mail", folded("\n> ")),
        ("indented lines", folded("\n    ")),
        (
            "quoted-printable",
            folded("=\r\n").replace('=', "=3D").replace("=3D\r", "=\r"),
        ),
        ("places to break", folded("\u{200b}")),
        ("escaped places to break", folded("%E2%80%8B")),
        ("soft hyphens", folded("\u{ad}")),
        ("a byte order mark", format!("\u{feff}{link}")),
        ("a capital", link.replacen('m', "M", 1)),
        ("quoted", format!("\"{link}\"")),
        ("an autolink", format!("<{link}>")),
        ("parentheses", format!("({link})")),
        ("bold", format!("**{link}**")),
        ("emphasis", format!("_{link}_")),
        ("code", format!("`{link}`")),
        ("a campaign", behind("?utm_source=mail&utm_medium=x")),
        ("another campaign", behind("?fbclid=abc")),
        ("a text fragment", behind(":~:text=loss")),
        ("a second fragment", behind("#top")),
    ];
    for end in [
        ".", ",", ";", ":", "!", "?", ")", ").", ">", "]", "’", "”", "»", "*", "|", "&", " ", "\n",
        ".\n\n",
    ] {
        damages.push((end, behind(end)));
    }
    damages
}

#[test]
fn damaged_links_are_read_as_they_were_meant() {
    let meant = parse(&shared()).unwrap();
    assert!(meant.notices.is_empty());
    let damages = damages();
    assert!(damages.len() > 30);
    for (name, text) in damages {
        let link = parse(&text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"));
        assert_eq!(link.recipe, meant.recipe, "{name}");
        assert_eq!(
            (&link.check, &link.marks),
            (&meant.check, &meant.marks),
            "{name}"
        );
        let is_said = link.notices.iter().any(|notice| notice == NOTICE);
        // White space around a link, and what a telephone makes of its first letter, are nobody's concern.
        let is_small = name.trim().is_empty() || name == "a capital";
        assert!(is_said || is_small, "{name}: {:?}", link.notices);
    }
}

#[test]
fn hyphens_of_word_processors_are_read() {
    for hyphen in ["\u{2010}", "\u{2011}", "\u{2013}", "\u{2212}", "%E2%80%93"] {
        let link = parse(&format!("model=resnet{hyphen}8&v=1")).unwrap();
        assert_eq!(link.recipe, default("resnet-8"));
        assert_eq!(link.notices, [NOTICE]);
    }
}

#[test]
fn what_is_not_certain_is_refused() {
    let link = shared();
    let cut = |end: &str| format!("{}{end}", link.split("&v=").next().unwrap());
    for text in [
        // Cut, and said so.
        cut("..."),
        cut("…"),
        // Is what follows the link's, or the text's?
        cut("\n8"),
        cut(" 8"),
        cut("\nSee you"),
        format!("{link}\nSee you"),
        format!("{link} and more"),
        // A long dash may have been two.
        "model=resnet\u{2014}8&v=1".to_owned(),
        // A separator was lost.
        link.replacen('&', "", 1),
        link.replacen('&', " ", 1),
        link.replacen('=', "", 1),
        link.replace('&', ";"),
        // A part is missing.
        link.replace("abcdef", ""),
        link[..link.len() - 3].to_owned(),
        // Twice in one line.
        format!("{link}{link}"),
        // An escaped & is a part of its value.
        "model=lenet5%26lr=0.1".to_owned(),
        // So is what somebody wrote into one.
        "model=lenet5&lr=0.1%3Fx".to_owned(),
        "model=mlp&widths=300%0A1".to_owned(),
        "model=lenet5&lr=0.1%5C5".to_owned(),
        // Nobody knows what a question mark was, or what else stood behind a second #.
        "model=lenet5?1998&lr=0.001&seed=7".to_owned(),
        "model=lenet5&seed=7?&lr=0.1".to_owned(),
        "model=lenet5&seed=7?lr=0.1".to_owned(),
        "model=mlp&seed=7#lr=0.01".to_owned(),
        "model=mlp&&#seed=9".to_owned(),
        // Entities of other characters.
        "https://a.example/#model=lenet5&#45;1998&seed=7".to_owned(),
        "model=mlp&widths=300&#44;100&seed=7".to_owned(),
        "model=lenet5&wd=0&#46;26&epochs=9".to_owned(),
        "#model=vgg-11&#38seed=7&#38lr=0.1".to_owned(),
        // Damage within a key.
        "mod...el=vgg-11&seed=7".to_owned(),
        "mod-el=vgg-11&seed=7".to_owned(),
        "m=odel=mlp".to_owned(),
        "mode==densenet".to_owned(),
        "odel=densenet&seed=7".to_owned(),
        "modal=densenet".to_owned(),
        "model=mlp&ampseed=7".to_owned(),
        "model=mlp&se-\ned=7&v=1".to_owned(),
        "\n1model=mlp".to_owned(),
        "model=mlp&seed...=3".to_owned(),
        // A key without a value, and a value without a key.
        "model=mlp&widths".to_owned(),
        "model=mlp&aug".to_owned(),
        "model=mlp&=300".to_owned(),
        "model=mlp&=lr=0.0355".to_owned(),
        // Cut within a number or a list.
        "model=mlp&dropout=0.".to_owned(),
        "model=mlp&smooth=0.".to_owned(),
        "model=mlp&widths=300,".to_owned(),
        // Two links.
        "https://a.example/#model=lenet5 https://a.example/#model=mlp".to_owned(),
        "[x](https://a.example/#model=lenet5) and [y](https://a.example/#model=mlp)".to_owned(),
        // A backslash before a digit.
        "model=mlp&seed=7\\0".to_owned(),
    ] {
        assert!(parse(&text).is_err(), "{text}");
    }
}

#[test]
fn a_key_that_is_none_is_named() {
    assert_eq!(
        error("mod el=lenet5&v=1"),
        "This link was damaged on its way, near “mod el”, and it is not certain what it meant. Ask for it once more."
    );
}

#[test]
fn what_others_append_is_skipped() {
    let link = parse("model=lenet5&seed=7.").unwrap();
    assert_eq!(link.recipe.seed, 7);
    let link = parse("model=lenet5&v=1&utm_source=mail&_ga=1.2").unwrap();
    assert_eq!(link.recipe, default("lenet5"));
    assert_eq!(link.notices.len(), 1);
    assert!(
        link.notices[0].contains("skipped: utm_source, _ga"),
        "{}",
        link.notices[0]
    );
}

#[test]
fn one_escape_of_a_value_is_no_damage() {
    let link = parse("model=stack&layers=conv6x5%2Cres(norm%2Crelu)%2Cfc10&v=1").unwrap();
    assert!(link.notices.is_empty());
}

#[test]
fn no_key_becomes_an_entity_of_html() {
    // Those that HTML reads without a semicolon before what is no letter or digit.
    let entities = [
        "amp", "lt", "gt", "quot", "copy", "reg", "sect", "para", "not", "deg", "times", "divide",
        "micro", "middot", "cent", "pound", "yen", "curren", "uml", "shy", "macr", "acute",
        "cedil", "ordf", "ordm", "sup1", "sup2", "sup3", "iexcl", "iquest", "laquo", "raquo",
        "brvbar", "plusmn", "nbsp", "eth", "thorn", "szlig",
    ];
    let fields = REGISTRY.fields().map(|field| field.key);
    for key in fields.chain(["v", "check", "marks"]) {
        assert!(!entities.contains(&key), "{key}");
    }
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in "[a-z=&%#0-9\\n .,;()\u{200b}]{0,80}") {
        let _ = parse(&text);
    }

    #[test]
    fn a_link_that_is_whole_is_read_as_it_stands(seed in any::<u32>()) {
        let link = parse(&format!("model=vit&seed={seed}&v=1")).unwrap();
        prop_assert!(link.notices.is_empty());
        prop_assert_eq!(link.recipe.seed, u64::from(seed));
    }
}
