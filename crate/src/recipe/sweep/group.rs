//! The values of one group in braces.

use super::MAX_LINKS;
use super::error::{SweepError, Wrong};
use crate::recipe::value::FieldValue;

/// The values that a group stands for: at least two, and no more than a sweep has links. `inner` is what stands between the braces.
pub(super) fn values_of(inner: &str) -> Result<Vec<String>, SweepError> {
    if inner.contains(',') {
        return Ok(inner.split(',').map(str::to_owned).collect());
    }
    let wrong = |what| SweepError::group(what, &format!("{{{inner}}}"));
    let (from, to) = inner.split_once("..").ok_or_else(|| wrong(Wrong::One))?;
    match to.split_once(':') {
        None => whole_numbers(from, to).map_err(wrong),
        Some((to, spacing)) => spaced(from, to, spacing).map_err(wrong),
    }
}

/// `1..3`: 1, 2, 3.
fn whole_numbers(from: &str, to: &str) -> Result<Vec<String>, Wrong> {
    let number = |text: &str| -> Result<u64, Wrong> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
        let number = is_plain.then(|| text.parse().ok()).flatten();
        number.ok_or(Wrong::Whole)
    };
    let (from, to) = (number(from)?, number(to)?);
    if from >= to {
        return Err(Wrong::Order);
    }
    if to - from >= MAX_LINKS as u64 {
        return Err(Wrong::Count);
    }
    Ok((from..=to).map(|number| number.to_string()).collect())
}

/// `0.001..0.1:log3`: 0.001, 0.01, 0.1. The ends stay as they are written, those between have four significant digits at most.
fn spaced(from: &str, to: &str, spacing: &str) -> Result<Vec<String>, Wrong> {
    let number = |text: &str| text.parse().ok().filter(|number: &f64| number.is_finite());
    let (Some(first), Some(last)) = (number(from), number(to)) else {
        return Err(Wrong::Number);
    };
    let (kind, count) = spacing.split_at_checked(3).ok_or(Wrong::Spacing)?;
    let count: usize = count.parse().map_err(|_| Wrong::Spacing)?;
    if first >= last {
        return Err(Wrong::Order);
    }
    if !(2..=MAX_LINKS).contains(&count) {
        return Err(Wrong::Count);
    }
    let share = |index: usize| index as f64 / (count - 1) as f64;
    let between: Vec<f64> = match kind {
        "lin" => (1..count - 1)
            .map(|index| first + (last - first) * share(index))
            .collect(),
        "log" if first > 0.0 => {
            // The same bits natively and in WebAssembly.
            let (low, high) = (libm::log(first), libm::log(last));
            (1..count - 1)
                .map(|index| libm::exp(low + (high - low) * share(index)))
                .collect()
        }
        "log" => return Err(Wrong::Logarithm),
        _ => return Err(Wrong::Spacing),
    };
    let ends = |text: &str| std::iter::once(text.to_owned());
    let between = between.into_iter().map(short);
    Ok(ends(from).chain(between).chain(ends(to)).collect())
}

/// The shortest text of a number with four significant digits, as a link has it.
fn short(number: f64) -> String {
    let rounded = format!("{number:.3e}").parse().unwrap_or(number);
    FieldValue::Real(rounded + 0.0).to_string()
}
