//! The records of a CSV: separated by commas, semicolons or tabs, with or without quotes, which may hold line feeds.

/// The records that are not empty, each as its fields, without the blanks and the quotes around them.
pub(super) fn records(text: &str) -> impl Iterator<Item = Vec<String>> + '_ {
    let separator = separator(text);
    let mut rest = text;
    std::iter::from_fn(move || {
        while !rest.is_empty() {
            let (record, behind) = next(rest, separator);
            rest = behind;
            if record.iter().any(|field| !field.is_empty()) {
                return Some(record);
            }
        }
        None
    })
}

/// The separator, which stands most often in the first line.
fn separator(text: &str) -> u8 {
    let first = text.trim_start().lines().next().unwrap_or_default();
    let count = |separator: &u8| first.bytes().filter(|byte| byte == separator).count();
    let mut best = b',';
    for separator in [b';', b'\t'] {
        if count(&separator) > count(&best) {
            best = separator;
        }
    }
    best
}

/// The first record of a text, and what is behind it.
fn next(text: &str, separator: u8) -> (Vec<String>, &str) {
    let bytes = text.as_bytes();
    let mut fields = Vec::new();
    let mut at = 0;
    loop {
        let mut field = Vec::new();
        let mut is_quoted = false;
        while bytes.get(at) == Some(&b' ') {
            at += 1;
        }
        if bytes.get(at) == Some(&b'"') {
            at += 1;
            is_quoted = true;
            while let Some(byte) = bytes.get(at) {
                at += 1;
                match (byte, bytes.get(at)) {
                    (b'"', Some(b'"')) => at += 1,
                    (b'"', _) => break,
                    _ => {}
                }
                field.push(*byte);
            }
        }
        while let Some(byte) = bytes.get(at) {
            if *byte == separator || matches!(byte, b'\n' | b'\r') {
                break;
            }
            // What follows a quote is none of the field.
            if !is_quoted {
                field.push(*byte);
            }
            at += 1;
        }
        // Fields end at ASCII bytes, so that each is UTF-8 as the text is.
        let field = String::from_utf8_lossy(&field).trim().to_owned();
        fields.push(field);
        match bytes.get(at) {
            Some(byte) if *byte == separator => at += 1,
            Some(_) => return (fields, &text[at + 1..]),
            None => return (fields, ""),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(text: &str) -> Vec<Vec<String>> {
        records(text).collect()
    }

    #[test]
    fn fields_are_read_as_programs_write_them() {
        assert_eq!(
            all("id, label\r\n0,cat\r\n\r\n1,\"dog, small\"\r\n"),
            [["id", "label"], ["0", "cat"], ["1", "dog, small"]]
        );
        assert_eq!(
            all("a;\"two\nlines\"\nb;\"a \"\"word\"\"\""),
            [["a", "two\nlines"], ["b", "a \"word\""]]
        );
        assert_eq!(all("a.png\tcat"), [["a.png", "cat"]]);
        assert_eq!(all("a,\"not closed"), [["a", "not closed"]]);
        assert_eq!(all("\n,\n\n"), [[""; 0]; 0]);
        assert_eq!(all("é.png,ねこ"), [["é.png", "ねこ"]]);
    }
}
