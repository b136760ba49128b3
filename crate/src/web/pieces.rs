//! Bytes that stay in JavaScript's memory, read a piece at a time: WebAssembly's own never shrinks, so a packed file that was
//! in it once would leave it larger for good.

use std::io::{BufRead, Read};

/// Bytes that are copied at once.
const PIECE: usize = 1 << 16;

/// Reads an array of bytes.
pub struct Pieces<'a> {
    bytes: &'a js_sys::Uint8Array,
    /// Of them, how many were copied.
    copied: usize,
    /// What was copied last, and where the unread part of it begins.
    piece: Vec<u8>,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// From the first byte on.
    pub fn of(bytes: &'a js_sys::Uint8Array) -> Self {
        Pieces {
            bytes,
            copied: 0,
            piece: Vec::with_capacity(PIECE + 1),
            at: 0,
        }
    }
}

impl BufRead for Pieces<'_> {
    /// At least two bytes, where there are two more.
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let length = self.bytes.length() as usize;
        if self.piece.len() - self.at < 2 && self.copied < length {
            self.piece.drain(..self.at);
            self.at = 0;
            let (kept, end) = (self.piece.len(), length.min(self.copied + PIECE));
            self.piece.resize(kept + end - self.copied, 0);
            let more = self.bytes.subarray(self.copied as u32, end as u32);
            more.copy_to(&mut self.piece[kept..]);
            self.copied = end;
        }
        Ok(&self.piece[self.at..])
    }

    fn consume(&mut self, amount: usize) {
        self.at = self.piece.len().min(self.at + amount);
    }
}

impl Read for Pieces<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}
