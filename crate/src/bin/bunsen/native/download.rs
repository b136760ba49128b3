//! A download into a file that can be resumed: after the connection was interrupted, and by a later command. The caller
//! verifies the whole file.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read, Write};
use std::path::Path;
use std::time::Duration;

/// How long to wait before each retry in a row.
const RETRY_DELAYS: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];

/// The largest number of requests for a file, however few bytes each of them gave.
const MAX_REQUESTS: usize = 40;

/// Bytes that are read and written at once.
const BUFFER_BYTES: usize = 1 << 16;

/// A server's response.
pub struct Response {
    /// The byte of the file that the body starts with: 0 if the server does not resume.
    pub from: u64,
    /// Bytes of the whole file, if known.
    pub total: Option<u64>,
    /// The ETag or the date, which differs for another version of the file.
    pub validator: Option<String>,
    /// The bytes from there on.
    pub body: Box<dyn Read>,
}

/// Why a request failed.
pub enum RequestError {
    /// It may succeed later.
    Temporary(String),
    /// The file has no more bytes than were asked to be skipped.
    RangeNotSatisfiable,
    /// It will not succeed later.
    Permanent(String),
}

/// Observes a download.
pub trait Observer {
    /// `bytes` bytes are in the file, of `total` if that is known.
    fn loaded(&mut self, bytes: u64, total: Option<u64>);
    /// The connection was interrupted, and is tried again after `delay`.
    fn retrying(&mut self, why: &str, delay: Duration);
}

/// Downloads a file into `part`, after the bytes that are there already. `request` is given the first byte that is missing and the
/// validator of the bytes before it, if known. The result is whether the file was put together from several responses.
///
/// # Errors
/// Why the download is not complete. The bytes so far stay in `part`, unless they are known to be useless.
pub fn download(
    part: &Path,
    limit: u64,
    mut request: impl FnMut(u64, Option<&str>) -> Result<Response, RequestError>,
    wait: impl Fn(Duration),
    observer: &mut impl Observer,
) -> Result<bool, String> {
    let write_failed =
        |error: std::io::Error| format!("{} cannot be written ({error})", part.display());
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(part)
        .map_err(write_failed)?;
    let mut length = file.metadata().map_err(write_failed)?.len();
    let (mut was_resumed, mut validator) = (length > 0, None::<String>);
    let (mut retries, mut furthest) = (0, length);
    for requests in 1.. {
        let why = match request(length, validator.as_deref()) {
            Err(RequestError::Permanent(why)) => return Err(why),
            Err(RequestError::Temporary(why)) if furthest == 0 => return Err(why),
            Err(RequestError::Temporary(why)) => why,
            // If the length is wrong, the digest will be, too.
            Err(RequestError::RangeNotSatisfiable) if length > 0 => return Ok(was_resumed),
            Err(RequestError::RangeNotSatisfiable) => return Err("it sent an empty file".into()),
            Ok(response) => {
                let has_changed = matches!(
                    (&response.validator, &validator),
                    (Some(new), Some(old)) if new != old
                );
                if response.from != length || (has_changed && length > 0) {
                    file.set_len(0).map_err(write_failed)?;
                    (length, was_resumed, validator) = (0, false, None);
                    if response.from > 0 {
                        retries += 1;
                        if retries > RETRY_DELAYS.len() {
                            return Err(
                                "it goes on with another file than it had begun with".into()
                            );
                        }
                        continue;
                    }
                }
                was_resumed |= length > 0;
                validator = response.validator.or(validator);
                let total = response.total;
                match append(
                    &mut file,
                    response.body,
                    &mut length,
                    total,
                    limit,
                    observer,
                ) {
                    Ok(()) => return Ok(was_resumed),
                    Err(BodyError::Write(error)) => return Err(write_failed(error)),
                    Err(BodyError::TooLong) => {
                        file.set_len(0).map_err(write_failed)?;
                        return Err(format!(
                            "it sends more than the {limit} bytes that the file may have"
                        ));
                    }
                    Err(BodyError::Interrupted) => {
                        format!("the connection broke off after {length} bytes")
                    }
                }
            }
        };
        if length > furthest {
            (retries, furthest) = (0, length);
        }
        let delay = RETRY_DELAYS
            .get(retries)
            .filter(|_| requests < MAX_REQUESTS);
        let Some(delay) = delay else {
            return Err(format!("{why}, and did not go on when it was tried again"));
        };
        retries += 1;
        observer.retrying(&why, *delay);
        wait(*delay);
    }
    Ok(was_resumed)
}

/// Why a response's body could not be taken as a whole.
enum BodyError {
    Interrupted,
    TooLong,
    Write(std::io::Error),
}

/// Appends a body to the file. `length` is the file's.
fn append(
    file: &mut File,
    mut body: impl Read,
    length: &mut u64,
    total: Option<u64>,
    limit: u64,
    observer: &mut impl Observer,
) -> Result<(), BodyError> {
    let mut buffer = vec![0; BUFFER_BYTES];
    observer.loaded(*length, total);
    loop {
        let count = match body.read(&mut buffer) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(_) => return Err(BodyError::Interrupted),
        };
        *length += count as u64;
        if *length > limit {
            return Err(BodyError::TooLong);
        }
        file.write_all(&buffer[..count]).map_err(BodyError::Write)?;
        observer.loaded(*length, total);
    }
    match total {
        Some(total) if *length < total => Err(BodyError::Interrupted),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const FILE: &[u8] = b"0123456789abcdefghij";

    struct Silent;
    impl Observer for Silent {
        fn loaded(&mut self, _: u64, _: Option<u64>) {}
        fn retrying(&mut self, _: &str, _: Duration) {}
    }

    /// A body that is interrupted after these bytes.
    struct Interrupted(&'static [u8]);
    impl Read for Interrupted {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(std::io::ErrorKind::ConnectionReset.into()),
                count => Ok(count),
            }
        }
    }

    /// The file's bytes, the first byte of each request, and the result. `respond` is given the number of the request, from 1, and its
    /// first byte.
    fn run(
        name: &str,
        before: &[u8],
        respond: impl Fn(usize, usize) -> Result<Response, RequestError>,
    ) -> (Vec<u8>, Vec<u64>, Result<bool, String>) {
        let part = format!("bunsen-download-{}-{name}", std::process::id());
        let part = std::env::temp_dir().join(part);
        std::fs::write(&part, before).unwrap();
        let requested = RefCell::new(Vec::new());
        let request = |from: u64, _: Option<&str>| {
            requested.borrow_mut().push(from);
            respond(requested.borrow().len(), from as usize)
        };
        let result = download(&part, 100, request, |_| {}, &mut Silent);
        let bytes = std::fs::read(&part).unwrap();
        std::fs::remove_file(part).unwrap();
        (bytes, requested.into_inner(), result)
    }

    fn respond(from: usize, body: impl Read + 'static) -> Result<Response, RequestError> {
        Ok(Response {
            from: from as u64,
            total: Some(FILE.len() as u64),
            validator: None,
            body: Box::new(body),
        })
    }

    #[test]
    fn resumes_after_an_interruption() {
        let (bytes, requested, result) = run("breaks", b"", |_, from| match from {
            // Even the last response is interrupted, after its last byte.
            20 => Err(RequestError::RangeNotSatisfiable),
            _ => respond(from, Interrupted(&FILE[from..FILE.len().min(from + 7)])),
        });
        assert_eq!((bytes.as_slice(), result), (FILE, Ok(true)));
        assert_eq!(requested, [0, 7, 14, 20]);
    }

    #[test]
    fn resumes_from_what_an_earlier_command_left() {
        let (bytes, requested, result) = run("earlier", &FILE[..5], |_, from| {
            respond(from, &FILE[from..])
        });
        assert_eq!((bytes.as_slice(), result), (FILE, Ok(true)));
        assert_eq!(requested, [5]);
    }

    #[test]
    fn starts_over_where_the_server_does_not_resume() {
        let (bytes, requested, result) = run("whole", b"other bytes", |_, _| respond(0, FILE));
        assert_eq!((bytes.as_slice(), result), (FILE, Ok(false)));
        assert_eq!(requested, [11]);
    }

    #[test]
    fn starts_over_where_the_file_has_changed() {
        let (bytes, _, result) = run("edition", b"", |request, from| {
            let tag = if request == 1 { "old" } else { "new" };
            let body: Box<dyn Read> = match request {
                1 => Box::new(Interrupted(b"old")),
                _ => Box::new(&FILE[from..]),
            };
            Ok(Response {
                validator: Some(tag.into()),
                ..respond(from, body)?
            })
        });
        assert_eq!((bytes.as_slice(), result), (FILE, Ok(false)));
    }

    #[test]
    fn gives_up_after_some_retries_and_keeps_the_bytes() {
        let (bytes, requested, result) = run("gone", b"", |request, from| match request {
            1 => respond(0, Interrupted(&FILE[from..8])),
            _ => Err(RequestError::Temporary("it could not be reached".into())),
        });
        let why = "it could not be reached, and did not go on when it was tried again";
        assert_eq!((bytes.as_slice(), result), (&FILE[..8], Err(why.into())));
        assert_eq!(requested, [0, 8, 8, 8]);
    }

    #[test]
    fn a_permanent_error_is_not_retried() {
        let (_, requested, result) = run("none", b"", |_, _| {
            Err(RequestError::Permanent("it is not there".into()))
        });
        assert_eq!(
            (requested.len(), result),
            (1, Err("it is not there".into()))
        );
    }

    #[test]
    fn a_file_that_is_too_long_is_deleted() {
        let (bytes, _, result) = run("long", b"", |_, _| respond(0, std::io::repeat(7)));
        let why = "it sends more than the 100 bytes that the file may have";
        assert_eq!((bytes.len(), result), (0, Err(why.into())));
    }
}
