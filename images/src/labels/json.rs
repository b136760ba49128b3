//! A JSON of images and their classes: a map from names to classes, a list of records, or a list of names for each class.

use super::names::Names;

/// What a JSON may hold.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    /// A text, and a number as it stands there.
    Text(String),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
    /// `null`, `true` or `false`.
    Other,
}

/// How deep lists and maps may lie in each other.
const MAX_DEPTH: usize = 16;

/// Reads a JSON.
///
/// # Errors
/// What is wrong with it.
pub(super) fn parse(text: &str) -> Result<Value, String> {
    let mut reader = Reader { text, at: 0 };
    let value = reader.value(0)?;
    reader.skip_space();
    match reader.at == text.len() {
        true => Ok(value),
        false => Err(reader.wrong("the end")),
    }
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn wrong(&self, expected: &str) -> String {
        let before = self.text.as_bytes().iter().take(self.at);
        let line = 1 + before.filter(|byte| **byte == b'\n').count();
        format!("line {line} has something else where {expected} should be")
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    fn take(&mut self, byte: u8) -> bool {
        self.skip_space();
        let is_next = self.peek() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn value(&mut self, depth: usize) -> Result<Value, String> {
        if depth == MAX_DEPTH {
            return Err(format!(
                "more than {MAX_DEPTH} lists and maps lie in each other"
            ));
        }
        self.skip_space();
        match self.peek() {
            Some(b'"') => self.string().map(Value::Text),
            Some(b'[') => {
                self.at += 1;
                let mut items = Vec::new();
                if self.take(b']') {
                    return Ok(Value::List(items));
                }
                loop {
                    items.push(self.value(depth + 1)?);
                    if self.take(b']') {
                        return Ok(Value::List(items));
                    }
                    if !self.take(b',') {
                        return Err(self.wrong("a comma or ]"));
                    }
                }
            }
            Some(b'{') => {
                self.at += 1;
                let mut items = Vec::new();
                if self.take(b'}') {
                    return Ok(Value::Map(items));
                }
                loop {
                    self.skip_space();
                    let key = self.string()?;
                    if !self.take(b':') {
                        return Err(self.wrong("a colon"));
                    }
                    items.push((key, self.value(depth + 1)?));
                    if self.take(b'}') {
                        return Ok(Value::Map(items));
                    }
                    if !self.take(b',') {
                        return Err(self.wrong("a comma or }"));
                    }
                }
            }
            _ => self.word(),
        }
    }

    /// A number, `true`, `false` or `null`.
    fn word(&mut self) -> Result<Value, String> {
        let rest = &self.text[self.at..];
        let is_part = |letter: char| letter.is_ascii_alphanumeric() || "+-.".contains(letter);
        let length = rest.find(|letter| !is_part(letter)).unwrap_or(rest.len());
        let word = &rest[..length];
        if word.is_empty() {
            return Err(self.wrong("a value"));
        }
        self.at += length;
        match word {
            "true" | "false" | "null" => Ok(Value::Other),
            _ if word.parse::<f64>().is_ok() => Ok(Value::Text(word.to_owned())),
            _ => Err(self.wrong("a value")),
        }
    }

    fn string(&mut self) -> Result<String, String> {
        if self.peek() != Some(b'"') {
            return Err(self.wrong("a text in quotes"));
        }
        self.at += 1;
        let mut text = String::new();
        loop {
            let rest = &self.text[self.at..];
            let Some(end) = rest.find(['"', '\\']) else {
                return Err(self.wrong("the end of a text"));
            };
            text.push_str(&rest[..end]);
            self.at += end + 1;
            if rest.as_bytes()[end] == b'"' {
                return Ok(text);
            }
            text.push(self.escape()?);
        }
    }

    /// What stands behind a backslash.
    fn escape(&mut self) -> Result<char, String> {
        let letter = self.peek();
        self.at += 1;
        match letter {
            Some(letter @ (b'"' | b'\\' | b'/')) => Ok(char::from(letter)),
            Some(b'n') => Ok('\n'),
            Some(b't') => Ok('\t'),
            Some(b'r') => Ok('\r'),
            Some(b'b') => Ok('\u{8}'),
            Some(b'f') => Ok('\u{c}'),
            Some(b'u') => {
                let high = self.unit()?;
                let mut units = vec![high];
                if (0xd800..0xdc00).contains(&high) && self.text[self.at..].starts_with("\\u") {
                    self.at += 2;
                    units.push(self.unit()?);
                }
                let mut letters = char::decode_utf16(units);
                let letter = letters.next().and_then(Result::ok);
                Ok(letter.unwrap_or(char::REPLACEMENT_CHARACTER))
            }
            _ => Err(self.wrong("an escaped character")),
        }
    }

    fn unit(&mut self) -> Result<u16, String> {
        let digits = self.text.get(self.at..self.at + 4);
        let unit = digits.and_then(|digits| u16::from_str_radix(digits, 16).ok());
        self.at += 4;
        unit.ok_or_else(|| self.wrong("four hexadecimal digits"))
    }
}

/// The names and the classes in a JSON: of a map, which of the two its keys are is told by the images.
pub(super) fn pairs(value: Value, names: &Names<'_>) -> Vec<(String, String)> {
    match value {
        Value::List(items) => items
            .into_iter()
            .filter_map(|item| match item {
                Value::Map(fields) => record(&fields, names),
                Value::List(fields) => {
                    let fields: Vec<(String, Value)> = fields
                        .into_iter()
                        .map(|field| (String::new(), field))
                        .collect();
                    record(&fields, names)
                }
                _ => None,
            })
            .collect(),
        Value::Map(items) => {
            let mut pairs = Vec::new();
            for (key, value) in items {
                match value {
                    Value::Text(label) => pairs.push((key, label)),
                    // A list of names for each class; or a list of classes for an image, of which the first is taken.
                    Value::List(values) => {
                        let is_name = names.is_known(&key);
                        for value in values {
                            let Value::Text(text) = value else { continue };
                            if is_name {
                                pairs.push((key.clone(), text));
                                break;
                            }
                            pairs.push((text, key.clone()));
                        }
                    }
                    Value::Map(fields) => {
                        let label = super::columns::label_of(&fields);
                        pairs.extend(label.map(|label| (key, label)));
                    }
                    Value::Other => {}
                }
            }
            pairs
        }
        _ => Vec::new(),
    }
}

/// The name and the class in a record.
fn record(fields: &[(String, Value)], names: &Names<'_>) -> Option<(String, String)> {
    let texts: Vec<(&str, &str)> = fields
        .iter()
        .filter_map(|(key, value)| match value {
            Value::Text(text) => Some((key.as_str(), text.as_str())),
            _ => None,
        })
        .collect();
    let named = texts
        .iter()
        .position(|(key, _)| super::columns::is_file(key));
    let name = named.or_else(|| texts.iter().position(|(_, text)| names.is_known(text)))?;
    let label = super::columns::label_of(fields).or_else(|| {
        let mut others = (0..texts.len()).filter(|at| *at != name);
        match (others.next(), others.next()) {
            (Some(only), None) => Some(texts[only].1.to_owned()),
            _ => None,
        }
    })?;
    Some((texts[name].1.to_owned(), label))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read() {
        let text = |text: &str| Value::Text(text.into());
        assert_eq!(
            parse(" { \"a\\u00e9\\n\": [1, -2.5e3, \"\\ud83d\\ude00\"], \"b\": null } ").unwrap(),
            Value::Map(vec![
                (
                    "aé\n".into(),
                    Value::List(vec![text("1"), text("-2.5e3"), text("😀")])
                ),
                ("b".into(), Value::Other),
            ])
        );
        for (wrong, why) in [
            ("", "line 1 has something else where a value should be"),
            (
                "{\"a\":1",
                "line 1 has something else where a comma or } should be",
            ),
            (
                "[1,\n2 3]",
                "line 2 has something else where a comma or ] should be",
            ),
            ("[1] x", "line 1 has something else where the end should be"),
            (
                "\"a",
                "line 1 has something else where the end of a text should be",
            ),
            (
                "[\"\\q\"]",
                "line 1 has something else where an escaped character should be",
            ),
            (
                "[\"\\u12",
                "line 1 has something else where four hexadecimal digits should be",
            ),
        ] {
            assert_eq!(parse(wrong), Err(why.into()), "{wrong}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(
            parse(&deep),
            Err("more than 16 lists and maps lie in each other".into())
        );
    }
}
