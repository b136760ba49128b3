//! Marks: the losses of a few evenly spaced steps of a run, in a link that carries the run's check.
//!
//! A check tells whether a finished run was the same; marks tell during a run up to which step it is the same. The first and
//! the last step are always marks.

/// The most marks that a link carries: 224 characters.
pub const MAX_MARKS: usize = 32;

/// The most characters that [`marks_text`] gives.
pub const MAX_MARKS_LENGTH: usize = MAX_MARKS * MARK_LENGTH;

/// The characters of one mark: the fewest that hold 32 bits in base 36.
const MARK_LENGTH: usize = 7;

/// The steps, from 1, whose losses are the marks of a run of that many steps.
pub fn mark_steps(steps: u64) -> impl ExactSizeIterator<Item = u64> {
    let count = steps.min(MAX_MARKS as u64);
    let step = move |mark| match mark {
        0 => 1,
        _ => 1 + (u128::from(mark) * u128::from(steps - 1) / u128::from(count - 1)) as u64,
    };
    // At most 32, so it fits; ranges of u64 do not know their length.
    (0..count as u32).map(move |mark| step(u64::from(mark)))
}

/// The marks of a run with these losses.
pub fn marks_of(losses: &[u32]) -> Vec<u32> {
    let loss = |step: u64| losses.get(step as usize - 1).copied();
    mark_steps(losses.len() as u64).filter_map(loss).collect()
}

/// The marks as a link has them: the bits of each loss in seven digits of base 36.
///
/// Small letters and digits alone: mail, chat and Markdown change no link because of its marks, and no punctuation ends it.
pub fn marks_text(marks: &[u32]) -> String {
    let digits = |bits: &u32| {
        let bits = *bits;
        let digit = move |place| char::from_digit(bits / 36_u32.pow(place) % 36, 36);
        (0..MARK_LENGTH as u32).rev().filter_map(digit)
    };
    marks.iter().flat_map(digits).collect()
}

/// Parses the text of [`marks_text`]. None where it is not 1 to 32 finite losses.
pub(super) fn parse_marks(text: &str) -> Option<Vec<u32>> {
    let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'z');
    let (digits, remainder) = text.as_bytes().as_chunks::<MARK_LENGTH>();
    let is_complete = remainder.is_empty() && (1..=MAX_MARKS).contains(&digits.len());
    if !is_complete || !text.bytes().all(is_digit) {
        return None;
    }
    let mark = |digits: &[u8; MARK_LENGTH]| {
        let bits = u32::from_str_radix(str::from_utf8(digits).ok()?, 36).ok()?;
        f32::from_bits(bits).is_finite().then_some(bits)
    };
    digits.iter().map(mark).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn first_and_last_step_are_marks() {
        let steps = |count| mark_steps(count).collect::<Vec<_>>();
        assert_eq!(steps(1), [1]);
        assert_eq!(steps(2), [1, 2]);
        assert_eq!(steps(32), (1..=32).collect::<Vec<_>>());
        assert!(steps(0).is_empty());
        for count in [33, 64, 938, 1_000_000, u64::MAX] {
            let marks = steps(count);
            assert_eq!(marks.len(), MAX_MARKS);
            assert_eq!((marks[0], marks[31]), (1, count));
            assert!(marks.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }

    #[test]
    fn marks_survive_their_text() {
        let losses: Vec<u32> = (0..100u8).map(|step| f32::from(step).to_bits()).collect();
        let marks = marks_of(&losses);
        assert_eq!((marks[0], marks[31]), (losses[0], losses[99]));
        let text = marks_text(&marks);
        assert_eq!(text.len(), MAX_MARKS_LENGTH);
        assert!(
            text.bytes()
                .all(|byte| byte.is_ascii_digit() || byte.is_ascii_lowercase())
        );
        assert_eq!(parse_marks(&text), Some(marks));
    }

    #[test]
    fn every_finite_loss_is_a_mark() {
        for loss in [0.0, -0.0, 1.0, -2.5, f32::MIN_POSITIVE, f32::MAX, f32::MIN] {
            let marks = vec![loss.to_bits()];
            assert_eq!(parse_marks(&marks_text(&marks)), Some(marks), "{loss}");
        }
    }

    #[test]
    fn what_is_no_list_of_losses_is_none() {
        let nan = marks_text(&[f32::NAN.to_bits()]);
        let many = marks_text(&[0; 33]);
        for text in [
            "", "aaaaaaa", "000000", "00000000", "+000000", "000000A", "00000é", &nan, &many,
        ] {
            assert_eq!(parse_marks(text), None, "{text}");
        }
    }
}
