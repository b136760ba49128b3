//! The files of a zip, one by one. The limit is on the bytes that are unpacked, whatever headers claim.

use std::io::{Read, Seek, SeekFrom};

use zip::ZipArchive;
use zip::result::ZipError;

use crate::arrays::{self, are_arrays};
use crate::classes::Role;
use crate::decode::{too_large, too_long};
use crate::error::ImagesError;
use crate::kinds::Kind;
use crate::limits;
use crate::paths::{components, is_hidden};
use crate::printable::printable;
use crate::zip_names;

/// Bytes to be read anywhere in them.
pub(crate) trait ReadSeek: Read + Seek {}

impl<R: Read + Seek> ReadSeek for R {}

/// A zip that is being unpacked: by one code, wherever its bytes come from, because that code is long.
pub struct ZipEntries<'a> {
    /// For messages.
    name: String,
    pub(crate) archive: ZipArchive<Box<dyn ReadSeek + 'a>>,
    pub(crate) paths: Vec<String>,
    next: usize,
    pub(crate) unpacked: u64,
    pub(crate) limit: u64,
    /// Files with the name of an earlier one, which the list of files has in its place.
    repeated: usize,
    /// Where its files lie among those that were given.
    place: Place,
    /// Whether files are unpacked that some browsers show.
    for_browser: bool,
}

/// Where the files of a zip lie among others that were given.
#[derive(Debug, Default)]
struct Place {
    /// Of all files: the folder of the zip, and the zip's name where that says what they are for.
    parent: String,
    /// Of those that lie in no folder of the zip.
    folder: String,
}

/// A file of a zip.
#[derive(Debug, PartialEq, Eq)]
pub struct ZipEntry {
    /// Its path in the zip.
    pub path: String,
    /// Its contents, or why they cannot be unpacked.
    pub contents: Result<Vec<u8>, String>,
    /// Whether it begins as files of arrays do; false where it could not be opened.
    pub are_arrays: bool,
    /// What it is, where it begins as files do that are known and not read.
    pub kind: Option<&'static Kind>,
}

impl ZipEntry {
    /// Its contents, where they may be those of an image.
    pub fn image(&self) -> Option<&[u8]> {
        let is_other = self.are_arrays || self.kind.is_some();
        let contents = self.contents.as_deref().ok()?;
        (!is_other && !is_zip(contents)).then_some(contents)
    }
}

/// How a zip begins.
const MAGIC: &[u8] = b"PK\x03\x04";

/// Whether a file that begins so is a zip, and none of arrays (npz).
pub fn is_zip(start: &[u8]) -> bool {
    start.starts_with(MAGIC) && !are_arrays(start)
}

impl std::fmt::Debug for ZipEntries<'_> {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("ZipEntries")
            .field("paths", &self.paths)
            .finish_non_exhaustive()
    }
}

impl<'a> ZipEntries<'a> {
    /// Opens a zip of that many bytes and checks every path in it.
    ///
    /// # Errors
    /// [`ImagesError`], where it is no zip, or has too many entries, an encrypted one, or a path that leads out of it.
    pub fn open(name: &str, zip: impl Read + Seek + 'a, bytes: u64) -> Result<Self, ImagesError> {
        let mut zip: Box<dyn ReadSeek + 'a> = Box::new(zip);
        let invalid = |error: ZipError| ImagesError::InvalidZip(printable(name), describe(&error));
        let listed = listed_entries(&mut zip).unwrap_or(None);
        // Before the list is in memory.
        check_count(listed.unwrap_or(0))?;
        let mut archive = ZipArchive::new(zip).map_err(invalid)?;
        check_count(archive.len())?;
        let mut names = Vec::new();
        let mut encrypted = None;
        for index in 0..archive.len() {
            let entry = archive.by_index_raw(index).map_err(invalid)?;
            if encrypted.is_none() && entry.encrypted() {
                encrypted = Some(index);
            }
            names.push(entry.name_raw().to_vec());
        }
        let paths = zip_names::decode(&names);
        for (index, path) in paths.iter().enumerate() {
            components(path)?;
            if encrypted == Some(index) {
                return Err(ImagesError::Encrypted(printable(path)));
            }
        }
        let repeated = listed.map_or(0, |listed| listed.saturating_sub(paths.len()));
        Ok(ZipEntries {
            name: printable(name),
            archive,
            repeated,
            place: Place::default(),
            for_browser: false,
            paths,
            next: 0,
            unpacked: 0,
            limit: limits::max_unpacked(bytes),
        })
    }

    /// Says where the zip lies among the files that were given: its path, without the ending. Files that lie in no folder of it get its name
    /// as theirs, for of several zips each may be a class; and all files do where it says what they are for (`train.zip`).
    pub fn in_folder(self, path: Option<&str>) -> Self {
        let Some(path) = path else { return self };
        let (parent, name) = path.rsplit_once('/').unwrap_or(("", path));
        let prefix = match parent {
            "" => String::new(),
            parent => format!("{parent}/"),
        };
        let says_so = |path: &String| {
            let folder = path.split(['/', '\\']).next().and_then(Role::of);
            folder.is_some() && folder == Role::of(name)
        };
        let is_said = Role::of(name).is_none() || self.paths.iter().any(says_so);
        let folder = format!("{prefix}{name}/");
        let parent = if is_said { prefix } else { folder.clone() };
        ZipEntries {
            place: Place { parent, folder },
            ..self
        }
    }

    /// Has it unpack files, too, that are not read here and that some browsers show.
    pub(crate) fn set_for_browser(&mut self, for_browser: bool) {
        self.for_browser = for_browser;
    }

    /// Allows it to unpack to so many bytes at most, because others with it are unpacked too.
    pub(crate) fn limited(self, limit: u64) -> Self {
        ZipEntries {
            limit: limit.min(self.limit),
            ..self
        }
    }

    /// How many bytes were unpacked.
    pub(crate) fn unpacked(&self) -> u64 {
        self.unpacked
    }

    /// How many entries were read, folders included, and how many there are.
    pub fn progress(&self) -> (usize, usize) {
        (self.next, self.paths.len())
    }

    /// The paths of all entries.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.paths.iter().map(String::as_str)
    }

    /// A sentence about files of one name, of which the last was taken.
    pub fn notice_of_repeated(&self) -> Option<String> {
        match self.repeated {
            0 => None,
            1 => Some(
                "1 file in the zip has the name of another: of the two the last was taken.".into(),
            ),
            count => Some(format!(
                "{count} files in the zip have the name of another: of each name the last was taken."
            )),
        }
    }

    /// The contents of requested files, in the order of their names, in any folder; nothing else is unpacked. `sizes` are the most bytes of
    /// each.
    ///
    /// # Errors
    /// [`ImagesError`], where one is not there, is too long or cannot be unpacked.
    pub fn extract(
        &mut self,
        name: &str,
        names: &[String],
        sizes: &[u64],
    ) -> Result<Vec<Vec<u8>>, ImagesError> {
        let mut extracted = Vec::new();
        for (wanted, limit) in names.iter().zip(sizes) {
            let is_wanted = |path: &String| {
                components(path)
                    .is_ok_and(|parts| !is_hidden(&parts) && parts.last() == Some(wanted))
            };
            let Some(index) = self.paths.iter().position(is_wanted) else {
                return Err(ImagesError::MissingInTar(printable(name), wanted.clone()));
            };
            let invalid = |why: String| {
                ImagesError::InvalidZip(printable(name), format!("{wanted} in it: {why}"))
            };
            let mut entry = self
                .archive
                .by_index(index)
                .map_err(|error| invalid(describe_entry(&error)))?;
            let mut contents = Vec::new();
            read_up_to(&mut entry, *limit, &mut contents)
                .map_err(|why| invalid(why.to_string()))?;
            if contents.len() as u64 > *limit {
                return Err(invalid(too_long(*limit)));
            }
            extracted.push(contents);
        }
        Ok(extracted)
    }

    /// The next file that is not hidden; none at the end.
    ///
    /// # Errors
    /// [`ImagesError::ZipBomb`], where the limit of unpacked bytes is exceeded.
    pub fn next_entry(&mut self) -> Result<Option<ZipEntry>, ImagesError> {
        while let Some(path) = self.paths.get(self.next).cloned() {
            let index = self.next;
            self.next += 1;
            let parts = components(&path)?;
            if is_hidden(&parts) {
                continue;
            }
            let Place { parent, folder } = &self.place;
            let path = match parts.len() {
                1 => format!("{folder}{path}"),
                _ => format!("{parent}{path}"),
            };
            let mut entry = match self.archive.by_index(index) {
                Ok(entry) if entry.is_dir() || entry.is_symlink() => continue,
                Ok(entry) => entry,
                Err(ZipError::Io(why)) if why.kind() == SOURCE_FAILED => {
                    return Err(ImagesError::Unreadable(self.name.clone(), why.to_string()));
                }
                Err(error) => {
                    let contents = Err(describe_entry(&error));
                    return Ok(Some(ZipEntry {
                        path,
                        contents,
                        are_arrays: false,
                        kind: None,
                    }));
                }
            };
            let remaining = self.limit - self.unpacked;
            let mut contents = Vec::new();
            let start = remaining.min(arrays::START as u64 - 1);
            let mut read = read_up_to(&mut entry, start, &mut contents);
            let are_arrays = are_arrays(&contents);
            let kind = Kind::of(&contents, &path).filter(|_| !are_arrays);
            let (longest, by_size): (_, fn(u64) -> String) = match are_arrays {
                true => (limits::MAX_ARRAY_BYTES, arrays::too_large_by_size),
                false if is_zip(&contents) => (limits::MAX_INNER_ZIP_BYTES, inner_too_large),
                false => (limits::MAX_FILE_BYTES, too_large),
            };
            let limit = longest.min(remaining);
            let claimed = entry.size();
            // What the list claims is believed where it is too much.
            let is_claimed = claimed > longest;
            // Files that are known and not read are not unpacked further.
            let is_for_browser =
                self.for_browser && kind.is_some_and(Kind::may_be_shown_by_browsers);
            if kind.is_some() && !is_for_browser && read.is_ok() {
                self.unpacked += (contents.len() as u64).min(remaining);
                return Ok(Some(ZipEntry {
                    path,
                    contents: Ok(contents),
                    are_arrays,
                    kind,
                }));
            }
            if read.is_ok() && !is_claimed && contents.len() as u64 > start {
                contents.reserve_exact((claimed.min(limit) + 1).saturating_sub(start) as usize);
                read = read_up_to(&mut entry, limit, &mut contents);
            }
            self.unpacked += (contents.len() as u64).min(remaining);
            let is_beyond = contents.len() as u64 > limit;
            if is_beyond && limit < longest {
                return Err(ImagesError::ZipBomb(self.limit));
            }
            if let Err(why) = &read
                && why.kind() == SOURCE_FAILED
            {
                return Err(ImagesError::Unreadable(self.name.clone(), why.to_string()));
            }
            let contents = match read {
                _ if is_claimed => Err(by_size(claimed)),
                _ if is_beyond => Err(too_long(longest)),
                Ok(_) => Ok(contents),
                Err(why) => Err(format!("it cannot be unpacked: {why}")),
            };
            return Ok(Some(ZipEntry {
                path,
                kind: kind.filter(|_| contents.is_ok()),
                contents,
                are_arrays,
            }));
        }
        Ok(None)
    }
}

/// The kind of the error that where a zip is read from failed, not what is in it: it was changed or taken away meanwhile.
pub(crate) const SOURCE_FAILED: std::io::ErrorKind = std::io::ErrorKind::ConnectionAborted;

/// The reason for a zip within a zip of so many bytes, which is not opened.
fn inner_too_large(bytes: u64) -> String {
    format!(
        "it has {}, and a zip within another has {} at most: give it by itself",
        limits::in_words(bytes),
        limits::in_words(limits::MAX_INNER_ZIP_BYTES)
    )
}

/// Reads on until there is one byte more than allowed, or no more.
pub(crate) fn read_up_to(
    entry: &mut impl Read,
    limit: u64,
    contents: &mut Vec<u8>,
) -> std::io::Result<usize> {
    let more = (limit + 1).saturating_sub(contents.len() as u64);
    entry.take(more).read_to_end(contents)
}

fn check_count(found: usize) -> Result<(), ImagesError> {
    match found > limits::MAX_ENTRIES {
        true => Err(ImagesError::TooManyEntries { found }),
        false => Ok(()),
    }
}

/// How many entries the end of a zip says that its list has; `None` where it does not say.
fn listed_entries(zip: &mut (impl Read + Seek)) -> std::io::Result<Option<usize>> {
    const RECORD: usize = 22;
    let length = zip.seek(SeekFrom::End(0))?;
    // A comment of any length may follow the record.
    let start = length.saturating_sub(RECORD as u64 + u64::from(u16::MAX));
    zip.seek(SeekFrom::Start(start))?;
    let mut end = Vec::new();
    zip.take(RECORD as u64 + u64::from(u16::MAX))
        .read_to_end(&mut end)?;
    zip.rewind()?;
    let record = end
        .windows(RECORD)
        .rev()
        .find(|record| record.starts_with(b"PK\x05\x06"));
    let count = record.map(|record| u16::from_le_bytes([record[10], record[11]]));
    if count != Some(u16::MAX) {
        return Ok(count.map(usize::from));
    }
    // The record of zips with more has the number in 8 bytes.
    const LARGE_RECORD: usize = 56;
    let record = end
        .windows(LARGE_RECORD)
        .rev()
        .find(|record| record.starts_with(b"PK\x06\x06"));
    let count = record.and_then(|record| record[32..40].try_into().ok());
    Ok(count.and_then(|count| usize::try_from(u64::from_le_bytes(count)).ok()))
}

/// Why a zip as a whole cannot be read.
fn describe(error: &ZipError) -> String {
    match error {
        ZipError::Io(error) if error.kind() != std::io::ErrorKind::UnexpectedEof => {
            error.to_string()
        }
        _ => "it has no sound list of its files at its end".into(),
    }
}

/// Why an entry cannot be unpacked.
fn describe_entry(error: &ZipError) -> String {
    match error {
        ZipError::CompressionMethodNotSupported(_) | ZipError::UnsupportedArchive(_) => {
            "it is packed in a way that is not known here".into()
        }
        error => format!("it cannot be unpacked: {error}"),
    }
}
