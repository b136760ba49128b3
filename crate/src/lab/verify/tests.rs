use proptest::prelude::*;

use super::check::CheckChain;
use super::state::{StateDigest, StateHasher};
use super::trace::Trace;
use super::*;
use crate::recipe::marks_of;

const CHECK: &str = "3f9a000000000000";

/// Losses that fall.
fn losses(steps: u32) -> Vec<u32> {
    (1..=steps)
        .map(|step| (2.0 / step as f32).to_bits())
        .collect()
}

fn link_reference(losses: &[u32]) -> Reference {
    Reference::from_marks(CHECK, &marks_of(losses), losses.len() as u64, 1).unwrap()
}

fn file_reference(losses: &[u32]) -> Reference {
    Reference::from_trace(CHECK, losses, losses.len() as u64, 1)
}

/// The verdict before the first step and after each of these losses; `check` is the run's check at its end.
fn verdicts(
    reference: Reference,
    comparison: Comparison,
    losses: &[u32],
    check: &str,
) -> Vec<String> {
    let mut verifier = Verifier::new(reference, comparison, 0);
    let mut verdicts = vec![verifier.verdict().to_string()];
    for (step, bits) in (1..).zip(losses) {
        verifier.observe(f32::from_bits(*bits));
        if verifier.needs_check_after(step) {
            verifier.set_check(check.to_owned());
        }
        verdicts.push(verifier.verdict().to_string());
    }
    verdicts
}

fn last_verdict(
    reference: Reference,
    comparison: Comparison,
    losses: &[u32],
    check: &str,
) -> String {
    verdicts(reference, comparison, losses, check)
        .pop()
        .unwrap()
}

#[test]
fn a_run_that_is_the_same_is_told_as_it_goes() {
    let losses = losses(400);
    let texts = verdicts(link_reference(&losses), Comparison::Bits, &losses, CHECK);
    assert_eq!(
        texts[0],
        "Nothing is compared yet: the first step that can be is step 1."
    );
    assert_eq!(texts[1], "The same so far (step 1).");
    // Marks are claimed where they were met, and not beyond.
    assert_eq!(texts[12], "The same so far (step 1).");
    assert_eq!(texts[13], "The same so far (step 13).");
    assert_eq!(texts[400], "The same run: check 3f9a… matches.");
    let texts = verdicts(file_reference(&losses), Comparison::Bits, &losses, CHECK);
    assert_eq!(texts[12], "The same so far (step 12).");
    assert_eq!(texts[400], "The same run: check 3f9a… matches.");
}

#[test]
fn a_link_finds_the_interval_and_a_file_the_step() {
    let promised = losses(400);
    let mut run = promised.clone();
    for bits in &mut run[99..] {
        *bits += 1;
    }
    assert_eq!(
        last_verdict(
            link_reference(&promised),
            Comparison::Bits,
            &run,
            "0000000000000000"
        ),
        "Differs somewhere in steps 92 to 103: at step 103 expected loss 0.019417476, got 0.019417478."
    );
    assert_eq!(
        last_verdict(
            file_reference(&promised),
            Comparison::Bits,
            &run,
            "0000000000000000"
        ),
        "Differs from step 100 on: expected loss 0.020000000, got 0.020000001."
    );
    run[0] += 1 << 20;
    assert_eq!(
        last_verdict(link_reference(&promised), Comparison::Bits, &run, CHECK),
        "Differs from step 1 on: expected loss 2.0000, got 2.2500."
    );
}

#[test]
fn between_the_marks_only_the_check_tells() {
    let promised = losses(400);
    let mut run = promised.clone();
    run[1] += 1;
    assert_eq!(
        last_verdict(
            link_reference(&promised),
            Comparison::Bits,
            &run,
            "aaaa000000000000"
        ),
        "Differs between the marks or after the last of them: all 32 are met, but check 3f9a… was promised, and this run's is \
         aaaa…."
    );
}

#[test]
fn a_state_that_differs_after_equal_losses_is_told_and_so_are_checks_that_begin_alike() {
    let promised = losses(5);
    for (found, [theirs, ours]) in [
        ("aaaa000000000000", ["3f9a…", "aaaa…"]),
        ("3f9a000000000001", ["3f9a000000000000", "3f9a000000000001"]),
        ("3f9a0f0000000000", ["3f9a00…", "3f9a0f…"]),
    ] {
        for reference in [link_reference(&promised), file_reference(&promised)] {
            assert_eq!(
                last_verdict(reference, Comparison::Bits, &promised, found),
                format!(
                    "Differs after the losses: all 5 of them are the same, but the weights or the optimizer's state after step \
                     5 are not: check {theirs} was promised, and this run's is {ours}."
                )
            );
        }
    }
}

#[test]
fn a_check_without_marks_is_compared_at_the_end() {
    let losses = losses(5);
    let reference = || Reference::from_marks(CHECK, &[], 5, 1).unwrap();
    let texts = verdicts(reference(), Comparison::Bits, &losses, CHECK);
    assert_eq!(
        texts[4],
        "Nothing is compared yet: the first step that can be is step 5."
    );
    assert_eq!(texts[5], "The same run: check 3f9a… matches.");
    assert_eq!(
        last_verdict(reference(), Comparison::Bits, &losses, "aaaa000000000000"),
        "Differs: check 3f9a… was promised, and this run's is aaaa…. The link has no marks, so where it differs is not known."
    );
    assert!(
        last_verdict(reference(), Comparison::Band, &losses, CHECK).contains("cannot be compared")
    );
}

#[test]
fn a_band_is_never_called_the_same() {
    let losses = losses(400);
    let texts = verdicts(link_reference(&losses), Comparison::Band, &losses, CHECK);
    assert_eq!(texts[1], "Within the band so far (step 1, 1 compared).");
    assert_eq!(
        texts[400],
        "Within the band at all 32 steps that were compared: as near as rounding leads, which is no proof bit for bit."
    );
    assert!(texts.iter().all(|text| !text.contains("same")));
    let mut other = losses.clone();
    other[399] = 5f32.to_bits();
    assert_eq!(
        last_verdict(link_reference(&losses), Comparison::Band, &other, CHECK),
        "Outside the band at step 400: up to there the compared losses are 191 % higher on average than promised. Rounding \
         alone does not lead so far."
    );
    other[0] = 2.001f32.to_bits();
    assert_eq!(
        last_verdict(link_reference(&losses), Comparison::Band, &other, CHECK),
        "Outside the band at step 1: expected loss 2.0000, give or take 2.00e-4, got 2.0010. Rounding alone does not lead so \
         far so soon."
    );
}

#[test]
fn a_run_of_another_version_is_not_compared() {
    let losses = losses(3);
    let reference = Reference::from_trace(CHECK, &losses, 3, 7);
    let text = last_verdict(reference, Comparison::Bits, &losses, CHECK);
    assert!(
        text.starts_with("This was made with recipe version 7; here it is version 1"),
        "{text}"
    );
}

#[test]
fn marks_of_another_length_are_refused() {
    let error = Reference::from_marks(CHECK, &[0; 20], 400, 1).unwrap_err();
    assert_eq!(
        error,
        "The marks in the link are the losses of 20 steps, but of a run of 400 steps they are those of 32. The link was \
         changed after it was shared."
    );
}

/// A training step takes milliseconds.
#[test]
fn a_step_costs_less_than_a_microsecond_to_verify() {
    let losses = losses(100_000);
    let once = || {
        let mut verifier = Verifier::new(file_reference(&losses), Comparison::Bits, 0);
        let mut trace = Trace::default();
        let mut chain = CheckChain::new("", "");
        let start = std::time::Instant::now();
        for bits in &losses {
            trace.push(f32::from_bits(*bits));
            chain.push(*bits);
            verifier.observe(f32::from_bits(*bits));
        }
        verifier.set_check(chain.check(&StateHasher::default().finish(0)));
        start.elapsed().as_secs_f64() / losses.len() as f64
    };
    // The best of several, because other processes use the machine too.
    let seconds = (0..9).map(|_| once()).fold(f64::MAX, f64::min);
    println!(
        "trace, comparison and check: {:.0} ns a step",
        1e9 * seconds
    );
    assert!(seconds < 1e-6, "{seconds} s");
}

#[test]
fn one_bit_anywhere_changes_the_check() {
    let of = |link, data, losses: &[u32], state: StateDigest| {
        CheckChain::over(link, data, losses).check(&state)
    };
    let state = |weights: &[f32], moment: Option<&[f32]>, updates| {
        let mut hasher = StateHasher::default();
        hasher.push(Some(weights));
        hasher.push(moment);
        hasher.finish(updates)
    };
    let link = "model=lenet5&v=1";
    let check = of(link, "ab", &[1, 2, 3], state(&[0.0], None, 3));
    assert_eq!(check.len(), 16);
    assert_eq!(check, of(link, "ab", &[1, 2, 3], state(&[0.0], None, 3)));
    let others = [
        of(link, "ab", &[1, 2, 2], state(&[0.0], None, 3)),
        of(link, "ab", &[1, 2], state(&[0.0], None, 3)),
        of(
            "model=lenet5&seed=2&v=1",
            "ab",
            &[1, 2, 3],
            state(&[0.0], None, 3),
        ),
        of(link, "ac", &[1, 2, 3], state(&[0.0], None, 3)),
        of(link, "ab", &[1, 2, 3], state(&[-0.0], None, 3)),
        of(link, "ab", &[1, 2, 3], state(&[0.0, 0.0], None, 3)),
        of(link, "ab", &[1, 2, 3], state(&[0.0], Some(&[]), 3)),
        of(link, "ab", &[1, 2, 3], state(&[0.0], None, 4)),
    ];
    let distinct: std::collections::BTreeSet<_> = others.iter().chain([&check]).collect();
    assert_eq!(distinct.len(), others.len() + 1);
}

#[test]
fn a_states_digest_survives_its_text() {
    let digest = StateHasher::default().finish(1);
    let text = digest.to_hex();
    assert_eq!(StateDigest::from_hex(&text), Some(digest));
    for wrong in [
        "",
        &text[2..],
        &text.to_uppercase().replace('0', "A"),
        &"g".repeat(64),
        &"é".repeat(32),
    ] {
        assert_eq!(StateDigest::from_hex(wrong), None, "{wrong}");
    }
}

proptest! {
    /// Wherever one bit of one step and all after it change, the interval that is named holds that step.
    #[test]
    fn the_interval_holds_the_first_step_that_differs(steps in 1u32..500, at in 0usize..500, whole: bool) {
        let promised = losses(steps);
        let at = at % promised.len();
        let mut run = promised.clone();
        for bits in &mut run[at..] {
            *bits ^= 1;
        }
        let reference = if whole { file_reference(&promised) } else { link_reference(&promised) };
        let mut verifier = Verifier::new(reference, Comparison::Bits, 0);
        run.iter().for_each(|bits| verifier.observe(f32::from_bits(*bits)));
        let departure = verifier.verdict().departure().unwrap();
        let first = at as u64 + 1;
        prop_assert!(departure.after < first && first <= departure.step);
        prop_assert!(!whole || departure.step == first);
    }
}
