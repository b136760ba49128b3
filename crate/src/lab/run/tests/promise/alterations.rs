//! 2,000 alterations of checkpoints, run files and links, each from a stream of its own, so that any of them can be made again.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::*;
use crate::lab::verify::check::CheckChain;
use crate::lab::verify::state::StateDigest;
use crate::random::Stream;

/// Flips bits in a text or a file.
fn flip(stream: &mut Stream, bytes: &mut [u8]) {
    for _ in 0..=stream.below(3) {
        let at = stream.below(bytes.len() as u32) as usize;
        bytes[at] ^= 1 << stream.below(8);
    }
}

/// What is said of a run at its end is "the same" only of the honest run's end.
fn assert_true(run: &Run, what: &str) -> bool {
    let Some(verdict) = run.verdict() else {
        return false;
    };
    let is_same = verdict.kind() == "same";
    let is_honest = run.recipe() == &HONEST.recipe && check(run) == HONEST.checks[40];
    assert!(!is_same || is_honest, "{what}: {verdict}");
    assert!(!is_same || run.trace().bits() == HONEST.trace, "{what}");
    is_same
}

#[test]
fn no_altered_checkpoint_ends_the_same_with_other_weights() {
    let (mut taken, mut same) = (0, 0);
    for index in 0..800 {
        let mut stream = stream(1, Purpose::Digits, index);
        let step = 20 + stream.below(21) as usize;
        let file = &HONEST.checkpoints[step];
        // Damaged, or forged with a digest that fits.
        let altered = match index % 2 {
            0 => {
                let mut damaged = file.clone();
                flip(&mut stream, &mut damaged);
                damaged
            }
            _ => forged(file, |tensors| {
                let names: Vec<String> = tensors.keys().cloned().collect();
                let name = &names[stream.below(names.len() as u32) as usize];
                flip(&mut stream, tensors.get_mut(name).unwrap());
            }),
        };
        let origin = [Origin::File, Origin::ThisBrowser][stream.below(2) as usize];
        let reference = match stream.below(2) {
            0 => link_reference(),
            _ => of_file(&HONEST.files[40]),
        };
        let Ok(mut run) = compared(Some((&altered, origin)), reference) else {
            continue;
        };
        assert!(index % 2 == 1, "damaged, and taken: {index}");
        taken += 1;
        // A loss that became no number ends the run, and what was said of it.
        if block_on(run.step(u64::MAX)).is_ok() && run.steps_done() == STEPS {
            same += u64::from(assert_true(&run, "checkpoint"));
        }
    }
    println!("{taken} of 800 altered checkpoints were taken, {same} ended the same");
    assert!(taken > 100);
}

/// The text of a run file with other losses and another state, and a check that fits.
fn with_check(file: &RunFile, losses: &[u32], state: &StateDigest) -> String {
    let bytes: Vec<u8> = losses.iter().flat_map(|bits| bits.to_le_bytes()).collect();
    let mut json = serde_json::to_value(file).unwrap();
    json["trace"] = STANDARD.encode(bytes).into();
    json["state"] = state.to_hex().into();
    json["timings"]["steps"] = 1.into();
    let chain = CheckChain::over(&file.link, &file.data.digest, losses);
    json["check"] = chain.check(state).into();
    json.to_string()
}

#[test]
fn no_altered_run_file_is_called_the_same_by_the_honest_run() {
    let (mut read, mut same) = (0, 0);
    for index in 0..600 {
        let mut stream = stream(2, Purpose::Digits, index);
        let steps = 1 + stream.below(40) as usize;
        let honest = &HONEST.files[steps];
        let mut text = honest.to_json().unwrap().into_bytes();
        // Damaged, or forged with a check that fits.
        if index % 2 == 0 {
            flip(&mut stream, &mut text);
        } else {
            let mut losses = honest.trace.bits().to_vec();
            let mut state = honest.state.clone();
            match stream.below(3) {
                0 => losses[stream.below(steps as u32) as usize] ^= 1 << stream.below(31),
                1 => losses.truncate(1 + stream.below(steps as u32) as usize),
                _ => state = format!("{}{:08x}", &state[..56], stream.next_u32()),
            }
            let state = StateDigest::from_hex(&state).unwrap();
            text = with_check(honest, &losses, &state).into_bytes();
        }
        let Ok(file) = String::from_utf8(text)
            .map_err(drop)
            .and_then(|text| RunFile::from_json(&text).map_err(drop))
        else {
            continue;
        };
        if file.recipe().unwrap() != HONEST.recipe {
            continue;
        }
        read += 1;
        let mut run = compared(None, of_file(&file)).unwrap();
        let promised = file.trace.bits().len();
        let verdict = to_end(&mut run);
        let is_honest =
            file.trace.bits() == &HONEST.trace[..promised] && file.check == HONEST.checks[promised];
        assert_eq!(verdict.kind().starts_with("same"), is_honest, "{verdict}");
        assert_eq!(verdict.kind() == "same", is_honest && promised == 40);
        same += u64::from(is_honest);
    }
    println!("{read} of 600 altered run files were read, {same} are still true");
    assert!(read > 100);
}

#[test]
fn no_altered_link_is_called_the_same() {
    let (mut parsed, mut same) = (0, 0);
    for index in 0..600 {
        let mut stream = stream(3, Purpose::Digits, index);
        let mut text = HONEST.link.clone().into_bytes();
        match index % 3 {
            0 => flip(&mut stream, &mut text),
            // A digit, which most values are made of.
            _ => {
                let digits: Vec<_> = (0..text.len())
                    .filter(|at| text[*at].is_ascii_hexdigit())
                    .collect();
                let at = digits[stream.below(digits.len() as u32) as usize];
                text[at] = b'0' + stream.below(10) as u8;
            }
        }
        let Ok(Ok(link)) = String::from_utf8(text).map(|text| parse(&text)) else {
            continue;
        };
        // Another data set, or a run that takes long, is another test's.
        let recipe = &link.recipe;
        let is_short = recipe.steps == STEPS && recipe.data == HONEST.recipe.data;
        if !is_short || recipe.model != HONEST.recipe.model || recipe.subset > 1_000 {
            continue;
        }
        let Some(reference) = of_link(&link) else {
            continue;
        };
        // Drawing digits takes longer than training on them.
        let has_same_data =
            (recipe.seed, recipe.subset) == (HONEST.recipe.seed, HONEST.recipe.subset);
        let data = match has_same_data {
            true => Arc::clone(&HONEST.data),
            false => data(recipe),
        };
        let started = block_on(Run::start(&Engine::cpu(), recipe.clone(), data));
        let Ok(mut run) = started else { continue };
        parsed += 1;
        block_on(run.compare_with(reference, Comparison::Bits)).unwrap();
        if block_on(run.step(u64::MAX)).is_ok() && run.steps_done() == STEPS {
            same += u64::from(assert_true(&run, "link"));
        }
    }
    println!("{parsed} of 600 altered links were trained, {same} ended the same");
    assert!(parsed > 100);
}
