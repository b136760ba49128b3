//! What can be wrong with data, as sentences for a person.

/// Why a data set could not be had. Every message names the file, says what was found and what would be right.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// No remote data set has this name.
    #[error("There is no data set \"{name}\" to be fetched; there is {known}.")]
    UnknownSet {
        /// The name that was asked for.
        name: String,
        /// The names there are.
        known: String,
    },
    /// Images that are not drawn.
    #[error("The images of {name} are not drawn: they come from files.")]
    NotDrawn {
        /// The data set.
        name: String,
    },
    /// A data set has no such file.
    #[error("The data set {name} has no file \"{file}\"; it has {known}.")]
    UnknownFile {
        /// The data set.
        name: String,
        /// The path that was asked for.
        file: String,
        /// The paths there are.
        known: String,
    },
    /// The wrong number of files was given.
    #[error(
        "{name} is read from {expected} files, but {found} were given; give them in the manifest's order."
    )]
    FileCount {
        /// The data set.
        name: String,
        /// How many files were given.
        found: usize,
        /// How many make up the data set.
        expected: usize,
    },
    /// An empty file.
    #[error(
        "{file}: the file is empty; a download that broke off leaves such a file, so fetch it again."
    )]
    Empty {
        /// The file.
        file: String,
    },
    /// A web page in the place of the data.
    #[error(
        "{file}: this is a web page, not the data (it starts with \"{start}\"); the address it came from may be wrong or moved."
    )]
    WebPage {
        /// The file.
        file: String,
        /// Its first characters.
        start: String,
    },
    /// A gzip stream that is damaged or cut off.
    #[error("{file}: the gzip data is {fault}; fetch the file again.")]
    Gzip {
        /// The file.
        file: String,
        /// What is wrong, as it continues "the gzip data is".
        fault: String,
    },
    /// Bytes after the end of a gzip stream.
    #[error(
        "{file}: {count} bytes that are not gzip data follow the end of the gzip data; it should end there. Fetch the file again."
    )]
    GzipTrailing {
        /// The file.
        file: String,
        /// How many bytes follow.
        count: usize,
    },
    /// A gzip stream that unpacks to more than the file's size.
    #[error(
        "{file}: unpacks to more than the {limit} bytes it should hold, so it was not unpacked further."
    )]
    TooLong {
        /// The file.
        file: String,
        /// How many bytes it should hold at most.
        limit: usize,
    },
    /// A file whose unpacked size is not the listed one.
    #[error(
        "{file}: {found} bytes, but {expected} are right; the download may have broken off, so fetch it again."
    )]
    Size {
        /// The file.
        file: String,
        /// Its size, unpacked.
        found: usize,
        /// The listed size.
        expected: usize,
    },
    /// A file whose digest is not the listed one.
    #[error("{file}: the checksum (SHA-256) of its contents is {}…, but {}… is right; it is damaged or another file, and is not used.", short(.found), short(.expected))]
    Checksum {
        /// The file.
        file: String,
        /// Its digest, in hexadecimal.
        found: String,
        /// The listed digest, in hexadecimal.
        expected: String,
    },
    /// A file under the name of another.
    #[error("{file}: this is {found} of {name}, under another name; give each file under its own.")]
    Misnamed {
        /// The file, as it was called.
        file: String,
        /// What its contents are.
        found: String,
        /// The data set that they are of.
        name: String,
    },
    /// A file in the place of another.
    #[error(
        "{name} is read from its files in the manifest's order, but {found} was given in the place of {expected}."
    )]
    FileOrder {
        /// The data set.
        name: String,
        /// The file that was given.
        found: String,
        /// The file whose place it is.
        expected: String,
    },
    /// An IDX file that ends within its header.
    #[error("{file}: ends after {found} bytes, within its header of {expected} bytes.")]
    HeaderCut {
        /// The file.
        file: String,
        /// Its size.
        found: usize,
        /// The size of the header.
        expected: usize,
    },
    /// An IDX file with another magic number.
    #[error("{file}: the magic number is 0x{found:08x}, but {kind} have 0x{expected:08x}{hint}")]
    Magic {
        /// The file.
        file: String,
        /// The number found.
        found: u32,
        /// The number for what was expected.
        expected: u32,
        /// What was expected: "images" or "labels".
        kind: &'static str,
        /// The end of the sentence, with a guess at what the file is.
        hint: &'static str,
    },
    /// An IDX file without items.
    #[error("{file}: its header says that it holds no {kind}; there should be at least one.")]
    None {
        /// The file.
        file: String,
        /// What it should hold: "images" or "labels".
        kind: &'static str,
    },
    /// An IDX file of images of another size.
    #[error(
        "{file}: its images have {rows} rows and {columns} columns, but {height} rows and {width} columns are right."
    )]
    Shape {
        /// The file.
        file: String,
        /// Rows by its header.
        rows: u32,
        /// Columns by its header.
        columns: u32,
        /// The right number of rows.
        height: u32,
        /// The right number of columns.
        width: u32,
    },
    /// An IDX file whose size does not follow from its header.
    #[error("{file}: its header announces {items}, that is {expected} bytes in all, but the file has {found}; it {}.", if u128::from(*found as u64) < *expected { "is cut off" } else { "has bytes left over" })]
    Length {
        /// The file.
        file: String,
        /// What the header announces, in words.
        items: String,
        /// The size of the file.
        found: usize,
        /// The size that the header announces.
        expected: u128,
    },
    /// Images and labels that do not pair up.
    #[error(
        "{images_file} holds {images} images, but {labels_file} holds {labels} labels; there should be one label for each image."
    )]
    Pairing {
        /// The file of images.
        images_file: String,
        /// How many images.
        images: usize,
        /// The file of labels.
        labels_file: String,
        /// How many labels.
        labels: usize,
    },
    /// A file that does not hold whole records.
    #[error(
        "{file}: {found} bytes are {} whole records of {record} bytes and {} bytes of record {} (counted from 0); a file holds whole records.", .found / .record, .found % .record, .found / .record
    )]
    RecordCut {
        /// The file.
        file: String,
        /// The size of the file.
        found: usize,
        /// The size of a record.
        record: usize,
    },
    /// A file with another number of records.
    #[error("{file}: holds {found} records, but {expected} are right.")]
    RecordCount {
        /// The file.
        file: String,
        /// How many records it holds.
        found: usize,
        /// How many it should hold.
        expected: usize,
    },
    /// A label that is no class.
    #[error("{file}: {item} {position} (counted from 0) is {found}, but labels go from 0 to {}.", .classes - 1)]
    Label {
        /// The file.
        file: String,
        /// What is counted, as it stands in the sentence: "label number".
        item: &'static str,
        /// Which of them.
        position: usize,
        /// Its value.
        found: u8,
        /// How many classes there are.
        classes: usize,
    },
    /// A known data set's file in the place of another's.
    #[error("{file}: this is {found} of {name}, and no file of this data set.")]
    OtherSet {
        /// The file.
        file: String,
        /// The path of the file that it is.
        found: String,
        /// The data set that it is of.
        name: String,
    },
    /// A file with the examples of a part of a data set, or of another one.
    #[error(
        "{file}: {found} {role} are in it, and {expected} are right; fewer or others can be trained on as images of one's own."
    )]
    ExampleCount {
        /// The file.
        file: String,
        /// What it holds, in words.
        role: &'static str,
        /// How many.
        found: usize,
        /// How many are right.
        expected: usize,
    },
    /// Labels that are not those of a data set whose classes are equally large.
    #[error(
        "{name} has {expected} images of each class here, and {file} has {found} of {class}: it is damaged, or of another data set."
    )]
    Unbalanced {
        /// The data set.
        name: &'static str,
        /// The file with the labels.
        file: String,
        /// The class's name.
        class: &'static str,
        /// How many images it has.
        found: usize,
        /// How many are right.
        expected: usize,
    },
    /// A data set from files that are not those of the link.
    #[error(
        "These are not the files that the link is of: the digest of the {name} here is {found}, the link's is {wanted}. One of the two is not the original."
    )]
    GivenDigest {
        /// The data set.
        name: String,
        /// The digest of what was given.
        found: String,
        /// The recipe's.
        wanted: String,
    },
    /// A custom data set whose images were not given.
    #[error(
        "{what} Give the folder or the zip that holds them: images are PNG, JPEG, WebP, GIF or BMP files, in a folder for each class."
    )]
    CustomMissing {
        /// Which images are missing, as sentences.
        what: String,
    },
    /// A custom data set with another digest than the recipe's.
    #[error(
        "These are not the images that the link is of: their digest is {found}, the link's is {wanted}. A file may have been added, changed or taken away."
    )]
    CustomDigest {
        /// The digest of the images that were given.
        found: String,
        /// The recipe's.
        wanted: String,
    },
    /// A custom data set of another image shape than the recipe's.
    #[error(
        "These images were made {found}, but the link is of images {wanted}. Give the folder again."
    )]
    CustomShape {
        /// The shape of the images that were given, in words.
        found: String,
        /// The recipe's.
        wanted: String,
    },
    /// A custom data set that is damaged or in an unknown format.
    #[error("The images cannot be read: {fault}. Give the folder again.")]
    CustomDamaged {
        /// What is wrong, as it continues the sentence.
        fault: &'static str,
    },
}

impl DataError {
    /// For programs, where they can do something about it: "dataset-missing" for a custom data set whose images were not
    /// given, "other-dataset" for images that are sound, but not those of the recipe.
    pub fn code(&self) -> Option<&'static str> {
        match self {
            DataError::CustomMissing { .. } => Some("dataset-missing"),
            DataError::CustomDigest { .. }
            | DataError::CustomShape { .. }
            | DataError::GivenDigest { .. } => Some("other-dataset"),
            _ => None,
        }
    }
}

/// The start of a digest, enough for a person to compare.
fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}
