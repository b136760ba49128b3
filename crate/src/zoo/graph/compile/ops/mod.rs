//! The dispatches of each operation, and those of its gradient.

mod channels;
mod conv;
mod elementwise;
mod lenet;
mod linear;
mod norm;
mod pool;
mod tokens;
