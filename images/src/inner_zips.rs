//! The files of zips, and of zips within them, on their way into a collection.

use std::io::Cursor;

use crate::builder::CollectionBuilder;
use crate::error::ImagesError;
use crate::kinds::Kind;
use crate::limits;
use crate::paths::components;
use crate::zip_entries::{ZipEntries, ZipEntry};

/// What was unpacked of zips within others, all of them together.
#[derive(Debug, Default)]
pub(crate) struct InnerZips {
    /// How many hold the one that is being read.
    depth: usize,
    entries: usize,
    packed: u64,
    unpacked: u64,
}

impl CollectionBuilder {
    /// Adds the files of a zip within others. All such zips together may unpack to so many bytes as one that was given may.
    pub(crate) fn add_inner_zip(&mut self, path: &str, bytes: &[u8]) -> Result<(), ImagesError> {
        if self.inner.depth + 1 == limits::MAX_ZIP_DEPTH {
            let why = format!(
                "it lies in {} zips, one within the other",
                self.inner.depth + 1
            );
            return self.skip_file(path, &why);
        }
        let opened = ZipEntries::open(path, Cursor::new(bytes), bytes.len() as u64);
        let zip = match opened {
            Err(ImagesError::InvalidZip(_, why)) => {
                return self.skip_file(path, &format!("it cannot be read as a zip: {why}"));
            }
            opened => opened?,
        };
        if let Some(kind) = Kind::of_zip(zip.paths()) {
            self.left_out.add(kind, path.to_owned());
            return Ok(());
        }
        self.inner.packed += bytes.len() as u64;
        self.inner.entries += zip.progress().1;
        if self.inner.entries > limits::MAX_ENTRIES {
            let found = self.inner.entries;
            return Err(ImagesError::TooManyEntries { found });
        }
        let most = limits::max_unpacked(self.inner.packed);
        let mut zip = zip
            .limited(most.saturating_sub(self.inner.unpacked))
            .in_folder(Some(without_ending(path)));
        self.inner.depth += 1;
        while self.add_next_entry(&mut zip)? {}
        self.inner.depth -= 1;
        self.inner.unpacked += zip.unpacked();
        Ok(())
    }

    /// Adds the next file of a zip. False where there was none.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::add_file`] and [`ZipEntries::next_entry`].
    pub fn add_next_entry(&mut self, zip: &mut ZipEntries<'_>) -> Result<bool, ImagesError> {
        match self.take_entry(zip)? {
            Some(entry) => self.add_entry(entry)?,
            None => {
                self.end_zip(zip);
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Unpacks the next file of a zip, for [`Self::add_entry`], or [`Self::add_prepared`] where another thread decodes it. None at the end.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::announce`] and [`ZipEntries::next_entry`].
    pub fn take_entry(
        &mut self,
        zip: &mut ZipEntries<'_>,
    ) -> Result<Option<ZipEntry>, ImagesError> {
        if zip.progress().0 == 0 {
            self.announce(zip.paths())?;
            zip.set_for_browser(self.is_for_browser);
        }
        zip.next_entry()
    }

    /// Adds a file of a zip.
    ///
    /// # Errors
    /// Those of [`CollectionBuilder::add_file`].
    pub fn add_entry(&mut self, entry: ZipEntry) -> Result<(), ImagesError> {
        match (entry.contents, entry.kind) {
            (Ok(bytes), Some(kind)) if self.is_for_browser && kind.may_be_shown_by_browsers() => {
                self.for_browser.push((entry.path, bytes));
            }
            (_, Some(kind)) => {
                let path = components(&entry.path)?.join("/");
                self.leave_out(kind, path);
            }
            (Ok(bytes), None) => self.add_file(&entry.path, &bytes)?,
            (Err(why), None) if entry.are_arrays => {
                let path = components(&entry.path)?.join("/");
                self.arrays.fault(&path, &why);
            }
            (Err(why), None) => self.skip_file(&entry.path, &why)?,
        }
        Ok(())
    }

    /// Takes note of what is to be said of a zip whose files were added.
    pub fn end_zip(&mut self, zip: &ZipEntries<'_>) {
        self.notices.extend(zip.notice_of_repeated());
    }
}

/// The path of a zip without its ending.
fn without_ending(path: &str) -> &str {
    let at = path.len().saturating_sub(4);
    match path.get(at..) {
        Some(ending) if ending.eq_ignore_ascii_case(".zip") => path.get(..at).unwrap_or(path),
        _ => path,
    }
}
