//! Tables of pixels, as Kaggle's: a line for each image, with its label first or last and the pixels beside it.
//!
//! Their numbers hold neither separators nor line feeds, so that lines are split as they are.

use super::{Images, Order, square};
use crate::limits;
use crate::printable::printable;

/// What is said of a table of images without labels.
pub(super) const NO_LABELS: &str = "it has pixels and no column of labels, as Kaggle's test.csv: give the table that has labels, such as train.csv";

/// Names of a label's column.
const LABEL_NAMES: [&str; 7] = [
    "label", "labels", "class", "target", "y", "digit", "category",
];

/// How the names of pixels begin.
const PIXEL: &[u8] = b"pixel";

/// Columns from which on a table is taken for one of pixels where they are named so.
const MANY: usize = 32;

/// Images with their labels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Table {
    /// The images.
    pub images: Images,
    /// A label for each.
    pub labels: Vec<i64>,
    /// What was decided, as a sentence that follows the table's name.
    pub notice: Option<&'static str>,
}

/// How a table is written, as its first line says.
#[derive(Debug, PartialEq, Eq)]
struct Layout {
    separator: u8,
    columns: usize,
    has_header: bool,
    /// The column that the header calls a label.
    named: Option<usize>,
    /// Columns that the header calls pixels.
    pixel_names: usize,
}

/// Whether a file that begins so is a table of images.
pub(super) fn is_table(start: &[u8]) -> bool {
    let Some((_, first)) = lines(start).next() else {
        return false;
    };
    let is_text = !first.iter().any(|byte| *byte < b' ' && *byte != b'\t');
    is_text && has_pixels(&layout(first))
}

/// Whether there is an image in a line, as far as its columns say.
fn has_pixels(layout: &Layout) -> bool {
    let columns = layout.columns;
    let is_named = layout.named.is_some() && columns > MANY;
    is_named
        || layout.pixel_names > MANY
        || square(columns).is_some()
        || square(columns - 1).is_some()
}

/// The lines that are not empty, with their numbers from 1.
fn lines(bytes: &[u8]) -> impl Iterator<Item = (usize, &[u8])> + Clone {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let lines = bytes.split(|byte| *byte == b'\n');
    let lines = lines.map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    let numbered = lines.enumerate().map(|(index, line)| (index + 1, line));
    numbered.filter(|(_, line)| !line.trim_ascii().is_empty())
}

/// The fields of a line, without the quotes around them.
fn fields(line: &[u8], separator: u8) -> impl DoubleEndedIterator<Item = &[u8]> + Clone {
    line.split(move |byte| *byte == separator).map(|field| {
        let field = field.trim_ascii();
        let inner = field.strip_prefix(b"\"");
        inner
            .and_then(|inner| inner.strip_suffix(b"\""))
            .map_or(field, <[u8]>::trim_ascii)
    })
}

fn layout(first: &[u8]) -> Layout {
    let count = |separator: u8| first.iter().filter(|byte| **byte == separator).count();
    let separator = *[b',', b';', b'\t']
        .iter()
        .max_by_key(|separator| count(**separator))
        .unwrap_or(&b',');
    let fields = fields(first, separator);
    let columns = count(separator) + 1;
    let is_label = |field: &[u8]| {
        let mut names = LABEL_NAMES.iter();
        names.any(|name| field.eq_ignore_ascii_case(name.as_bytes()))
    };
    let is_pixel = |field: &&[u8]| {
        let start = field.get(..PIXEL.len());
        start.is_some_and(|start| start.eq_ignore_ascii_case(PIXEL))
    };
    let named = fields.clone().position(is_label);
    let pixel_names = fields.clone().filter(is_pixel);
    let texts = fields
        .clone()
        .filter(|field| whole(field).is_none())
        .count();
    // Numbers from 0 on are what pandas calls columns without names.
    let are_counted = fields
        .clone()
        .enumerate()
        .all(|(index, field)| whole(field).is_some_and(|number| number == index as i64));
    Layout {
        separator,
        columns,
        has_header: named.is_some() || 2 * texts > columns || are_counted,
        named,
        pixel_names: pixel_names.count(),
    }
}

/// A whole number, which some programs write with a point and zeros.
fn whole(field: &[u8]) -> Option<i64> {
    let text = std::str::from_utf8(field).ok()?;
    let digits = match text.split_once('.') {
        Some((digits, zeros)) if zeros.bytes().all(|zero| zero == b'0') => digits,
        _ => text,
    };
    digits.parse().ok()
}

/// Which column holds the labels where no header names it, with a sentence that says so.
fn label_column<'a>(
    rows: impl Iterator<Item = (usize, &'a [u8])>,
    layout: &Layout,
) -> (usize, &'static str) {
    // A column with more values than there are classes holds no labels.
    let mut distinct: [Vec<&[u8]>; 2] = [Vec::new(), Vec::new()];
    for (_, line) in rows {
        let mut fields = fields(line, layout.separator);
        for (distinct, field) in distinct.iter_mut().zip([fields.next(), fields.next_back()]) {
            if let Some(field) = field
                && distinct.len() <= limits::MAX_CLASSES
                && !distinct.contains(&field)
            {
                distinct.push(field);
            }
        }
    }
    let [first, last] = distinct.map(|distinct| distinct.len());
    match last >= 2 && (first < 2 || last < first) {
        true => (
            layout.columns - 1,
            "no column is named label: the last one was taken, which has the fewer values",
        ),
        false => (0, "no column is named label: the first one was taken"),
    }
}

/// Reads a table; `None` where it has no labels.
///
/// # Errors
/// What is wrong with it, as it follows the file's name.
pub fn read(bytes: &[u8]) -> Result<Option<Table>, String> {
    let mut rows = lines(bytes);
    let Some((_, first)) = rows.clone().next() else {
        return Err("it is empty".into());
    };
    let layout = layout(first);
    if layout.has_header {
        rows.next();
    }
    let columns = layout.columns;
    let (label, notice) = match layout.named {
        Some(column) => (column, None),
        // All of its columns are pixels.
        None if square(columns).is_some() && layout.pixel_names >= columns => return Ok(None),
        None if square(columns - 1).is_none() => {
            return match square(columns) {
                Some(_) => Ok(None),
                None => Err(wrong_columns(columns)),
            };
        }
        None => {
            let (column, notice) = label_column(rows.clone(), &layout);
            (column, Some(notice))
        }
    };
    let (side, channels) = square(columns - 1).ok_or_else(|| wrong_columns(columns))?;
    let (mut labels, mut pixels) = (Vec::new(), Vec::new());
    for (number, line) in rows {
        let found = fields(line, layout.separator).count();
        if found != columns {
            return Err(format!(
                "line {number} has {found} columns, and the first line has {columns}"
            ));
        }
        for (column, field) in fields(line, layout.separator).enumerate() {
            let value = whole(field);
            let wrong = |expected: &str| {
                let text: String = String::from_utf8_lossy(field).chars().take(20).collect();
                format!(
                    "line {number}, column {} is \"{}\", and a {expected}",
                    column + 1,
                    printable(&text)
                )
            };
            if column == label {
                labels.push(value.ok_or_else(|| wrong("label is a whole number"))?);
            } else {
                let pixel = value.and_then(|value| u8::try_from(value).ok());
                pixels.push(pixel.ok_or_else(|| wrong("pixel is a whole number from 0 to 255"))?);
            }
        }
    }
    if labels.is_empty() {
        return Err("it has no line with an image".into());
    }
    Ok(Some(Table {
        images: Images {
            count: labels.len(),
            height: side,
            width: side,
            channels,
            order: Order::Flat,
            pixels,
        },
        labels,
        notice,
    }))
}

fn wrong_columns(columns: usize) -> String {
    format!(
        "it has {columns} columns, and a line is a label and the pixels of a square image: 785 columns for 28×28 pixels, 3073 for 32×32 in colour"
    )
}
