//! Names in zips that do not say how they are written: packers before 2006, and Windows to this day, write them as the machine's own code
//! page has it. Which one it was is told by all names together.
//!
//! UTF-8 is certain where all are valid. Else each code page is scored by what its letters would be: kana beside kana are Japanese,
//! hanzi among Latin letters are none, accents stand in words. The tables of Japanese, Chinese and Cyrillic code pages are those of the
//! WHATWG Encoding Standard: in a browser and under Node its own, natively those of `encoding_rs`, which are the same.

/// How names may be written, beside UTF-8; of equal scores the first is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum CodePage {
    /// IBM's first, and what a zip without a flag is said to have.
    Cp437,
    /// Western Europe under DOS.
    Cp850,
    /// Western Europe under Windows.
    Windows1252,
    /// Russian under DOS.
    Cp866,
    /// Japanese.
    ShiftJis,
    /// Chinese, simplified.
    Gbk,
}

const ALL: [CodePage; 6] = [
    CodePage::Cp437,
    CodePage::Cp850,
    CodePage::Windows1252,
    CodePage::Cp866,
    CodePage::ShiftJis,
    CodePage::Gbk,
];

/// The upper half of code page 437.
const CP437: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u{a0}";

/// The upper half of code page 850.
const CP850: &str = "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜø£Ø×ƒáíóúñÑªº¿®¬½¼¡«»░▒▓│┤ÁÂÀ©╣║╗╝¢¥┐└┴┬├─┼ãÃ╚╔╩╦╠═╬¤ðÐÊËÈıÍÎÏ┘┌█▄¦Ì▀ÓßÔÒõÕµþÞÚÛÙýÝ¯´\u{ad}±‗¾¶§÷¸°¨·¹³²■\u{a0}";

/// The first 32 characters of the upper half of code page 1252; those after them are Unicode's own. U+FFFD where there is none.
const WINDOWS_1252: &str = "€\u{fffd}‚ƒ„…†‡ˆ‰Š‹Œ\u{fffd}Ž\u{fffd}\u{fffd}‘’“”•–—˜™š›œ\u{fffd}žŸ";

/// The texts of names of one archive, as they were written.
pub(crate) fn decode(names: &[Vec<u8>]) -> Vec<String> {
    let unknown: Vec<&[u8]> = names
        .iter()
        .map(Vec::as_slice)
        .filter(|name| std::str::from_utf8(name).is_err())
        .collect();
    let lossy = |name: &[u8]| String::from_utf8_lossy(name).into_owned();
    if unknown.is_empty() {
        return names.iter().map(|name| lossy(name)).collect();
    }
    let mut best: Option<(i64, Vec<String>)> = None;
    for page in ALL {
        let texts: Option<Vec<String>> = names.iter().map(|name| page.decode(name)).collect();
        let Some(texts) = texts else { continue };
        let score = names.iter().map(|name| page.score(name)).sum();
        if best.as_ref().is_none_or(|(other, _)| score > *other) {
            best = Some((score, texts));
        }
    }
    // Names of several code pages: each for itself, as the format says.
    let each = |name: &Vec<u8>| match std::str::from_utf8(name) {
        Ok(text) => text.to_owned(),
        Err(_) => CodePage::Cp437.decode(name).unwrap_or_else(|| lossy(name)),
    };
    match best {
        Some((score, texts)) if score >= 0 => texts,
        _ => names.iter().map(each).collect(),
    }
}

/// The texts that a single-byte code page makes of bytes; `None` where a byte is no character.
pub(crate) fn western(bytes: &[u8]) -> Option<String> {
    CodePage::Windows1252.decode(bytes)
}

/// A character of a name, as far as it matters for what a name is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Letter {
    /// An ASCII letter; whether it is a capital.
    Ascii(bool),
    /// ASCII, and no letter.
    Other,
    /// A Latin letter with an accent; whether it is a capital.
    Accented(bool),
    Cyrillic,
    Kana,
    /// One that is in daily use in Chinese or Japanese.
    Common,
    /// Another one.
    Rare,
    /// What stands in no name of a folder.
    Symbol,
}

impl CodePage {
    /// The text of a name; `None` where some byte is none of that code page's.
    fn decode(self, name: &[u8]) -> Option<String> {
        let upper = |table: &str, name: &[u8]| -> Option<String> {
            let table: Vec<char> = table.chars().collect();
            let letter = |byte: &u8| match byte.checked_sub(128) {
                None => Some(char::from(*byte)),
                Some(at) => Some(*table.get(usize::from(at)).unwrap_or(&char::from(*byte))),
            };
            name.iter()
                .map(|byte| letter(byte).filter(|letter| *letter != '\u{fffd}'))
                .collect()
        };
        match self {
            Self::Cp437 => upper(CP437, name),
            Self::Cp850 => upper(CP850, name),
            Self::Windows1252 => upper(WINDOWS_1252, name),
            Self::Cp866 => by_standard("ibm866", name),
            // A yen sign stands where ASCII has a backslash, which separates folders.
            Self::ShiftJis => by_standard("shift_jis", name),
            Self::Gbk => by_standard("gbk", name),
        }
    }

    /// How likely a name is written so, beside what it would be in other code pages.
    fn score(self, name: &[u8]) -> i64 {
        let letters = self.letters(name);
        let is_word = |letter: Option<&Letter>| {
            !matches!(letter, None | Some(Letter::Other | Letter::Symbol))
        };
        let is_latin = |letter: Option<&Letter>| {
            matches!(letter, Some(Letter::Ascii(_) | Letter::Accented(_)))
        };
        let score = |at: usize| -> i64 {
            let before = at.checked_sub(1).and_then(|at| letters.get(at));
            let after = letters.get(at + 1);
            let beside_latin = is_latin(before) || is_latin(after);
            match letters[at] {
                Letter::Ascii(_) | Letter::Other => 0,
                Letter::Symbol => -6,
                Letter::Accented(is_capital) => {
                    // "öL", "aÄ": no word has a capital behind a small letter.
                    let small = |letter: Option<&Letter>| {
                        matches!(letter, Some(Letter::Ascii(false) | Letter::Accented(false)))
                    };
                    let capital = |letter: Option<&Letter>| {
                        matches!(letter, Some(Letter::Ascii(true) | Letter::Accented(true)))
                    };
                    let is_odd = is_capital && small(before) || !is_capital && capital(after);
                    let among_ascii = [before, after]
                        .iter()
                        .any(|letter| matches!(letter, Some(Letter::Ascii(_))));
                    match (is_odd, among_ascii) {
                        (true, _) => -4,
                        (false, true) => 3,
                        (false, false) => 0,
                    }
                }
                Letter::Cyrillic if is_latin(before) || is_latin(after) => -4,
                Letter::Cyrillic if is_word(before) || is_word(after) => 2,
                Letter::Cyrillic => 0,
                _ if beside_latin
                    && before.is_some_and(|letter| is_latin(Some(letter)))
                    && is_latin(after) =>
                {
                    -6
                }
                Letter::Kana => 6,
                Letter::Common => 4,
                Letter::Rare => -1,
            }
        };
        (0..letters.len()).map(score).sum()
    }

    /// What the characters of a name would be.
    fn letters(self, name: &[u8]) -> Vec<Letter> {
        let mut letters = Vec::new();
        let mut rest = name;
        while let [first, behind @ ..] = rest {
            rest = behind;
            let letter = match (self, first, behind) {
                (_, ..128, _) if first.is_ascii_alphabetic() => {
                    Letter::Ascii(first.is_ascii_uppercase())
                }
                (_, ..128, _) => Letter::Other,
                (Self::Cp866, 0x80..=0xaf | 0xe0..=0xf1, _) => Letter::Cyrillic,
                (Self::Cp866, ..) => Letter::Symbol,
                (Self::Cp437 | Self::Cp850 | Self::Windows1252, ..) => {
                    let text = self.decode(&[*first]).unwrap_or_default();
                    let letter = text.chars().next().unwrap_or('\u{fffd}');
                    // Greek ones in 437 are for formulas.
                    match letter {
                        'ª' | 'º' | 'µ' | 'ƒ' => Letter::Symbol,
                        'À'..='ÿ' | 'Œ' | 'œ' | 'Š' | 'š' | 'Ž' | 'ž' | 'Ÿ'
                            if letter.is_alphabetic() =>
                        {
                            Letter::Accented(letter.is_uppercase())
                        }
                        _ => Letter::Symbol,
                    }
                }
                (Self::ShiftJis, 0xa1..=0xdf, _) => Letter::Rare,
                (Self::ShiftJis, lead, [trail, more @ ..]) => {
                    rest = more;
                    match (lead, trail) {
                        // ー, the mark of a long vowel, and 々.
                        (0x81, 0x5b | 0x58) => Letter::Kana,
                        (0x82, 0x9f..=0xf1) | (0x83, 0x40..=0x96) => Letter::Kana,
                        (0x82, 0x4f..=0x9a) => Letter::Rare,
                        (0x88..=0x97, _) | (0x98, 0x40..=0x72) => Letter::Common,
                        (0x98..=0x9f | 0xe0..=0xea, _) => Letter::Rare,
                        _ => Letter::Symbol,
                    }
                }
                (Self::Gbk, lead, [trail, more @ ..]) => {
                    rest = more;
                    match (lead, trail) {
                        (0xb0..=0xd7, 0xa1..=0xfe) => Letter::Common,
                        (0xd8..=0xf7, 0xa1..=0xfe) | (0xa3, 0xb0..=0xfa) => Letter::Rare,
                        (0x81..=0xa0, _) | (0xaa..=0xfe, 0x40..=0xa0) => Letter::Rare,
                        _ => Letter::Symbol,
                    }
                }
                _ => Letter::Symbol,
            };
            letters.push(letter);
        }
        letters
    }
}

/// The text of bytes by a table of the Encoding Standard; `None` where they are none of it.
#[cfg(not(target_family = "wasm"))]
fn by_standard(label: &str, bytes: &[u8]) -> Option<String> {
    let encoding = encoding_rs::Encoding::for_label(label.as_bytes())?;
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
    Some(text.into_owned())
}

#[cfg(target_family = "wasm")]
use crate::web::text_decoder::by_standard;

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn bytes(label: &str, text: &str) -> Vec<u8> {
        let table = match label {
            "cp437" => CP437,
            "cp850" => CP850,
            _ => {
                let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).unwrap();
                return encoding.encode(text).0.into_owned();
            }
        };
        let byte = |letter: char| match letter.is_ascii() {
            true => letter as u8,
            false => 128 + table.chars().position(|other| other == letter).unwrap() as u8,
        };
        text.chars().map(byte).collect()
    }

    #[test]
    fn tables_have_all_characters() {
        assert_eq!(CP437.chars().count(), 128);
        assert_eq!(CP850.chars().count(), 128);
        assert_eq!(WINDOWS_1252.chars().count(), 32);
    }

    #[test]
    fn names_come_out_as_they_were_written() {
        for (label, names) in [
            ("shift_jis", &["ねこ/1.png", "いぬ/1.png"][..]),
            ("shift_jis", &["猫/1.png", "犬/2.png"]),
            ("shift_jis", &["動物/ネコ/IMG_1.jpg", "動物/イヌ/IMG_2.jpg"]),
            ("shift_jis", &["表示/1.png", "ソース/2.png"]),
            ("gbk", &["猫/1.png", "狗/2.png"]),
            ("gbk", &["苹果/1.jpg", "香蕉/2.jpg", "橙子/3.jpg"]),
            ("gbk", &["数据集/训练/1.png", "数据集/测试/1.png"]),
            ("cp437", &["Käse/1.png", "Äpfel/2.png", "Möhren/3.png"]),
            ("cp437", &["Mädchen/1.png", "Füße/2.png"]),
            ("cp850", &["Maçã/1.png", "Pão/2.png", "ØRRED/3.png"]),
            ("cp850", &["éléphant/1.png", "être/2.png"]),
            ("windows-1252", &["Käse/1.png", "Äpfel/2.png"]),
            ("windows-1252", &["niño/1.png", "niña/2.png", "señal/3.png"]),
            ("windows-1252", &["Straße/1.png", "Bäume/2.png"]),
            ("ibm866", &["кошки/1.png", "собаки/2.png"]),
            ("utf-8", &["猫/1.png", "Käse/2.png"]),
        ] {
            let written: Vec<Vec<u8>> = names.iter().map(|name| bytes(label, name)).collect();
            assert_eq!(decode(&written), names, "{label}");
        }
    }

    #[test]
    fn names_of_no_code_page_are_kept_apart_from_each_other() {
        let names = [vec![0x81, 0xff], vec![0x80, 0xff, b'a']];
        let decoded = decode(&names);
        assert_ne!(decoded[0], decoded[1]);
    }
}
