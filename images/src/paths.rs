//! Paths of files: which are hidden, what names say of files, and which folders hold them.

use unicode_normalization::UnicodeNormalization;

use crate::error::ImagesError;
use crate::printable::printable;

/// The components of a path, from the outermost folder to the file's name. Names are normalized (NFC), because one file system
/// has é as one character and another as two.
///
/// # Errors
/// [`ImagesError::PathTraversal`], where it leads out of its folder.
pub fn components(path: &str) -> Result<Vec<String>, ImagesError> {
    // Programs on Windows may write backslashes.
    let path: String = path.replace('\\', "/").nfc().collect();
    let has_drive =
        matches!(path.as_bytes(), [drive, b':', b'/', ..] if drive.is_ascii_alphabetic());
    let parts: Vec<_> = path.split('/').collect();
    if path.starts_with('/') || has_drive || parts.contains(&"..") {
        return Err(ImagesError::PathTraversal(printable(&path)));
    }
    let named = parts.into_iter().filter(|part| !matches!(*part, "" | "."));
    Ok(named.map(printable).collect())
}

/// A text whose characters are composed (NFC), so that equal names are equal.
pub fn composed(text: &str) -> String {
    text.nfc().collect()
}

/// Whether it is one of the files that operating systems add to folders.
pub fn is_hidden(components: &[String]) -> bool {
    let hidden = |part: &String| part.starts_with('.') || part == "__MACOSX";
    let system_files = ["Thumbs.db", "desktop.ini"];
    components.iter().any(hidden)
        || components
            .last()
            .is_some_and(|name| system_files.contains(&name.as_str()))
}

/// What a file is that is known, and no image.
pub(crate) fn known_other(path: &str) -> Option<&'static str> {
    ends_in(path, &[".csv", ".tsv"]).then_some("it is a table, and tells no image's class")
}

/// Endings of the images that are read.
pub(crate) const IMAGE_ENDINGS: &[&str] = &[".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp"];

/// Whether a file is called as an image that is read.
pub(crate) fn is_named_as_image(path: &[String]) -> bool {
    path.last().is_some_and(|name| ends_in(name, IMAGE_ENDINGS))
}

pub(crate) fn ends_in(path: &str, endings: &[&str]) -> bool {
    let path = path.to_ascii_lowercase();
    endings.iter().any(|ending| path.ends_with(ending))
}

/// A file's name without its ending.
pub(crate) fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, _)) if !stem.is_empty() => stem,
        _ => name,
    }
}

/// How many leading folders all of them share.
pub fn common_prefix<'a>(folders: impl Iterator<Item = &'a [String]>) -> usize {
    let shared = folders.fold(None::<&[String]>, |shared, folder| match shared {
        None => Some(folder),
        Some(shared) => {
            let same = shared.iter().zip(folder).take_while(|(a, b)| a == b);
            let length = same.count();
            shared.get(..length)
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
            components("./animals\\cats//1.png").unwrap(),
            ["animals", "cats", "1.png"]
        );
        // é as two characters becomes é as one.
        assert_eq!(components("e\u{301}/1.png").unwrap(), ["\u{e9}", "1.png"]);
        assert_eq!(components("ねこ/1.png").unwrap()[0], "ねこ");
        assert_eq!(components("a\u{7}b/1.png").unwrap()[0], "a[U+0007]b");
        assert_eq!(components("A: good/1.png").unwrap()[0], "A: good");
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
            let refusal = components(path).unwrap_err().to_string();
            assert!(
                refusal.ends_with(
                    " is a path that leads out of the archive. Such an archive is not opened."
                ),
                "{refusal}"
            );
        }
        assert!(components("cats/..1.png").is_ok());
    }

    #[test]
    fn files_of_operating_systems_are_hidden() {
        let hidden = |path: &str| is_hidden(&components(path).unwrap());
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
        let shared = |paths: &[&str]| {
            let folders: Vec<Vec<String>> =
                paths.iter().map(|path| components(path).unwrap()).collect();
            common_prefix(folders.iter().map(Vec::as_slice))
        };
        assert_eq!(shared(&["a/b", "a/c"]), 1);
        assert_eq!(shared(&["a/b/c", "a/b"]), 2);
        assert_eq!(shared(&["a", "b"]), 0);
        assert_eq!(shared(&[]), 0);
    }
}
