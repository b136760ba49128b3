//! One download into a file, which goes on where it stopped: when the connection breaks off, and when the command is
//! started anew. Whoever asked for it verifies the whole.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;
use std::time::Duration;
#[cfg(feature = "fetch")]
use std::time::Instant;

/// After a connection broke off, before it is tried again.
const PAUSES: [Duration; 3] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(4),
];
/// However little came each time.
const MOST_ANSWERS: usize = 40;
/// Bytes that are written at once.
const PIECE: usize = 1 << 16;

/// What a server answers.
pub struct Answer {
    /// The byte that its body starts with: 0 where it could not, or would not, go on.
    pub from: u64,
    /// Bytes of the whole file, where it says.
    pub total: Option<u64>,
    /// What tells this edition of the file from another.
    pub validator: Option<String>,
    /// What follows.
    pub body: Box<dyn Read>,
}

/// Why a server has no answer.
pub enum Refusal {
    /// It may have one later.
    Unreachable(String),
    /// It has no more bytes than are there.
    Complete,
    /// It has none.
    Final(String),
}

/// What is told of a download: bytes so far, bytes in all, and how long since when.
pub trait Watch {
    /// So many bytes are there.
    fn loaded(&mut self, bytes: u64, total: Option<u64>);
    /// The connection broke off, and is tried again after that time.
    fn waiting(&mut self, why: &str, pause: Duration);
}

/// Fetches a file into `part`, after what is there already. `ask` is given the byte to start with, and what the file's
/// edition must be where that is known. Whether the file was put together of several answers comes back.
///
/// # Errors
/// Why it came to an end before the file did. What came stays in `part`, unless it is known to be of no use.
pub fn download(
    part: &Path,
    limit: u64,
    mut ask: impl FnMut(u64, Option<&str>) -> Result<Answer, Refusal>,
    wait: impl Fn(Duration),
    watch: &mut impl Watch,
) -> Result<bool, String> {
    let failed = |error: std::io::Error| format!("{} cannot be written ({error})", part.display());
    let mut file = OpenOptions::new()
        .create(true)
        .append(true)
        .open(part)
        .map_err(failed)?;
    let mut length = file.metadata().map_err(failed)?.len();
    let (mut pieced, mut validator) = (length > 0, None::<String>);
    let (mut tries, mut furthest) = (0, length);
    for answers in 1.. {
        let why = match ask(length, validator.as_deref()) {
            Err(Refusal::Final(why)) => return Err(why),
            Err(Refusal::Unreachable(why)) if furthest == 0 => return Err(why),
            Err(Refusal::Unreachable(why)) => why,
            // With a length that is wrong, the digest will be, too.
            Err(Refusal::Complete) if length > 0 => return Ok(pieced),
            Err(Refusal::Complete) => return Err("it sent an empty file".into()),
            Ok(answer) => {
                let other =
                    matches!((&answer.validator, &validator), (Some(new), Some(old)) if new != old);
                if answer.from != length || (other && length > 0) {
                    file.set_len(0).map_err(failed)?;
                    let anew = answer.from == 0;
                    (length, pieced, validator) = (0, false, None);
                    if !anew {
                        tries += 1;
                        if tries > PAUSES.len() {
                            return Err(
                                "it goes on with another file than it had begun with".into()
                            );
                        }
                        continue;
                    }
                }
                pieced |= length > 0;
                validator = answer.validator.or(validator);
                match append(
                    &mut file,
                    answer.body,
                    &mut length,
                    answer.total,
                    limit,
                    watch,
                ) {
                    Ok(()) => return Ok(pieced),
                    Err(Fault::Here(error)) => return Err(failed(error)),
                    Err(Fault::TooLong) => {
                        file.set_len(0).map_err(failed)?;
                        return Err(format!(
                            "it sends more than the {limit} bytes that the file may have"
                        ));
                    }
                    Err(Fault::BrokenOff) => {
                        format!("the connection broke off after {length} bytes")
                    }
                }
            }
        };
        if length > furthest {
            (tries, furthest) = (0, length);
        }
        let pause = PAUSES.get(tries).filter(|_| answers < MOST_ANSWERS);
        let Some(pause) = pause else {
            return Err(format!("{why}, and did not go on when it was tried again"));
        };
        tries += 1;
        watch.waiting(&why, *pause);
        wait(*pause);
    }
    Ok(pieced)
}

enum Fault {
    BrokenOff,
    TooLong,
    Here(std::io::Error),
}

fn append(
    file: &mut File,
    mut body: impl Read,
    length: &mut u64,
    total: Option<u64>,
    limit: u64,
    watch: &mut impl Watch,
) -> Result<(), Fault> {
    let mut piece = vec![0; PIECE];
    watch.loaded(*length, total);
    loop {
        let count = match body.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => count,
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => continue,
            Err(_) => return Err(Fault::BrokenOff),
        };
        *length += count as u64;
        if *length > limit {
            return Err(Fault::TooLong);
        }
        file.write_all(&piece[..count]).map_err(Fault::Here)?;
        watch.loaded(*length, total);
    }
    match total {
        Some(total) if *length < total => Err(Fault::BrokenOff),
        _ => Ok(()),
    }
}

/// Says on the terminal how far a download is, where there is one.
#[cfg(feature = "fetch")]
pub struct Teller {
    began: Option<(Instant, u64)>,
    said: Option<Instant>,
}

#[cfg(feature = "fetch")]
impl Teller {
    /// For one download.
    pub fn new() -> Self {
        Teller {
            began: None,
            said: None,
        }
    }
}

#[cfg(feature = "fetch")]
impl Watch for Teller {
    fn loaded(&mut self, bytes: u64, total: Option<u64>) {
        use std::io::IsTerminal as _;
        let now = Instant::now();
        let (began, first) = *self.began.get_or_insert((now, bytes));
        let over = total == Some(bytes);
        let due = self
            .said
            .is_none_or(|said| said.elapsed().as_millis() >= 500);
        if !std::io::stderr().is_terminal() || !(due || over) {
            return;
        }
        self.said = Some(now);
        let seconds = now.duration_since(began).as_secs_f64();
        let line = progress(bytes, total, bytes.saturating_sub(first), seconds);
        eprint!("\r\x1b[K{line}{}", if over { "\n" } else { "" });
    }

    fn waiting(&mut self, why: &str, pause: Duration) {
        // The pace of before says nothing of the pace after.
        self.began = None;
        eprintln!("\n{why}: trying again in {} s", pause.as_secs());
    }
}

/// "12.0 MB of 30.0 MB, 40 %, about 20 s left", as far as it is known. `came` bytes came in the last `seconds`.
fn progress(bytes: u64, total: Option<u64>, came: u64, seconds: f64) -> String {
    let megabytes = |bytes: u64| format!("{:.1} MB", bytes as f64 / 1e6);
    let Some(total) = total.filter(|total| *total > 0) else {
        return megabytes(bytes);
    };
    let left = total.saturating_sub(bytes);
    let much = format!(
        "{} of {}, {} %",
        megabytes(bytes),
        megabytes(total),
        100 * bytes / total
    );
    if came == 0 || seconds < 0.7 || left == 0 {
        return much;
    }
    let seconds = seconds * left as f64 / came as f64;
    if seconds < 5.0 {
        format!("{much}, a few seconds left")
    } else if seconds < 90.0 {
        format!("{much}, about {:.0} s left", (seconds / 5.0).round() * 5.0)
    } else {
        format!("{much}, about {:.0} minutes left", seconds / 60.0)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::cell::RefCell;

    use super::*;

    const FILE: &[u8] = b"0123456789abcdefghij";

    struct Quiet;
    impl Watch for Quiet {
        fn loaded(&mut self, _: u64, _: Option<u64>) {}
        fn waiting(&mut self, _: &str, _: Duration) {}
    }

    /// Some bytes, and then the connection breaks off.
    struct Breaking(&'static [u8]);
    impl Read for Breaking {
        fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
            match self.0.read(into)? {
                0 => Err(std::io::ErrorKind::ConnectionReset.into()),
                count => Ok(count),
            }
        }
    }

    /// What came into the file, what was asked for, and how it ended. `answer` is given which request it is, and from where.
    fn run(
        name: &str,
        before: &[u8],
        answer: impl Fn(usize, usize) -> Result<Answer, Refusal>,
    ) -> (Vec<u8>, Vec<u64>, Result<bool, String>) {
        let part = format!("bunsen-download-{}-{name}", std::process::id());
        let part = std::env::temp_dir().join(part);
        std::fs::write(&part, before).unwrap();
        let asked = RefCell::new(Vec::new());
        let ask = |from: u64, _: Option<&str>| {
            asked.borrow_mut().push(from);
            answer(asked.borrow().len(), from as usize)
        };
        let ended = download(&part, 100, ask, |_| {}, &mut Quiet);
        let came = std::fs::read(&part).unwrap();
        std::fs::remove_file(part).unwrap();
        (came, asked.into_inner(), ended)
    }

    fn answer(from: usize, body: impl Read + 'static) -> Result<Answer, Refusal> {
        Ok(Answer {
            from: from as u64,
            total: Some(FILE.len() as u64),
            validator: None,
            body: Box::new(body),
        })
    }

    #[test]
    fn goes_on_where_the_connection_broke_off() {
        let (came, asked, ended) = run("breaks", b"", |_, from| match from {
            // Even the last one breaks off, when nothing is missing any more.
            20 => Err(Refusal::Complete),
            _ => answer(from, Breaking(&FILE[from..FILE.len().min(from + 7)])),
        });
        assert_eq!((came.as_slice(), ended), (FILE, Ok(true)));
        assert_eq!(asked, [0, 7, 14, 20]);
    }

    #[test]
    fn goes_on_with_what_an_earlier_command_left() {
        let (came, asked, ended) =
            run("earlier", &FILE[..5], |_, from| answer(from, &FILE[from..]));
        assert_eq!((came.as_slice(), ended), (FILE, Ok(true)));
        assert_eq!(asked, [5]);
    }

    #[test]
    fn starts_over_where_the_server_cannot_go_on() {
        let (came, asked, ended) = run("whole", b"other bytes", |_, _| answer(0, FILE));
        assert_eq!((came.as_slice(), ended), (FILE, Ok(false)));
        assert_eq!(asked, [11]);
    }

    #[test]
    fn starts_over_where_the_file_is_another_one_meanwhile() {
        let (came, _, ended) = run("edition", b"", |request, from| {
            let tag = if request == 1 { "old" } else { "new" };
            let body: Box<dyn Read> = match request {
                1 => Box::new(Breaking(b"old")),
                _ => Box::new(&FILE[from..]),
            };
            Ok(Answer {
                validator: Some(tag.into()),
                ..answer(from, body)?
            })
        });
        assert_eq!((came.as_slice(), ended), (FILE, Ok(false)));
    }

    #[test]
    fn gives_up_where_nothing_more_comes_and_keeps_what_came() {
        let (came, asked, ended) = run("gone", b"", |request, from| match request {
            1 => answer(0, Breaking(&FILE[from..8])),
            _ => Err(Refusal::Unreachable("it could not be reached".into())),
        });
        let why = "it could not be reached, and did not go on when it was tried again";
        assert_eq!((came.as_slice(), ended), (&FILE[..8], Err(why.into())));
        assert_eq!(asked, [0, 8, 8, 8]);
    }

    #[test]
    fn says_at_once_what_was_never_there() {
        let (_, asked, ended) = run("none", b"", |_, _| {
            Err(Refusal::Final("it is not there".into()))
        });
        assert_eq!((asked.len(), ended), (1, Err("it is not there".into())));
    }

    #[test]
    fn keeps_nothing_of_what_is_too_long() {
        let (came, _, ended) = run("long", b"", |_, _| answer(0, std::io::repeat(7)));
        let why = "it sends more than the 100 bytes that the file may have";
        assert_eq!((came.len(), ended), (0, Err(why.into())));
    }

    #[test]
    fn progress_is_said_in_bytes_share_and_time() {
        assert_eq!(
            progress(12_000_000, Some(30_000_000), 12_000_000, 13.0),
            "12.0 MB of 30.0 MB, 40 %, about 20 s left"
        );
        assert_eq!(
            progress(29_000_000, Some(30_000_000), 29_000_000, 29.0),
            "29.0 MB of 30.0 MB, 96 %, a few seconds left"
        );
        assert_eq!(
            progress(1_000_000, Some(181_000_000), 1_000_000, 1.0),
            "1.0 MB of 181.0 MB, 0 %, about 3 minutes left"
        );
        assert_eq!(progress(12_000_000, None, 12_000_000, 13.0), "12.0 MB");
    }
}
