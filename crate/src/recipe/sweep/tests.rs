use super::*;

fn links(text: &str) -> Vec<String> {
    expand(text).unwrap().links
}

/// The values of one group.
fn values(group: &str) -> String {
    let links = links(&format!("lr={group}"));
    let values: Vec<_> = links.iter().map(|link| &link["lr=".len()..]).collect();
    values.join(" ")
}

fn error(text: &str) -> String {
    expand(text).unwrap_err().to_string()
}

#[test]
fn the_leftmost_group_varies_slowest() {
    let text = "#model=lenet5&LR={0.1,0.2}&batch=64&seed={1..3}&v=1";
    let expansion = expand(text).unwrap();
    assert_eq!(expansion.keys, ["lr", "seed"]);
    let expected = [(0.1, 1), (0.1, 2), (0.1, 3), (0.2, 1), (0.2, 2), (0.2, 3)]
        .map(|(lr, seed)| format!("model=lenet5&LR={lr}&batch=64&seed={seed}&v=1"));
    assert_eq!(expansion.links, expected);
}

#[test]
fn a_group_may_be_a_part_of_a_value_and_hold_nothing() {
    let expected = ["layers=conv8x5,conv32x5", "layers=conv16x5,conv32x5"];
    assert_eq!(links("layers=conv{8,16}x5,conv32x5"), expected);
    assert_eq!(
        links("aug={,crop,crop%2Cflip}"),
        ["aug=", "aug=crop", "aug=crop%2Cflip"]
    );
    let twice = expand("layers=conv{8,16}x5,conv{1,2}x5").unwrap();
    assert_eq!((twice.keys.len(), twice.links.len()), (1, 4));
}

#[test]
fn ranges_keep_their_ends_and_have_four_digits_between() {
    for (group, expected) in [
        ("{9..12}", "9 10 11 12"),
        ("{0.001..0.1:log5}", "0.001 0.003162 0.01 0.03162 0.1"),
        ("{8..64:log4}", "8 16 32 64"),
        ("{0..0.3:lin4}", "0 0.1 0.2 0.3"),
        ("{-1..1:lin3}", "-1 0 1"),
        ("{1e-9..1e-7:log3}", "1e-9 1e-8 1e-7"),
        ("{0.123456..0.5:lin3}", "0.123456 0.3117 0.5"),
        ("{1..2:lin2}", "1 2"),
        ("{100..1000:lin4}", "100 400 700 1000"),
    ] {
        assert_eq!(values(group), expected, "{group}");
    }
}

#[test]
fn as_many_links_as_allowed_are_made_and_no_more() {
    assert_eq!(links("seed={1..100}&lr={1..100}").len(), MAX_LINKS);
    assert_eq!(links("seed={1..10000}").len(), MAX_LINKS);
    let more = "This sweep has more than 10000 links. Give some field fewer values.";
    assert_eq!(error("seed={1..101}&lr={1..100}"), more);
    assert_eq!(error(&"a={1..9999}&".repeat(50)), more);
    let long = format!("seed={{1,2}}&note={}", "é".repeat(MAX_SWEEP));
    assert_eq!(
        error(&long),
        "This sweep has 4016 characters, and 4000 is the most. It was not read."
    );
}

#[test]
fn what_is_no_sweep_says_what_would_be_one() {
    let nothing = "This link sweeps nothing: put the values of a field in braces, as in seed={1..3}, and quote the whole.";
    for text in ["", "model=lenet5", "{}".trim_matches(['{', '}'])] {
        assert_eq!(error(text), nothing);
    }
    let brace = "a brace that opens must close before the next one opens or & follows";
    let key = "braces stand in the value of a field, behind its =";
    let one = "put commas between several values, as in {0.1,0.2}, or give a range, as in {1..3}";
    let whole = "both ends of a range are whole numbers, or it says how many numbers it has, as in {0.001..0.1:log5}";
    let spacing = "behind the colon stands lin or log and how many numbers there are, as in {0.001..0.1:log5}";
    let count = "a range has from 2 to 10,000 values";
    let order = "the first end of a range is smaller than the last one";
    let number = "both ends of a range are numbers";
    for (text, near, end) in [
        ("lr={0.1,0.2", "lr={0.1,0.2", brace),
        ("lr=0.1,0.2}", "lr=0.1,0.2}", brace),
        ("lr={{1,2},3}", "lr={{1,2},3}", brace),
        ("lr={1&seed=2}", "lr={1", brace),
        ("{lr,seed}=1", "{lr,seed}=1", key),
        ("{1,2}", "{1,2}", key),
        ("lr={}", "{}", one),
        ("lr={0.1}", "{0.1}", one),
        ("lr={0.1..0.5}", "{0.1..0.5}", whole),
        ("seed={+1..3}", "{+1..3}", whole),
        ("seed={1..}", "{1..}", whole),
        ("seed={3..1}", "{3..1}", order),
        ("lr={0.2..0.1:lin3}", "{0.2..0.1:lin3}", order),
        ("lr={a..0.1:lin3}", "{a..0.1:lin3}", number),
        ("lr={1..inf:lin3}", "{1..inf:lin3}", number),
        ("lr={NaN..1:lin3}", "{NaN..1:lin3}", number),
        ("lr={1..2:exp3}", "{1..2:exp3}", spacing),
        ("lr={1..2:}", "{1..2:}", spacing),
        ("lr={1..2:lin}", "{1..2:lin}", spacing),
        ("lr={1..2:lé3}", "{1..2:lé3}", spacing),
        ("lr={1..2:lin1}", "{1..2:lin1}", count),
        ("lr={1..2:log99999}", "{1..2:log99999}", count),
        ("seed={1..10001}", "{1..10001}", count),
        (
            "seed={0..18446744073709551615}",
            "{0..18446744073709551615}",
            count,
        ),
        (
            "lr={0..1:log3}",
            "{0..1:log3}",
            "a range with log begins above 0",
        ),
    ] {
        assert_eq!(error(text), format!("{near} is no list of values: {end}."));
    }
}

proptest::proptest! {
    /// Whatever the text: it is expanded, or refused with a sentence.
    #[test]
    fn any_text_is_expanded_or_refused(text in "[a-c=&{},.:0-9lgino#-]{0,60}") {
        match expand(&text) {
            Ok(expansion) => {
                proptest::prop_assert!((1..=MAX_LINKS).contains(&expansion.links.len()));
                let are_plain = expansion.links.iter().all(|link| !link.contains(['{', '}']));
                proptest::prop_assert!(are_plain);
            }
            Err(error) => proptest::prop_assert!(error.to_string().ends_with('.')),
        }
    }
}
