//! What the tests share that hold our numbers against PyTorch's.

/// `count` numbers of tensor number `tensor`: the formula of tests/references/make.py.
pub fn numbers(tensor: usize, count: usize) -> impl Iterator<Item = f32> {
    (0..count).map(move |i| ((i * 7919 + tensor * 104_729) % 2003) as f32 / 2003.0 - 0.5)
}
