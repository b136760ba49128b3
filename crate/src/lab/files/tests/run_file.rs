//! Run files that are read, and those that are refused.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use crate::lab::engine::EngineKind;
use crate::lab::files::run_file::{
    Build, Compiler, DataRecord, EngineRecord, FORMAT, RunFile, RunFileContents, SCHEMA,
    ScoreRecord, Timings,
};
use crate::lab::verify::state::StateHasher;
use crate::lab::verify::trace::Trace;
use crate::recipe::{Recipe, TestTimeAugmentation};
use crate::registry;

/// Contents that are complete but for their recipe.
fn sample_contents() -> RunFileContents<'static> {
    static RECIPE: std::sync::LazyLock<Recipe> =
        std::sync::LazyLock::new(|| registry::default_recipe("lenet5").unwrap());
    RunFileContents {
        recipe: &RECIPE,
        engine: EngineRecord {
            kind: EngineKind::Cpu,
            build: Build::Wasm,
            label: "CPU, SIMD, 2 threads".to_owned(),
            adapter: String::new(),
            software: false,
            handed_over: None,
        },
        data: DataRecord {
            name: "digits".to_owned(),
            title: "Synthetic digits".to_owned(),
            digest: "a".repeat(64),
        },
        steps: 5,
        trace: Trace::from(vec![2f32.to_bits(), 1f32.to_bits(), 0.5f32.to_bits()]),
        state: StateHasher::default().finish(3),
        scores: vec![ScoreRecord {
            step: 3,
            loss: 0.75,
            accuracy: 0.5,
            examples: 100,
            tta: TestTimeAugmentation::Off,
        }],
        validation: None,
        timings: Timings {
            seconds: 0.25,
            steps: 3,
            images_per_second: 1536.0,
        },
    }
}

/// A run file with three losses.
pub(super) fn sample() -> RunFile {
    let recipe = registry::parse("seed=7").unwrap().recipe;
    RunFile::new(RunFileContents {
        recipe: &recipe,
        ..sample_contents()
    })
}

/// Why a file is refused, without the beginning that all such sentences have.
fn error(text: &str) -> String {
    let error = RunFile::from_json(text).unwrap_err();
    assert_eq!(error.kind(), "file");
    let error = error.to_string();
    error
        .strip_prefix("This run file cannot be used: ")
        .unwrap()
        .to_owned()
}

fn text() -> String {
    sample().to_json().unwrap()
}

/// The sample's text with a change.
fn with(change: impl FnOnce(&mut Value)) -> String {
    let mut json: Value = serde_json::from_str(&text()).unwrap();
    change(&mut json);
    json.to_string()
}

#[test]
fn a_file_is_read_as_it_was_written() {
    assert_eq!(RunFile::from_json(&text()).unwrap(), sample());
    let compact = with(|_| {});
    assert_eq!(RunFile::from_json(&compact).unwrap(), sample());
}

/// Files that were written before the compiler was recorded can be read, and are written without one.
#[test]
fn a_file_without_a_compiler_can_be_read() {
    let compiler = sample().versions.compiler.unwrap();
    assert_eq!(compiler, Compiler::of_this_build());
    let old = with(|json| {
        json["versions"].as_object_mut().unwrap().remove("compiler");
    });
    let file = RunFile::from_json(&old).unwrap();
    assert_eq!(file.versions.compiler, None);
    assert!(!file.to_json().unwrap().contains("compiler"));
    let message = error(&with(|json| {
        json["versions"]["compiler"]["target"] = 1.into()
    }));
    assert!(
        message.starts_with("line 1 does not hold what is right there"),
        "{message}"
    );
}

#[test]
fn the_compiler_is_that_of_this_build() {
    let compiler = Compiler::of_this_build();
    let numbers: Vec<_> = compiler.release.split(['.', '-']).take(3).collect();
    assert!(
        numbers.iter().all(|number| number.parse::<u32>().is_ok()),
        "{compiler}"
    );
    assert_eq!(numbers.len(), 3, "{compiler}");
    assert!(
        compiler.target.contains(std::env::consts::ARCH),
        "{compiler}"
    );
    let rustc = Compiler {
        release: "1.95.0".to_owned(),
        commit: "59807616e1fa2540724bfbac14d7976d7e4a3860".to_owned(),
        target: "wasm32-unknown-unknown".to_owned(),
    };
    assert_eq!(
        rustc.to_string(),
        "rustc 1.95.0 (59807616e), wasm32-unknown-unknown"
    );
}

#[test]
fn a_file_cut_short_says_so() {
    let text = text();
    for (end, _) in text.trim_end().char_indices() {
        assert!(
            error(&text[..end]).starts_with("it is cut short: it ends in the middle of line "),
            "{end}"
        );
    }
}

#[test]
fn a_newer_schema_is_refused_whatever_it_holds() {
    let message =
        "it is of schema 2, but only schemas up to 1 are known here. Open it with a newer Bunsen.";
    assert_eq!(error(&with(|json| json["schema"] = 2.into())), message);
    assert_eq!(
        error(r#"{"format":"bunsen-run","schema":2,"runs":[]}"#),
        message
    );
    assert!(error(&with(|json| json["schema"] = 0.into())).starts_with("schema 0 is not allowed"));
}

#[test]
fn other_files_are_told_apart() {
    assert_eq!(
        error("PNG\nIHDR"),
        "it is no JSON text: see line 1, column 1."
    );
    assert_eq!(
        error("[]"),
        "it is JSON, but no run file: it does not say its format and schema."
    );
    assert_eq!(
        error(r#"{"format":"other","schema":1}"#),
        "it is JSON, but of another kind: its format is not \"bunsen-run\"."
    );
    assert!(error(&with(|json| json["more"] = 1.into())).contains("unknown field `more`"));
    assert!(
        error(&with(|json| json["engine"]["kind"] = "tpu".into()))
            .contains("unknown variant `tpu`")
    );
}

#[test]
fn trace_and_state_have_to_hash_to_the_check() {
    let check = sample().check;
    let message = error(&with(|json| json["check"] = "0123456789abcdef".into()));
    assert_eq!(
        message,
        format!(
            "its contents do not hash to its check: 0123456789abcdef stands in the file, but its recipe, data, trace and state \
             give {check}. The file was damaged or changed."
        )
    );
    for (part, value) in [
        ("trace", "AACAPwAAAD8AAIA/"),
        ("link", "model=lenet5&seed=8&v=1"),
        ("state", &"a".repeat(64)),
    ] {
        let message = error(&with(|json| json[part] = value.into()));
        assert!(
            message.starts_with("its contents do not hash to its check"),
            "{part}: {message}"
        );
    }
    let message = error(&with(|json| json["data"]["digest"] = "b".repeat(64).into()));
    assert!(
        message.starts_with("its contents do not hash to its check"),
        "{message}"
    );
}

#[test]
fn a_trace_is_losses_and_no_more_than_the_run_has() {
    for (trace, what) in [
        ("!", "trace is no base64"),
        ("AAAA", "trace is no list of 32-bit floats"),
        ("AADAfw==", "trace holds a loss that is no finite number"),
    ] {
        assert!(
            error(&with(|json| json["trace"] = trace.into())).contains(what),
            "{trace}"
        );
    }
    assert_eq!(
        error(&with(|json| json["steps"] = 2.into())),
        "its trace has 3 losses, and a run of 2 steps has from 1 to 2."
    );
    assert!(error(&with(|json| json["trace"] = "".into())).starts_with("its trace has 0 losses"));
}

#[test]
fn its_link_has_to_be_one_and_spelled_as_it_is_written() {
    let link = |link: &str| error(&with(|json| json["link"] = link.into()));
    assert_eq!(
        link("model=lenet5&lr=NaN&v=1"),
        "its link is refused: lr=NaN is not allowed: lr is a number from 0.0000001 to 100."
    );
    assert_eq!(
        link("model=lenet5&seed=07&v=1"),
        "its link is not spelled as a run file has it: \"model=lenet5&seed=7&v=1\" is right."
    );
    assert!(link("model=lenet5&seed=7&colour=red&v=1").contains("is not spelled"));
    assert_eq!(
        link("model=lenet5&data=mnist&v=1"),
        "it names the data set digits, but its link mnist."
    );
    assert_eq!(
        error(&with(|json| json["versions"]["recipe"] = 3.into())),
        "its link is of recipe version 1, but the file says 3."
    );
}

#[test]
fn scores_and_timings_are_possible_ones() {
    let message = error(&with(|json| json["scores"][0]["step"] = 4.into()));
    assert!(
        message.starts_with("it has a score of 0.5 after step 4"),
        "{message}"
    );
    assert!(
        error(&with(|json| json["scores"][0]["accuracy"] = 50.into()))
            .starts_with("it has a score of 50")
    );
    let refused = |part: &str, key: &str, value: Value| {
        error(&with(|json| match part {
            "scores" => json[part][0][key] = value,
            _ => json[part][key] = value,
        }))
    };
    assert_eq!(
        refused("scores", "loss", (-1).into()),
        "the loss of its score after step 3 is no finite number from 0 up."
    );
    assert_eq!(
        refused("engine", "handedOver", 4.into()),
        "it says that an engine took the run over after step 4, but its trace ends at step 3."
    );
    let timings = "its timings are those of no run.";
    assert_eq!(refused("timings", "seconds", (-1).into()), timings);
    assert_eq!(refused("timings", "imagesPerSecond", (-1).into()), timings);
    assert_eq!(refused("timings", "steps", 4.into()), timings);
    assert_eq!(
        error(&with(|json| json["trace"] = "AACAvwAAAD8AAIA/".into())),
        "its trace holds a loss that is no finite number from 0 up."
    );
    for state in ["", "ab", &"g".repeat(64)] {
        assert_eq!(
            error(&with(|json| json["state"] = state.into())),
            "its state is no digest of 64 hexadecimal digits."
        );
    }
}

/// A file of test-time augmentation names it in each score, and no other file does.
#[test]
fn scores_name_their_test_time_augmentation() {
    let plain = sample().to_json().unwrap();
    assert!(!plain.contains("tta"), "{plain}");
    let recipe = registry::parse("seed=7&tta=flip").unwrap().recipe;
    let file = RunFile::new(RunFileContents {
        recipe: &recipe,
        ..sample_contents()
    });
    let text = file.to_json().unwrap();
    assert_eq!(RunFile::from_json(&text).unwrap(), file);
    let with = |tta: Value| {
        let mut json: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(json["scores"][0]["tta"], "flip");
        match tta {
            Value::Null => drop(json["scores"][0].as_object_mut().unwrap().remove("tta")),
            tta => json["scores"][0]["tta"] = tta,
        }
        error(&json.to_string())
    };
    let other = "its link says tta=flip, but its score after step 3 tta=off.";
    assert_eq!(with(Value::Null), other);
    assert_eq!(with("off".into()), other);
    let unknown = with("crop".into());
    assert!(
        unknown.ends_with("(there is no test-time augmentation \"crop\")."),
        "{unknown}"
    );
}

/// A file that says nothing of validation is as it was before there was that key.
#[test]
fn a_validation_score_is_one_of_the_run() {
    assert!(!sample().to_json().unwrap().contains("validation"));
    let recipe = registry::parse("seed=7&tta=flip").unwrap().recipe;
    let contents = sample_contents();
    let validation = contents.scores.first().copied();
    let file = RunFile::new(RunFileContents {
        recipe: &recipe,
        validation,
        ..contents
    });
    let text = file.to_json().unwrap();
    assert_eq!(RunFile::from_json(&text).unwrap(), file);
    for (key, value, what) in [
        ("step", Value::from(4), "it has a score of 0.5 after step 4"),
        ("accuracy", 50.into(), "it has a score of 50"),
        ("loss", (-1).into(), "the loss of its score after step 3"),
        ("tta", "off".into(), "its link says tta=flip, but its score"),
    ] {
        let mut json: Value = serde_json::from_str(&text).unwrap();
        json["validation"][key] = value;
        let message = error(&json.to_string());
        assert!(message.starts_with(what), "{message}");
    }
}

/// JSON would have `null` for them, and the reader would refuse the file.
#[test]
fn what_could_not_be_read_again_is_not_written() {
    let refusal = |change: &dyn Fn(&mut RunFileContents<'static>)| {
        let mut contents = sample_contents();
        change(&mut contents);
        let error = RunFile::new(contents).to_json().unwrap_err();
        assert_eq!(error.kind(), "file");
        error.to_string()
    };
    let start = "This run file cannot be used: it was not written, for ";
    for number in [f64::NAN, f64::INFINITY] {
        assert_eq!(
            refusal(&|contents| contents.scores[0].loss = number),
            format!("{start}the loss of its score after step 3 is no finite number from 0 up.")
        );
        assert!(refusal(&|contents| contents.scores[0].accuracy = number).starts_with(start));
        assert!(refusal(&|contents| contents.timings.seconds = number).starts_with(start));
    }
    assert!(refusal(&|contents| contents.scores[0].step = 4).contains("after step 4"));
    let nan = Trace::from(vec![f32::NAN.to_bits()]);
    assert!(refusal(&|contents| contents.trace = nan.clone()).contains("its trace"));
    assert!(refusal(&|contents| contents.trace = Trace::default()).contains("has 0 losses"));
    let scores = |contents: &mut RunFileContents<'static>| {
        contents.scores = vec![contents.scores[0]; 1_000_000];
    };
    assert!(refusal(&scores).ends_with(" MB, and a run file has 67 at most."));
}

/// The schema in `docs` names every property that a file has and no other. All but the compiler, the validation score and a score's `tta` are required.
#[test]
fn the_schema_describes_the_file() {
    let schema: Value =
        serde_json::from_str(include_str!("../../../../../docs/run.schema.json")).unwrap();
    let recipe = registry::parse("seed=7&tta=flip").unwrap().recipe;
    let contents = sample_contents();
    let file = RunFile::new(RunFileContents {
        recipe: &recipe,
        validation: contents.scores.first().copied(),
        ..contents
    });
    let file: Value = serde_json::from_str(&file.to_json().unwrap()).unwrap();
    fn compare(schema: &Value, value: &Value, path: &str) {
        let Value::Object(fields) = value else {
            return;
        };
        let keys = |value: &Value| {
            value
                .as_object()
                .unwrap()
                .keys()
                .cloned()
                .collect::<BTreeSet<_>>()
        };
        let required = schema["required"].as_array().unwrap().iter();
        let optional = match path {
            "versions" => Some("compiler".to_owned()),
            "the file" => Some("validation".to_owned()),
            "a score" | "validation" => Some("tta".to_owned()),
            _ => None,
        };
        let required: BTreeSet<_> = required
            .map(|key| key.as_str().unwrap().to_owned())
            .chain(optional)
            .collect();
        assert_eq!(keys(&schema["properties"]), keys(value), "{path}");
        assert_eq!(required, keys(value), "{path}");
        assert_eq!(schema["additionalProperties"], false, "{path}");
        for (key, value) in fields {
            compare(&schema["properties"][key], value, key);
        }
    }
    compare(&schema, &file, "the file");
    compare(
        &schema["properties"]["scores"]["items"],
        &file["scores"][0],
        "a score",
    );
    assert_eq!(schema["properties"]["schema"]["const"], SCHEMA);
    assert_eq!(schema["properties"]["format"]["const"], FORMAT);
}

proptest! {
    #[test]
    fn any_trace_survives(
        losses in prop::collection::vec(0f32..1e30, 3..300), quarters in 0u32..1_000_000,
        handed_over in prop::option::of(0u64..=3), label in ".{0,40}", gpu: bool,
    ) {
        // JSON's numbers are read to the last bit where they are short.
        let (seconds, accuracy) = (f64::from(quarters) / 4.0, f64::from(quarters % 5) / 4.0);
        let mut contents = sample_contents();
        contents.steps = losses.len() as u64 + 5;
        contents.trace = Trace::from(losses.iter().map(|loss| loss.to_bits()).collect::<Vec<_>>());
        contents.scores = vec![ScoreRecord { step: 1, loss: seconds, accuracy, examples: 10, tta: TestTimeAugmentation::Off }];
        contents.timings.seconds = seconds;
        contents.engine = EngineRecord { handed_over, label, kind: if gpu { EngineKind::Gpu } else { EngineKind::Cpu }, ..contents.engine };
        let recipe = registry::parse("seed=7").unwrap().recipe;
        let file = RunFile::new(RunFileContents { recipe: &recipe, ..contents });
        prop_assert_eq!(RunFile::from_json(&file.to_json().unwrap()).unwrap(), file);
    }
}
