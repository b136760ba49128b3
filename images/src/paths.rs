//! What a file's path says: whether it is meant, and which folder holds it.

use unicode_normalization::UnicodeNormalization;

use crate::error::ImagesError;

/// The parts of a path, from the outermost folder to the file's name. Names are composed (NFC), for one file system hands
/// out é as one character and another as two.
///
/// # Errors
/// [`ImagesError::Climbs`], where it leads out of where it lies.
pub fn parts(path: &str) -> Result<Vec<String>, ImagesError> {
    // What packs on Windows may write backslashes.
    let path: String = path.replace('\\', "/").nfc().collect();
    let drive = path.as_bytes().get(1) == Some(&b':');
    let parts: Vec<_> = path.split('/').collect();
    if path.starts_with('/') || drive || parts.contains(&"..") {
        return Err(ImagesError::Climbs(shown(&path)));
    }
    let meant = parts.into_iter().filter(|part| !matches!(*part, "" | "."));
    Ok(meant.map(shown).collect())
}

/// Whether it is one of the files that systems leave beside a person's own.
pub fn is_hidden(parts: &[String]) -> bool {
    let hidden = |part: &String| part.starts_with('.') || part == "__MACOSX";
    let noise = ["Thumbs.db", "desktop.ini"];
    parts.iter().any(hidden)
        || parts
            .last()
            .is_some_and(|name| noise.contains(&name.as_str()))
}

/// As it can stand in a sentence or a table: without control characters, and not endless.
fn shown(text: &str) -> String {
    let most = 200;
    let plain = text
        .chars()
        .map(|c| if c.is_control() { '\u{fffd}' } else { c });
    plain.take(most).collect()
}

/// How many folders all of them have in common.
pub fn common<'a>(folders: impl Iterator<Item = &'a [String]>) -> usize {
    let shared = folders.fold(None::<&[String]>, |shared, folder| match shared {
        None => Some(folder),
        Some(shared) => {
            let same = shared.iter().zip(folder).take_while(|(a, b)| a == b);
            let count = same.count();
            shared.get(..count)
        }
    });
    shared.map_or(0, <[String]>::len)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_every_system_writes_them() {
        assert_eq!(
            parts("./animals\\cats//1.png").unwrap(),
            ["animals", "cats", "1.png"]
        );
        // é as two characters becomes é as one.
        assert_eq!(parts("e\u{301}/1.png").unwrap(), ["\u{e9}", "1.png"]);
        assert_eq!(parts("ねこ/1.png").unwrap()[0], "ねこ");
        assert_eq!(parts("a\u{7}b/1.png").unwrap()[0], "a\u{fffd}b");
    }

    #[test]
    fn paths_that_climb_out_are_refused() {
        for path in [
            "../cats/1.png",
            "cats/../../1.png",
            "/etc/passwd",
            "C:\\cats\\1.png",
            "cats\\..\\1.png",
        ] {
            let told = parts(path).unwrap_err().to_string();
            assert!(
                told.ends_with(
                    " is a path that leads out of the archive. Such an archive is not opened."
                ),
                "{told}"
            );
        }
        assert!(parts("cats/..1.png").is_ok());
    }

    #[test]
    fn what_systems_leave_is_passed_over() {
        let hidden = |path: &str| is_hidden(&parts(path).unwrap());
        for path in [
            "__MACOSX/cats/._1.png",
            ".git/1.png",
            "cats/.DS_Store",
            "cats/Thumbs.db",
        ] {
            assert!(hidden(path), "{path}");
        }
        assert!(!hidden("cats/a.b.png"));
    }

    #[test]
    fn common_folders_are_counted() {
        let of = |paths: &[&str]| {
            let folders: Vec<Vec<String>> = paths.iter().map(|path| parts(path).unwrap()).collect();
            common(folders.iter().map(Vec::as_slice))
        };
        assert_eq!(of(&["a/b", "a/c"]), 1);
        assert_eq!(of(&["a/b/c", "a/b"]), 2);
        assert_eq!(of(&["a", "b"]), 0);
        assert_eq!(of(&[]), 0);
    }
}
