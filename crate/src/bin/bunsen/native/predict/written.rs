//! Answers as files: CSV for spreadsheets, JSON for programs. The package writes the same bytes (`crate/js/answers/written.ts`).

use bunsen::printable::{printable, printable_to};

use super::answer::{Answer, Answers, UnreadFile, millionths};
use super::words::six_digits;

/// The most characters of a path: more than file systems have.
const MOST_OF_PATH: usize = 4_096;

/// How many of the classes an answer names.
const NAMED: usize = 3;

/// The table, the most doubtful first: image, answer, probability, label, correct, the probability of each class, unsure.
pub fn csv(answers: &Answers) -> String {
    let cell = |text: &str| csv_cell(printable(text));
    let name = |class: usize| answers.classes.get(class).map_or("", String::as_str);
    let classes = answers.classes.iter().map(String::as_str);
    let head = ["image", "answer", "probability", "label", "correct"].into_iter();
    let head = head.chain(classes).chain(["unsure"]).map(cell).collect();
    let mut lines: Vec<Vec<String>> = vec![head];
    for answer in &answers.answers {
        let mut line = vec![
            csv_cell(printable_to(&answer.path, MOST_OF_PATH)),
            cell(name(answer.class())),
            six_digits(answer.millionths()),
            cell(answer.label.map_or("", name)),
            answer
                .label
                .map(|_| answer.correct.to_string())
                .unwrap_or_default(),
        ];
        let probabilities = answer.probabilities.iter();
        line.extend(probabilities.map(|probability| six_digits(millionths(*probability))));
        line.push(answer.unsure.map_or("", |unsure| unsure.name()).to_owned());
        lines.push(line);
    }
    lines.iter().map(|line| line.join(",") + "\r\n").collect()
}

/// A text as a cell, as RFC 4180 has it. Spreadsheets take one that begins so for a formula, and names come from files of others.
fn csv_cell(text: String) -> String {
    let text = match text.starts_with(['=', '+', '-', '@']) {
        true => format!("'{text}"),
        false => text,
    };
    match text.contains(['"', ',']) {
        true => format!("\"{}\"", text.replace('"', "\"\"")),
        false => text,
    }
}

/// All of it, an image a line.
pub fn json(answers: &Answers) -> String {
    let lines = |list: Vec<String>| match list.as_slice() {
        [] => "[]".to_owned(),
        list => format!("[\n    {}\n  ]", list.join(",\n    ")),
    };
    let classes: Vec<_> = answers.classes.iter().map(|name| text(name)).collect();
    let images = answers.answers.iter();
    let images = images.map(|answer| of_answer(answer, &answers.classes));
    format!(
        "{{\n  \"classes\": [{}],\n  \"images\": {},\n  \"unread\": {},\n  \"labelled\": {},\n  \"right\": {}\n}}\n",
        classes.join(", "),
        lines(images.collect()),
        lines(answers.unread.iter().map(of_unread).collect()),
        answers.labelled(),
        answers.right()
    )
}

fn text(value: &str) -> String {
    serde_json::Value::from(printable_to(value, MOST_OF_PATH)).to_string()
}

fn of_answer(answer: &Answer, classes: &[String]) -> String {
    let name = |class: usize| text(classes.get(class).map_or("", String::as_str));
    let named = answer.order.iter().take(NAMED).map(|class| {
        let probability = answer.probabilities.get(*class).copied();
        let probability = six_digits(millionths(probability.unwrap_or_default()));
        format!(
            "{{\"name\": {}, \"probability\": {probability}}}",
            name(*class)
        )
    });
    let named = named.collect::<Vec<_>>().join(", ");
    let mut cells = vec![
        format!("\"image\": {}", text(&answer.path)),
        format!("\"answer\": {}", name(answer.class())),
        format!("\"probability\": {}", six_digits(answer.millionths())),
    ];
    if let Some(label) = answer.label {
        cells.push(format!("\"label\": {}", name(label)));
        cells.push(format!("\"correct\": {}", answer.correct));
    }
    let unsure = answer.unsure;
    cells.extend(unsure.map(|unsure| format!("\"unsure\": {}", text(unsure.name()))));
    cells.push(format!("\"top\": [{named}]"));
    format!("{{{}}}", cells.join(", "))
}

fn of_unread(file: &UnreadFile) -> String {
    format!(
        "{{\"file\": {}, \"why\": {}}}",
        text(&file.path),
        text(&file.why)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_do_no_harm_to_spreadsheets() {
        for (text, cell) in [
            ("a.png", "a.png"),
            ("=1+1.png", "'=1+1.png"),
            ("a,b.png", "\"a,b.png\""),
            ("-\"a\"", "\"'-\"\"a\"\"\""),
            ("", ""),
        ] {
            assert_eq!(csv_cell(text.to_owned()), cell);
        }
    }
}
