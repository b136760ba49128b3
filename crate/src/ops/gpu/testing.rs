//! For tests: launches kernels on numbers of the host.

use std::sync::LazyLock;
use std::time::Instant;

use burn::backend::{BackendTensor, DispatchTensorKind};
use burn::tensor::{DType, Device, Tensor};
use burn_cubecl::cubecl::prelude::BufferIOAttr;
use burn_cubecl::tensor::CubeTensor;
use proptest::prelude::ProptestConfig;

use super::kernel::Kernel;

/// The adapter's device, opened once for all tests of a process.
pub static DEVICE: LazyLock<Device> = LazyLock::new(|| crate::lab::engine::tests::gpu().device);

/// What is bound.
#[derive(Clone, Copy, Debug)]
pub enum Binding<'a> {
    /// Numbers that the kernel only reads.
    Read(&'a [f32]),
    /// Integers that it only reads.
    ReadIntegers(&'a [i32]),
    /// What it writes, and what stands there before.
    Write(&'a [f32]),
    /// That many numbers that it writes. Before, each is NaN: one that it forgets is seen.
    Output(usize),
}

/// Launches a kernel with these bindings, in their order, and returns what stands then in those that it writes.
pub fn run(kernel: &Kernel, bindings: &[Binding]) -> Vec<Vec<f32>> {
    let bound: Vec<(CubeTensor, BufferIOAttr)> = bindings.iter().map(bound).collect();
    kernel.clone().bind_and_launch(&bound);
    let written = bound
        .into_iter()
        .filter(|(_, access)| matches!(access, BufferIOAttr::ReadWrite));
    written.map(|(tensor, _)| numbers(&tensor)).collect()
}

/// Seconds of a launch with these bindings: the least mean of some rounds of `repetitions` launches.
pub fn seconds(kernel: &Kernel, bindings: &[Binding], repetitions: u32) -> f64 {
    let bound: Vec<(CubeTensor, BufferIOAttr)> = bindings.iter().map(bound).collect();
    let launched = |times: u32| {
        let start = Instant::now();
        for _ in 0..times {
            kernel.clone().bind_and_launch(&bound);
        }
        // Reading waits for all launches.
        let written = bound
            .iter()
            .find(|(_, access)| matches!(access, BufferIOAttr::ReadWrite));
        assert!(written.is_some_and(|(tensor, _)| !numbers(tensor).is_empty()));
        start.elapsed().as_secs_f64() / f64::from(times)
    };
    // The first compiles it.
    launched(1);
    (0..5)
        .map(|_| launched(repetitions))
        .fold(f64::INFINITY, f64::min)
}

fn bound(binding: &Binding) -> (CubeTensor, BufferIOAttr) {
    let (bytes, access): (Vec<u8>, _) = match binding {
        Binding::Read(values) => (bytes(values), BufferIOAttr::ReadOnly),
        Binding::ReadIntegers(values) => {
            let bytes = values.iter().flat_map(|value| value.to_le_bytes());
            (bytes.collect(), BufferIOAttr::ReadOnly)
        }
        Binding::Write(values) => (bytes(values), BufferIOAttr::ReadWrite),
        Binding::Output(len) => (bytes(&vec![f32::NAN; *len]), BufferIOAttr::ReadWrite),
    };
    let like = on_device();
    let client = like.client.clone();
    let handle = client.create_from_slice(&bytes);
    let shape = [bytes.len() / 4].into();
    let tensor = CubeTensor::new_contiguous(client, like.device, shape, handle, DType::F32);
    (tensor, access)
}

/// Some tensor on the device: what gives its client.
fn on_device() -> CubeTensor {
    let tensor = Tensor::<1>::zeros([1], &*DEVICE).into_dispatch();
    match tensor.kind {
        DispatchTensorKind::Cube(BackendTensor::Float(tensor)) => tensor,
        other => panic!("{other:?} is not on the adapter"),
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect()
}

fn numbers(tensor: &CubeTensor) -> Vec<f32> {
    let bytes = tensor.client.read_one(tensor.handle.clone()).unwrap();
    let words = bytes.chunks_exact(4);
    words
        .map(|word| f32::from_le_bytes(word.try_into().unwrap()))
        .collect()
}

/// Asserts that numbers are the expected ones, with a tolerance relative to the largest.
pub fn assert_close(what: &str, ours: &[f32], expected: &[f32], tolerance: f32) {
    assert_eq!(ours.len(), expected.len(), "{what}");
    let largest = expected
        .iter()
        .fold(1e-3f32, |largest, v| largest.max(v.abs()));
    for (at, (ours, expected)) in ours.iter().zip(expected).enumerate() {
        assert!(
            (ours - expected).abs() <= tolerance * largest,
            "{what}: at {at}: {ours}, {expected}"
        );
    }
}

/// A property on a device is tried with a third of `all` cases, for a software adapter takes seconds to compile a case's kernels; with all
/// of them in the long test.
pub fn cases(all: u32) -> ProptestConfig {
    let is_long = std::env::var_os("BUNSEN_LONG").is_some();
    ProptestConfig::with_cases(if is_long { all } else { all.div_ceil(3) })
}
