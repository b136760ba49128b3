//! Pickles read as data: what CIFAR-10's Python version is made of.
//!
//! A pickle is a program for a machine with a stack (Python's `pickletools.py` describes its instructions), and Python runs whatever that
//! names. Here nothing is run: numbers, bytes, texts, lists, tuples, dictionaries and arrays of NumPy are built, and everything
//! else is refused by its name.

mod machine;
pub mod records;

use std::rc::Rc;

/// A value in a pickle. What may be shared is counted, for a pickle may name a value again.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'a> {
    /// `None` and `False`, or `True`.
    Singleton(bool),
    /// A whole number of 32 bits at most.
    Int(i64),
    /// Bytes, or a text as UTF-8, where they stand in the pickle.
    Bytes(&'a [u8]),
    /// A list, a tuple or a dictionary's keys and values in turn, and how deep others are within it.
    Sequence(Rc<Vec<Value<'a>>>, u8),
    /// One of NumPy's names that make an array.
    Global(Global),
    /// An array or its type, with the state that was put into it.
    Object(Global, Rc<Vec<Value<'a>>>, u8),
}

impl Value<'_> {
    /// How deep other values are within it.
    fn depth(&self) -> u8 {
        match self {
            Value::Sequence(_, depth) | Value::Object(_, _, depth) => *depth,
            _ => 0,
        }
    }
}

/// What a pickle of an array names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Global {
    /// The function that makes an empty array, and the array.
    Array,
    /// The type of an array's numbers.
    Dtype,
}

/// What is wrong with a pickle, as the end of a sentence.
pub type Fault = String;

/// The value that a pickle describes.
///
/// # Errors
/// What cannot be read.
pub fn read(pickle: &[u8]) -> Result<Value<'_>, Fault> {
    machine::run(pickle)
}
