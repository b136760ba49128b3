//! Marks: the losses of a few evenly spaced steps of a run, in a link that carries the run's check.
//!
//! A check tells whether a finished run was the same; marks tell during a run up to which step it is the same. The first and
//! the last step are always marks.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The most marks that a link carries: 171 characters.
pub const MAX_MARKS: usize = 32;

/// The most characters that [`marks_text`] gives: six bits each.
pub const MAX_MARKS_LENGTH: usize = (MAX_MARKS * 32).div_ceil(6);

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

/// The marks as a link has them: the losses' bits, little-endian, in base64url without padding.
pub fn marks_text(marks: &[u32]) -> String {
    let bytes: Vec<u8> = marks.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Parses the text of [`marks_text`]. None where it is not 1 to 32 finite losses.
pub(super) fn parse_marks(text: &str) -> Option<Vec<u32>> {
    let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (words, remainder) = bytes.as_chunks::<4>();
    let marks: Vec<u32> = words.iter().map(|word| u32::from_le_bytes(*word)).collect();
    let is_complete = remainder.is_empty() && (1..=MAX_MARKS).contains(&marks.len());
    let is_finite = |bits: &u32| f32::from_bits(*bits).is_finite();
    (is_complete && marks.iter().all(is_finite)).then_some(marks)
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
        assert_eq!(text.len(), 171);
        assert_eq!(parse_marks(&text), Some(marks));
    }

    #[test]
    fn what_is_no_list_of_losses_is_none() {
        let nan = marks_text(&[f32::NAN.to_bits()]);
        let many = marks_text(&[0; 33]);
        for text in [
            "", "AAAA", "AAAAA", "AAAAAA==", "AAAAAB", "AAA+AA", &nan, &many,
        ] {
            assert_eq!(parse_marks(text), None, "{text}");
        }
    }
}
