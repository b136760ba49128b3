//! One target directory for several checkouts: cargo takes a package for built if no source of it is younger than the
//! build, whichever checkout that was of, so what another checkout left behind must not be taken for this one's.

use std::fs::{self, File};
use std::path::Path;
use std::time::SystemTime;

use crate::Outcome;
use crate::places::Places;

/// A source of each of our packages that everything else in the package is built after.
const ROOTS: [&str; 4] = [
    "crate/src/lib.rs",
    "images/src/lib.rs",
    "xtask/src/main.rs",
    "xtask/bindings/src/main.rs",
];

/// Has our packages built anew if the last build in the target directory was another checkout's.
pub fn claim(places: &Places) -> Outcome<()> {
    claim_for(&places.root, &places.target)
}

fn claim_for(checkout: &Path, target: &Path) -> Outcome<()> {
    let owner = target.join("checkout.txt");
    let cannot = |path: &Path, why| format!("{} cannot be written: {why}.", path.display());
    let name = checkout.to_string_lossy();
    if fs::read_to_string(&owner).is_ok_and(|last| last == name) {
        return Ok(());
    }
    for source in ROOTS {
        let source = checkout.join(source);
        File::options()
            .append(true)
            .open(&source)
            .and_then(|file| file.set_modified(SystemTime::now()))
            .map_err(|why| cannot(&source, why))?;
    }
    fs::create_dir_all(target).map_err(|why| cannot(target, why))?;
    fs::write(&owner, name.as_bytes()).map_err(|why| cannot(&owner, why))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::path::PathBuf;
    use std::time::Duration;

    /// A checkout whose sources are a day old.
    fn checkout(folder: &Path, name: &str) -> PathBuf {
        let checkout = folder.join(name);
        for source in ROOTS {
            let source = checkout.join(source);
            fs::create_dir_all(source.parent().unwrap()).unwrap();
            let file = File::create(&source).unwrap();
            file.set_modified(SystemTime::now() - Duration::from_secs(86_400))
                .unwrap();
        }
        checkout
    }

    /// How many sources cargo would find younger than a build of an hour ago.
    fn young(checkout: &Path) -> usize {
        let build = SystemTime::now() - Duration::from_secs(3_600);
        let written = ROOTS.map(|source| checkout.join(source).metadata().unwrap().modified());
        written
            .into_iter()
            .filter(|time| *time.as_ref().unwrap() > build)
            .count()
    }

    #[test]
    fn what_another_checkout_built_is_built_anew() {
        let folder = env::temp_dir().join(format!("bunsen-shared-{}", std::process::id()));
        let target = folder.join("target");
        let (one, other) = (checkout(&folder, "one"), checkout(&folder, "other"));

        claim_for(&one, &target).unwrap();
        assert_eq!((young(&one), young(&other)), (ROOTS.len(), 0));
        claim_for(&other, &target).unwrap();
        assert_eq!(young(&other), ROOTS.len());

        // One that goes on building leaves its sources alone.
        let again = checkout(&folder, "other");
        claim_for(&again, &target).unwrap();
        assert_eq!(young(&again), 0);
        fs::remove_dir_all(&folder).unwrap();
    }
}
