//! Files that are known and not read, told by what they hold: each kind is counted in one sentence, which says the way out.

use crate::error::list_some;
use crate::paths::ends_in;

/// A kind of file that is not read.
#[derive(Debug, PartialEq, Eq)]
pub struct Kind {
    /// What one is called, and several.
    nouns: [&'static str; 2],
    /// What to do, as a sentence without its full stop.
    way: &'static str,
}

const AS_JPEG: &str = "Save them as JPEG, and give those";
const AS_PNG: &str = "Save them as PNG, and give those";

static HEIC: Kind = Kind {
    nouns: ["HEIC photo was", "HEIC photos were"],
    way: "Save them as JPEG, and give those (an iPhone takes JPEG where Settings, Camera, Formats says Most Compatible)",
};
static AVIF: Kind = Kind {
    nouns: ["AVIF image was", "AVIF images were"],
    way: AS_PNG,
};
static RAW: Kind = Kind {
    nouns: ["raw photo was", "raw photos were"],
    way: "Export them as JPEG from the camera's program, and give those",
};
static TIFF: Kind = Kind {
    nouns: ["TIFF image was", "TIFF images were"],
    way: AS_PNG,
};
static JPEG_XL: Kind = Kind {
    nouns: ["JPEG XL image was", "JPEG XL images were"],
    way: AS_JPEG,
};
static JPEG_2000: Kind = Kind {
    nouns: ["JPEG 2000 image was", "JPEG 2000 images were"],
    way: AS_JPEG,
};
static DICOM: Kind = Kind {
    nouns: ["DICOM image was", "DICOM images were"],
    way: AS_PNG,
};
static NETPBM: Kind = Kind {
    nouns: ["Netpbm image was", "Netpbm images were"],
    way: AS_PNG,
};
static PHOTOSHOP: Kind = Kind {
    nouns: ["Photoshop file was", "Photoshop files were"],
    way: AS_PNG,
};
static ICON: Kind = Kind {
    nouns: ["icon was", "icons were"],
    way: AS_PNG,
};
static SVG: Kind = Kind {
    nouns: ["SVG drawing was", "SVG drawings were"],
    way: "Export them as PNG, and give those",
};
static PDF: Kind = Kind {
    nouns: ["PDF file was", "PDF files were"],
    way: "Save their pages as PNG, and give those",
};
static VIDEO: Kind = Kind {
    nouns: ["video was", "videos were"],
    way: "Save single frames as JPEG, and give those",
};
static DOCUMENT: Kind = Kind {
    nouns: ["document was", "documents were"],
    way: "Save the pictures in them as files, and give those",
};
static ARCHIVE: Kind = Kind {
    nouns: ["archive was", "archives were"],
    way: "Unpack them and give the folder, or a zip: RAR, 7z and tar are not opened",
};
static WEIGHTS: Kind = Kind {
    nouns: ["file of weights was", "files of weights were"],
    way: "They are no images",
};
static WEB_PAGE: Kind = Kind {
    nouns: ["web page was", "web pages were"],
    way: "Whoever fetches an image and is not let in gets a page: fetch them again",
};

/// Endings of TIFF files that are what a camera's sensor saw: only the camera's program makes a picture of them.
const RAW_ENDINGS: [&str; 9] = [
    ".cr2", ".nef", ".nrw", ".dng", ".arw", ".sr2", ".pef", ".srw", ".3fr",
];

impl Kind {
    /// The kind of a file that begins so, where it is one that is known and not read. Names are asked where contents are alike alone: a
    /// camera's raw photos are TIFF files.
    pub fn of(start: &[u8], name: &str) -> Option<&'static Self> {
        let starts = |magic: &[u8]| start.starts_with(magic);
        let at = |from: usize, magic: &[u8]| {
            start
                .get(from..)
                .is_some_and(|rest| rest.starts_with(magic))
        };
        if at(4, b"ftyp") {
            return Some(by_brand(start));
        }
        if starts(b"II*\0") || starts(b"MM\0*") {
            let is_raw = at(8, b"CR") || ends_in(name, &RAW_ENDINGS);
            return Some(if is_raw { &RAW } else { &TIFF });
        }
        let magics: [(&'static Kind, &[&[u8]]); 11] = [
            (
                &RAW,
                &[
                    b"FUJIFILMCCD-RAW",
                    b"IIRO",
                    b"IIRS",
                    b"MMOR",
                    b"IIU\0",
                    b"FOVb",
                ],
            ),
            (&TIFF, &[b"II+\0", b"MM\0+"]),
            (&JPEG_XL, &[b"\xff\x0a", b"\0\0\0\x0cJXL "]),
            (&JPEG_2000, &[b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51"]),
            (&PHOTOSHOP, &[b"8BPS"]),
            (&ICON, &[b"\0\0\x01\0", b"\0\0\x02\0"]),
            (&PDF, &[b"%PDF-"]),
            (
                &VIDEO,
                &[
                    b"\x1a\x45\xdf\xa3",
                    b"\0\0\x01\xba",
                    b"\0\0\x01\xb3",
                    b"FLV\x01",
                    b"\x30\x26\xb2\x75",
                ],
            ),
            (
                &ARCHIVE,
                &[
                    b"Rar!\x1a\x07",
                    b"7z\xbc\xaf\x27\x1c",
                    b"\x1f\x8b",
                    b"BZh",
                    b"\xfd7zXZ",
                ],
            ),
            (&DOCUMENT, &[b"\xd0\xcf\x11\xe0", b"{\\rtf"]),
            (&WEIGHTS, &[b"\x89HDF\r\n"]),
        ];
        let found = magics
            .iter()
            .find(|(_, magics)| magics.iter().any(|magic| starts(magic)));
        if let Some((kind, _)) = found {
            return Some(kind);
        }
        if starts(b"RIFF") && at(8, b"AVI ") {
            return Some(&VIDEO);
        }
        if at(128, b"DICM") {
            return Some(&DICOM);
        }
        if at(257, b"ustar") {
            return Some(&ARCHIVE);
        }
        if let [b'P', b'1'..=b'7', space, ..] = start
            && space.is_ascii_whitespace()
        {
            return Some(&NETPBM);
        }
        of_markup(start)
    }

    /// Whether there are browsers that show such images.
    pub fn may_be_shown_by_browsers(&self) -> bool {
        [&HEIC, &AVIF, &JPEG_XL, &TIFF].contains(&self)
    }

    /// Why one file of the kind is not read, as the end of a sentence: "HEIC photo: Save them as JPEG, and give those".
    pub(crate) fn why(&self) -> String {
        let noun = self.nouns[0];
        format!(
            "{}: {}",
            noun.strip_suffix(" was").unwrap_or(noun),
            self.way
        )
    }

    /// The kind of a zip that is no folder of images, by the names in it: documents and weights are zips too.
    pub fn of_zip<'a>(mut names: impl Iterator<Item = &'a str>) -> Option<&'static Self> {
        names.find_map(|name| match name {
            "[Content_Types].xml" | "mimetype" | "META-INF/container.xml" => Some(&DOCUMENT),
            _ if ends_in(name, &["/data.pkl", "model.weights.h5"]) => Some(&WEIGHTS),
            _ => None,
        })
    }
}

/// What begins as MP4 files do: the four letters behind say what it is.
fn by_brand(start: &[u8]) -> &'static Kind {
    const HEIF: [&[u8]; 8] = [
        b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1",
    ];
    let length = start
        .iter()
        .take(4)
        .fold(0, |length, byte| length << 8 | usize::from(*byte));
    let brands = start.get(8..length.min(start.len())).unwrap_or_default();
    let mut compatible = brands.chunks(4);
    // Of AVIF files the first brand may be HEIF's general one.
    if compatible.any(|brand| matches!(brand, b"avif" | b"avis")) {
        return &AVIF;
    }
    match brands.get(..4) {
        Some(brand) if HEIF.contains(&brand) => &HEIC,
        Some(b"crx ") => &RAW,
        Some(b"jxl ") => &JPEG_XL,
        _ => &VIDEO,
    }
}

/// What is written in tags.
fn of_markup(start: &[u8]) -> Option<&'static Kind> {
    let start = &start[..start.len().min(1024)];
    let text = String::from_utf8_lossy(start).to_ascii_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if !text.starts_with('<') {
        return None;
    }
    if text.contains("<svg") {
        return Some(&SVG);
    }
    let is_page = text.starts_with("<!doctype html") || text.contains("<html");
    is_page.then_some(&WEB_PAGE)
}

/// Files of known kinds that were left out, by their kind in the order in which kinds were met.
#[derive(Debug, Default)]
pub(crate) struct LeftOut(Vec<(&'static Kind, Vec<String>)>);

impl LeftOut {
    pub fn add(&mut self, kind: &'static Kind, path: String) {
        match self.0.iter_mut().find(|(other, _)| *other == kind) {
            Some((_, paths)) => paths.push(path),
            None => self.0.push((kind, vec![path])),
        }
    }

    /// A sentence of each kind, in the order of their names.
    pub fn notices(mut self) -> Vec<String> {
        self.0.sort_by_key(|(kind, _)| kind.nouns);
        let notice = |(kind, mut paths): (&'static Kind, Vec<String>)| {
            paths.sort();
            let count = paths.len();
            let noun = kind.nouns[usize::from(count > 1)];
            let named = list_some(paths.into_iter());
            format!("{count} {noun} left out: {named}. {}.", kind.way)
        };
        self.0.into_iter().map(notice).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nouns(start: &[u8], name: &str) -> &'static str {
        Kind::of(start, name).map_or("", |kind| kind.nouns[0])
    }

    #[test]
    fn contents_tell_kinds_and_names_do_not() {
        for (start, name, expected) in [
            (
                &b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..],
                "a.jpg",
                "HEIC photo was",
            ),
            (
                b"\0\0\0\x18ftypmif1\0\0\0\0avifmif1",
                "a.heic",
                "AVIF image was",
            ),
            (
                b"\0\0\0\x1cftypavif\0\0\0\0avifmif1miaf",
                "a",
                "AVIF image was",
            ),
            (
                b"\0\0\0\x18ftypcrx \0\0\0\0crx isom",
                "a.cr3",
                "raw photo was",
            ),
            (b"\0\0\0\x14ftypqt  \0\0\0\0qt  ", "a.mov", "video was"),
            (b"\0\0\0\x18ftypmp42\0\0\0\0isommp42", "a.mp4", "video was"),
            (b"RIFF\0\0\0\0AVI LIST", "a.avi", "video was"),
            (b"\x1a\x45\xdf\xa3\x01", "a.webm", "video was"),
            (b"II*\0\x10\0\0\0CR\x02\0", "a", "raw photo was"),
            (b"MM\0*\0\0\0\x08", "a.NEF", "raw photo was"),
            (b"II*\0\x08\0\0\0", "a.jpg", "TIFF image was"),
            (b"%PDF-1.7\n", "a.png", "PDF file was"),
            (
                b"<?xml version=\"1.0\"?>\n<svg xmlns=\"http://www.w3.org/2000/svg\">",
                "a",
                "SVG drawing was",
            ),
            (
                b"\xef\xbb\xbf <!DOCTYPE html><title>Sign in",
                "a.jpg",
                "web page was",
            ),
            (b"P5\n28 28\n255\n", "a.pgm", "Netpbm image was"),
            (b"Rar!\x1a\x07\x01\0", "a.cbr", "archive was"),
            (b"\x89PNG\r\n\x1a\n", "a.png", ""),
            (b"\xff\xd8\xff\xe0", "a.tif", ""),
            (b"notes < 3", "a.txt", ""),
            (b"", "a.heic", ""),
        ] {
            assert_eq!(nouns(start, name), expected, "{name}");
        }
    }

    #[test]
    fn each_kind_is_counted_in_one_sentence() {
        let mut left_out = LeftOut::default();
        for number in (0..12).rev() {
            left_out.add(&HEIC, format!("a/{number:02}.heic"));
        }
        left_out.add(&AVIF, "a.avif".into());
        assert_eq!(
            left_out.notices(),
            [
                "1 AVIF image was left out: a.avif. Save them as PNG, and give those.",
                "12 HEIC photos were left out: a/00.heic, a/01.heic, a/02.heic, a/03.heic, a/04.heic and 7 more. Save them as JPEG, and give those (an iPhone takes JPEG where Settings, Camera, Formats says Most Compatible)."
            ]
        );
    }
}
