//! Reads bytes that stay in JavaScript's memory, a chunk at a time: WebAssembly's memory never shrinks, so a compressed file
//! that was copied into it as a whole would leave it larger for good.

use std::io::{BufRead, Read};

/// Bytes that are copied at once.
const CHUNK: usize = 1 << 16;

/// A reader over an array of JavaScript's.
pub struct ChunkedReader<'a> {
    bytes: &'a js_sys::Uint8Array,
    /// How many of them were copied so far.
    copied: usize,
    /// The chunk that was copied last, and the offset of its unread part.
    chunk: Vec<u8>,
    offset: usize,
}

impl<'a> ChunkedReader<'a> {
    /// A reader from the first byte on.
    pub fn new(bytes: &'a js_sys::Uint8Array) -> Self {
        ChunkedReader {
            bytes,
            copied: 0,
            chunk: Vec::with_capacity(CHUNK + 1),
            offset: 0,
        }
    }
}

impl BufRead for ChunkedReader<'_> {
    /// At least two bytes, where there are two more.
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        let length = self.bytes.length() as usize;
        if self.chunk.len() - self.offset < 2 && self.copied < length {
            self.chunk.drain(..self.offset);
            self.offset = 0;
            let (kept, end) = (self.chunk.len(), length.min(self.copied + CHUNK));
            self.chunk.resize(kept + end - self.copied, 0);
            let next = self.bytes.subarray(self.copied as u32, end as u32);
            next.copy_to(&mut self.chunk[kept..]);
            self.copied = end;
        }
        Ok(&self.chunk[self.offset..])
    }

    fn consume(&mut self, amount: usize) {
        self.offset = self.chunk.len().min(self.offset + amount);
    }
}

impl Read for ChunkedReader<'_> {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let count = self.fill_buf()?.read(into)?;
        self.consume(count);
        Ok(count)
    }
}
