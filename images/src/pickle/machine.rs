//! The machine that builds a pickle's value: its stack, its marks, its memo.

use std::collections::BTreeMap;
use std::rc::Rc;

use super::{Fault, Global, Value};
use crate::printable::printable_to;

/// Values that a pickle may build: CIFAR-10's have 20,000 of their own.
const MAX_VALUES: usize = 1_000_000;

/// How deep values may be in each other: an array's type is in the state of an array in a dictionary.
const MAX_DEPTH: u8 = 16;

/// Characters of a name that a sentence shows.
const MAX_SHOWN: usize = 60;

/// Runs the instructions to their end.
pub(super) fn run(pickle: &[u8]) -> Result<Value<'_>, Fault> {
    let mut machine = Machine {
        rest: pickle,
        ..Machine::default()
    };
    for _ in 0..MAX_VALUES {
        if let Some(value) = machine.step()? {
            return Ok(value);
        }
    }
    Err("it has more values than the batches of CIFAR-10".into())
}

#[derive(Default)]
struct Machine<'a> {
    rest: &'a [u8],
    stack: Vec<Value<'a>>,
    /// Where on the stack each mark is.
    marks: Vec<usize>,
    memo: BTreeMap<usize, Value<'a>>,
    /// How many values were memorized without a number of their own.
    memorized: usize,
}

impl<'a> Machine<'a> {
    /// One instruction. Gives the value at the end.
    fn step(&mut self) -> Result<Option<Value<'a>>, Fault> {
        let [instruction] = self.take()?;
        match instruction {
            // PROTO and FRAME: what version it is, and how long a part of it.
            0x80 => self.skip(1)?,
            0x95 => self.skip(8)?,
            b'.' => return self.pop().map(Some),
            b'(' => self.marks.push(self.stack.len()),
            b'0' => drop(self.pop()?),
            b'N' | 0x89 => self.stack.push(Value::Singleton(false)),
            0x88 => self.stack.push(Value::Singleton(true)),
            b'K' => {
                let [byte] = self.take()?;
                self.stack.push(Value::Int(byte.into()));
            }
            b'M' => {
                let number = u16::from_le_bytes(self.take()?);
                self.stack.push(Value::Int(number.into()));
            }
            b'J' => {
                let number = i32::from_le_bytes(self.take()?);
                self.stack.push(Value::Int(number.into()));
            }
            // Bytes and texts, with their length in one byte or in four.
            b'U' | b'C' | 0x8c => {
                let [length] = self.take()?;
                self.bytes(length.into())?;
            }
            b'T' | b'B' | b'X' => {
                let length = u32::from_le_bytes(self.take()?);
                self.bytes(length as usize)?;
            }
            b'}' | b']' | b')' => self.push_sequence(Vec::new())?,
            b't' => {
                let items = self.above_mark()?;
                self.push_sequence(items)?;
            }
            0x85..=0x87 => {
                let from = self
                    .stack
                    .len()
                    .checked_sub(usize::from(instruction - 0x84));
                let items = self.stack.split_off(from.ok_or_else(short)?);
                self.push_sequence(items)?;
            }
            // APPEND, SETITEM, APPENDS, SETITEMS.
            b'a' => self.extend_by(1)?,
            b's' => self.extend_by(2)?,
            b'e' | b'u' => {
                let items = self.above_mark()?;
                self.extend(items)?;
            }
            b'q' => {
                let [at] = self.take()?;
                self.keep(at.into())?;
            }
            b'r' => {
                let at = u32::from_le_bytes(self.take()?);
                self.keep(at as usize)?;
            }
            0x94 => {
                self.keep(self.memorized)?;
                self.memorized += 1;
            }
            b'h' => {
                let [at] = self.take()?;
                self.recall(at.into())?;
            }
            b'j' => {
                let at = u32::from_le_bytes(self.take()?);
                self.recall(at as usize)?;
            }
            b'c' => {
                let (module, name) = (self.line()?, self.line()?);
                self.global(module, name)?;
            }
            0x93 => {
                let (name, module) = (self.pop()?, self.pop()?);
                let (Value::Bytes(module), Value::Bytes(name)) = (module, name) else {
                    return Err("it names something by what is no text".into());
                };
                self.global(module, name)?;
            }
            // REDUCE: a global and its arguments. NEWOBJ does the same.
            b'R' | 0x81 => {
                let (_, function) = (self.pop()?, self.pop()?);
                let Value::Global(global) = function else {
                    return Err("it calls what is no array".into());
                };
                self.stack.push(Value::Object(global, Rc::default(), 0));
            }
            b'b' => self.build()?,
            other => {
                return Err(format!(
                    "it has the instruction {other:#04x}, which no batch of CIFAR-10 has"
                ));
            }
        }
        Ok(None)
    }

    /// The next bytes.
    fn take<const N: usize>(&mut self) -> Result<[u8; N], Fault> {
        let (bytes, rest) = self.rest.split_first_chunk().ok_or_else(short)?;
        self.rest = rest;
        Ok(*bytes)
    }

    fn skip(&mut self, count: usize) -> Result<(), Fault> {
        self.rest = self.rest.get(count..).ok_or_else(short)?;
        Ok(())
    }

    fn bytes(&mut self, length: usize) -> Result<(), Fault> {
        let (bytes, rest) = self.rest.split_at_checked(length).ok_or_else(short)?;
        self.rest = rest;
        self.stack.push(Value::Bytes(bytes));
        Ok(())
    }

    /// The bytes up to a line feed.
    fn line(&mut self) -> Result<&'a [u8], Fault> {
        let end = self
            .rest
            .iter()
            .position(|byte| *byte == b'\n')
            .ok_or_else(short)?;
        let line = &self.rest[..end];
        self.rest = &self.rest[end + 1..];
        Ok(line)
    }

    fn push_sequence(&mut self, items: Vec<Value<'a>>) -> Result<(), Fault> {
        let depth = depth_of(&items)?;
        self.stack.push(Value::Sequence(Rc::new(items), depth));
        Ok(())
    }

    fn pop(&mut self) -> Result<Value<'a>, Fault> {
        self.stack.pop().ok_or_else(short)
    }

    /// What is above the last mark.
    fn above_mark(&mut self) -> Result<Vec<Value<'a>>, Fault> {
        let mark = self.marks.pop().filter(|mark| *mark <= self.stack.len());
        Ok(self.stack.split_off(mark.ok_or_else(short)?))
    }

    fn extend_by(&mut self, count: usize) -> Result<(), Fault> {
        let from = self.stack.len().checked_sub(count).ok_or_else(short)?;
        let items = self.stack.split_off(from);
        self.extend(items)
    }

    /// Adds items to the list or dictionary on the stack.
    fn extend(&mut self, items: Vec<Value<'a>>) -> Result<(), Fault> {
        let inner = depth_of(&items)?;
        let Some(Value::Sequence(list, depth)) = self.stack.last_mut() else {
            return Err("it adds to what is no list".into());
        };
        // To add to one that is somewhere else, too, would take a copy of it each time.
        let list = Rc::get_mut(list).ok_or("it adds to a list that is in use already")?;
        list.extend(items);
        *depth = inner.max(*depth);
        Ok(())
    }

    fn keep(&mut self, at: usize) -> Result<(), Fault> {
        let value = self.stack.last().ok_or_else(short)?;
        // A list is kept while it is empty, and grows: with one in the memo nothing could be added to it.
        if !matches!(value, Value::Sequence(list, _) if list.is_empty()) {
            self.memo.insert(at, value.clone());
        }
        Ok(())
    }

    fn recall(&mut self, at: usize) -> Result<(), Fault> {
        let value = self
            .memo
            .get(&at)
            .ok_or("it asks for a value that it has not kept")?;
        self.stack.push(value.clone());
        Ok(())
    }

    fn global(&mut self, module: &[u8], name: &[u8]) -> Result<(), Fault> {
        let global = match (module, name) {
            (b"numpy.core.multiarray" | b"numpy._core.multiarray", b"_reconstruct") => {
                Global::Array
            }
            (b"numpy", b"ndarray") => Global::Array,
            (b"numpy", b"dtype") => Global::Dtype,
            _ => {
                let text = [module, b".", name].concat();
                let shown = printable_to(&String::from_utf8_lossy(&text), MAX_SHOWN);
                return Err(format!(
                    "it names {shown}, and only arrays, bytes, whole numbers and lists are read"
                ));
            }
        };
        self.stack.push(Value::Global(global));
        Ok(())
    }

    /// Puts a state into the object on the stack.
    fn build(&mut self) -> Result<(), Fault> {
        let (state, object) = (self.pop()?, self.pop()?);
        let (Value::Object(global, ..), Value::Sequence(state, depth)) = (object, state) else {
            return Err("it puts a state into what is no array".into());
        };
        self.stack.push(Value::Object(global, state, depth));
        Ok(())
    }
}

/// How deep a value is that has these in it.
fn depth_of(items: &[Value]) -> Result<u8, Fault> {
    let inner = items.iter().map(|item| item.depth() + 1).max().unwrap_or(0);
    if inner > MAX_DEPTH {
        return Err("its values are deeper in each other than those of a batch".into());
    }
    Ok(inner)
}

/// It ends within an instruction, or takes what is not there.
fn short() -> Fault {
    "it ends too early, or is damaged".into()
}
