//! What the command says of answers, in the words of the package's (`crate/js/answers/words.ts`).

use bunsen::printable::printable;

use super::answer::{Answers, UnreadFile};

/// Rows of the printed table; a file has all.
const MOST_ROWS: usize = 40;

/// Files that a sentence names before it counts the others.
const NAMED: usize = 5;

/// "1,234,567".
pub fn count_text(count: usize) -> String {
    let digits = count.to_string();
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A probability of so many millionths, with six digits.
pub fn six_digits(millionths: u32) -> String {
    format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000)
}

/// Why there is not one answer.
pub fn nothing_to_answer(unread: &[UnreadFile]) -> String {
    match unread {
        [] => {
            "There are no files in it: give images (PNG, JPEG or WebP), a folder or a zip of them."
                .to_owned()
        }
        unread => format!(
            "There is no image to be answered in it. {}",
            unread_text(unread)
        ),
    }
}

/// "2 files could not be read: a.png (it is empty), notes.txt (it is no image)."
pub fn unread_text(unread: &[UnreadFile]) -> String {
    let named = unread.iter().take(NAMED);
    let named: Vec<_> = named
        .map(|file| format!("{} ({})", printable(&file.path), file.why))
        .collect();
    let files = match unread.len() {
        1 => "1 file".to_owned(),
        count => format!("{} files", count_text(count)),
    };
    let more = match unread.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    format!("{files} could not be read: {}{more}.", named.join(", "))
}

/// "812 of 1,000 right, 81.2 %", of the images whose folders are named as classes; `None` where there are none.
fn accuracy_text(answers: &Answers) -> Option<String> {
    let (right, labelled) = (answers.right(), answers.labelled());
    if labelled == 0 {
        return None;
    }
    let [shown_right, shown_labelled] = [right, labelled].map(count_text);
    let percent = percent(right, labelled);
    let score = format!("{shown_right} of {shown_labelled} right, {percent} %");
    Some(match answers.answers.len() - labelled {
        0 => score,
        others => format!(
            "{score}; {} of the images lie in no folder that is named as a class.",
            count_text(others)
        ),
    })
}

/// A share in percent, with one digit; never 100.0 or 0.0 where some are wrong or right.
fn percent(part: usize, whole: usize) -> String {
    let tenths = (2000 * part + whole) / (2 * whole);
    let most = if part < whole { 999 } else { 1000 };
    let tenths = tenths.clamp(usize::from(part > 0), most);
    format!("{}.{}", tenths / 10, tenths % 10)
}

/// The table, and what is to be known of it. `csv` is the file that has all of it.
pub fn table(answers: &Answers, csv: Option<&str>) -> String {
    let all = &answers.answers;
    let head = ["image", "answer", "probability", ""].map(str::to_owned);
    let rows: Vec<_> = std::iter::once(head)
        .chain(all.iter().take(MOST_ROWS).map(|answer| {
            let name = |class: usize| answers.classes.get(class).map_or("", String::as_str);
            let mut notes = Vec::new();
            if let Some(label) = answer.label.filter(|_| !answer.correct) {
                notes.push(format!("wrong: its folder says {}", printable(name(label))));
            }
            let unsure = answer.unsure;
            notes.extend(unsure.map(|unsure| format!("unsure: {}", unsure.words())));
            [
                printable(&answer.path),
                printable(name(answer.class())),
                six_digits(answer.millionths()),
                notes.join("; "),
            ]
        }))
        .collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max();
    let widths: Vec<usize> = (0..3).filter_map(width).chain([0]).collect();
    let line = |row: &[String; 4]| {
        let cells = row.iter().zip(widths.iter().copied());
        let cells: Vec<_> = cells
            .map(|(cell, width)| format!("{cell:width$}"))
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    let mut lines: Vec<String> = rows.iter().map(line).collect();
    let more = all.len().saturating_sub(MOST_ROWS);
    if more > 0 {
        let place = match csv {
            Some(csv) => format!("{} has all", printable(csv)),
            None => "--csv <file> or --json has all".to_owned(),
        };
        let more = count_text(more);
        lines.push(format!("… and {more} more, which are surer: {place}."));
    }
    let unsure = all.iter().filter(|answer| answer.unsure.is_some()).count();
    let doubt = match unsure {
        0 => String::new(),
        unsure => format!(
            " {} of {} answers are unsure.",
            count_text(unsure),
            count_text(all.len())
        ),
    };
    let classes = answers.classes.len();
    lines.push(format!(
        "It can only choose among its {classes} classes.{doubt}"
    ));
    lines.extend(accuracy_text(answers));
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(
            [0, 999, 1000, 1_234_567].map(count_text),
            ["0", "999", "1,000", "1,234,567"]
        );
        assert_eq!(six_digits(0), "0.000000");
        assert_eq!(six_digits(81_250), "0.081250");
        assert_eq!(six_digits(1_000_000), "1.000000");
    }

    #[test]
    fn shares_are_never_all_or_nothing_that_are_not() {
        assert_eq!(percent(812, 1000), "81.2");
        assert_eq!(percent(1, 3), "33.3");
        assert_eq!(percent(9999, 10_000), "99.9");
        assert_eq!(percent(1, 10_000), "0.1");
        assert_eq!(percent(0, 7), "0.0");
        assert_eq!(percent(7, 7), "100.0");
        assert_eq!(percent(1, 16), "6.3");
    }

    #[test]
    fn some_files_that_could_not_be_read_are_named() {
        let unread: Vec<_> = (1..=7)
            .map(|number| UnreadFile {
                path: format!("{number}\u{202e}.txt"),
                why: "it is empty".into(),
            })
            .collect();
        assert_eq!(
            unread_text(&unread[..1]),
            "1 file could not be read: 1[U+202E].txt (it is empty)."
        );
        let text = unread_text(&unread);
        assert!(
            text.starts_with("7 files could not be read: 1[U+202E].txt (it is empty), 2"),
            "{text}"
        );
        assert!(
            text.ends_with("5[U+202E].txt (it is empty) and 2 more."),
            "{text}"
        );
    }
}
