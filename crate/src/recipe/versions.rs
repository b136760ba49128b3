//! The versions of the recipe's meaning, `v` in a link.

/// Every version there has been, and what it means. It changes when the same link would mean other arithmetic: a
/// run of another version cannot be repeated bit for bit. CHANGELOG.md says the same.
pub const VERSIONS: [&str; 1] = [
    "the first: 4-lane sums in one order everywhere, shards summed in their order, streams of ChaCha8",
];

/// The version that is known here.
pub const VERSION: u64 = VERSIONS.len() as u64;

/// Why a run of an older version cannot be verified, as a sentence; none for the version that is known here.
pub fn other_version(made: u64, here: u64) -> Option<String> {
    let meaning = |version: u64| {
        let index = usize::try_from(version).ok()?.checked_sub(1)?;
        VERSIONS.get(index).map(|text| format!(" ({text})"))
    };
    (made != here).then(|| {
        format!(
            "This was made with recipe version {made}{}; here it is version {here}{}. The same recipe means other \
             arithmetic now, so this run cannot be compared with it.",
            meaning(made).unwrap_or_default(),
            meaning(here).unwrap_or_default()
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_another_version_has_a_notice() {
        assert_eq!(other_version(1, 1), None);
        let sentence = other_version(1, 2).unwrap();
        assert!(
            sentence.starts_with("This was made with recipe version 1 (the first: 4-lane sums")
        );
        assert!(
            sentence.contains("; here it is version 2. The same recipe means other arithmetic now")
        );
    }
}
