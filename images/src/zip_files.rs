//! The files of a zip by their names, each read when its turn comes: a network is asked about files, of which a collection knows no more.

use zip::CompressionMethod;

use crate::limits;
use crate::paths::{components, is_hidden};
use crate::zip_entries::{ZipEntries, read_up_to};

/// The reason for what was not packed so.
const DAMAGED: &str = "it is damaged in the zip";

impl ZipEntries<'_> {
    /// The files that are not hidden, by their places in the zip, in the order of their names' code points.
    pub fn files(&self) -> Vec<(usize, String)> {
        let paths = self.paths().map(|path| path.replace('\\', "/"));
        let is_file = |path: &str| {
            let parts = components(path).unwrap_or_default();
            !path.ends_with('/') && !is_hidden(&parts)
        };
        let mut files: Vec<_> = paths.enumerate().filter(|file| is_file(&file.1)).collect();
        files.sort_by(|a, b| a.1.cmp(&b.1));
        files
    }

    /// Unpacks the file of an image, by its place.
    ///
    /// # Errors
    /// Why it cannot be, as the end of a sentence: it is damaged or too large, or the zip unpacks to more than photographs do.
    pub fn read(&mut self, place: usize) -> Result<Vec<u8>, String> {
        let raw = self.archive.by_index_raw(place);
        let (method, claimed) = raw
            .map(|entry| {
                let claimed = entry.size().max(entry.compressed_size());
                (entry.compression(), claimed)
            })
            .map_err(|_| DAMAGED)?;
        if claimed > limits::MAX_FILE_BYTES {
            return Err(crate::decode::too_large(claimed));
        }
        if !matches!(
            method,
            CompressionMethod::Stored | CompressionMethod::Deflated
        ) {
            return Err("it is packed in a way that is not known here".into());
        }
        let left = self.limit.saturating_sub(self.unpacked);
        let limit = limits::MAX_FILE_BYTES.min(left);
        let mut contents = Vec::new();
        let mut entry = self.archive.by_index(place).map_err(|_| DAMAGED)?;
        let size = entry.size();
        let read = read_up_to(&mut entry, limit, &mut contents);
        drop(entry);
        self.unpacked += contents.len() as u64;
        if self.unpacked > self.limit {
            return Err("the zip unpacks to more than any folder of photographs does".into());
        }
        match read {
            Ok(_) if contents.len() as u64 == size => Ok(contents),
            _ => Err(DAMAGED.into()),
        }
    }
}
