//! The folders of the machine that built a module, which panics name, and which are nobody's business.

/// What stands for cargo's home.
const CARGO: &[u8] = b"cargo";

/// Puts `cargo` in the place of cargo's home wherever a path begins with it. A module's texts have their lengths elsewhere: what is
/// missing in length are slashes, of which several are one to a reader of paths.
pub fn hide(bytes: &mut [u8], home: &str) {
    let home = format!("{}/", home.trim_end_matches('/')).into_bytes();
    let mut instead = vec![b'/'; home.len()];
    let end = home.len() - 1;
    if let Some(start) = end.checked_sub(CARGO.len()) {
        instead[start..end].copy_from_slice(CARGO);
    }
    let mut from = 0;
    while let Some(found) = bytes[from..]
        .windows(home.len())
        .position(|window| window == home)
    {
        let at = from + found;
        bytes[at..at + home.len()].copy_from_slice(&instead);
        from = at + home.len();
    }
}
