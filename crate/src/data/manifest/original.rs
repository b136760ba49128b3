//! What is stated publicly of a data set's files as they are downloaded.

/// A file as it is published: one of the data set's files, packed, or an archive of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    /// Its name: that of one of the data set's files, or that of an archive, which holds all.
    pub name: &'static str,
    /// Its size, in bytes, as it is downloaded.
    pub bytes: u64,
    /// Its SHA-256 as it is downloaded, in hexadecimal.
    pub sha256: &'static str,
}
