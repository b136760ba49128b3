//! A kernel: a WGSL source, written out for one shape, launched through burn's own client.

use burn::backend::TensorMetadata;
use burn::tensor::{DType, Shape};
use burn_cubecl::cubecl::prelude::{BufferIOAttr, KernelId};
use burn_cubecl::cubecl::server::{CubeCount, CubeDim, KernelArguments};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::template::{KernelSource, SourceKernel, SourceTemplate};
use burn_cubecl::tensor::CubeTensor;

use super::template::{Constants, written_out};

/// Threads of a workgroup: what every adapter runs well, in one dimension.
const WORKGROUP: usize = 64;

/// How a kernel begins whose source says what each thread computes, and nothing of workgroups.
const MAIN: &str = "
@compute @workgroup_size(WORKGROUP)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * GROUPS + workgroup.x) * WORKGROUP + local;
    if (thread < THREADS) {
        each(thread);
    }
}
";

/// The most workgroups that WebGPU takes in one dimension.
const WORKGROUPS: usize = 65_535;

/// A kernel for one shape.
#[derive(Clone, Debug)]
pub struct Kernel {
    source: &'static str,
    threads: usize,
    constants: Constants,
    /// What stands in the source for what is written there.
    insert: Option<(&'static str, String)>,
    writes: BufferIOAttr,
}

impl Kernel {
    /// The kernel of that source, which has a function `each` of a thread's number, or a `main` of its own. `threads`
    /// compute; the constants say in which shape.
    pub fn new(source: &'static str, threads: usize, constants: Constants) -> Self {
        let (groups, _) = grid(threads);
        let mut all = vec![
            ("WORKGROUP", WORKGROUP as u32),
            ("THREADS", threads as u32),
            ("GROUPS", groups),
        ];
        all.extend(constants);
        Kernel {
            source,
            threads,
            constants: all,
            insert: None,
            writes: BufferIOAttr::WriteOnly,
        }
    }

    /// With lines of its own where the source has `mark`.
    pub fn with(self, mark: &'static str, lines: String) -> Self {
        Kernel {
            insert: Some((mark, lines)),
            ..self
        }
    }

    /// Runs it on `inputs`, which are bound in their order, with their numbers in rows, and on new tensors, which are
    /// bound behind them and given back.
    pub fn launch<const N: usize>(
        self,
        inputs: &[&CubeTensor],
        outputs: [Form; N],
    ) -> [CubeTensor; N] {
        let outputs = outputs.map(|form| form.like(inputs[0]));
        self.run(inputs, &outputs);
        outputs
    }

    /// Runs it on `inputs` and, behind them, on a tensor that it writes a part of: one that nothing else holds.
    pub fn launch_into(self, inputs: &[&CubeTensor], output: &CubeTensor) {
        // What it does not write of it was written before.
        let kernel = Kernel {
            writes: BufferIOAttr::ReadWrite,
            ..self
        };
        kernel.run(inputs, std::slice::from_ref(output));
    }

    fn run(self, inputs: &[&CubeTensor], outputs: &[CubeTensor]) {
        let mut arguments = KernelArguments::new();
        for input in inputs {
            // Nothing is done where they are in rows already, as nearly all are.
            let binding = into_contiguous((*input).clone()).handle.binding();
            arguments = arguments.with_buffer_io(binding, BufferIOAttr::ReadOnly);
        }
        for output in outputs {
            let binding = output.handle.clone().binding();
            arguments = arguments.with_buffer_io(binding, self.writes);
        }
        let (x, y) = grid(self.threads);
        let client = inputs[0].client.clone();
        let kernel = Box::new(SourceKernel::new(self, CubeDim::new_1d(WORKGROUP as u32)));
        client.launch(kernel, CubeCount::Static(x, y, 1), arguments);
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        // Where memory is given out in parts of one buffer, as natively, a buffer that is written to in a launch may not
        // be bound for reading alone in the same launch.
        let access = match cfg!(target_family = "wasm") {
            true => "read",
            false => "read_write",
        };
        let mut source = written_out(self.source, &self.constants);
        if let Some((mark, lines)) = &self.insert {
            source = source.replace(mark, lines);
        }
        if !source.contains("@compute") {
            source.push_str(MAIN);
        }
        SourceTemplate::new(source.replace("var<storage>", &format!("var<storage, {access}>")))
    }

    fn id(&self) -> KernelId {
        let dim = CubeDim::new_1d(WORKGROUP as u32);
        // A source is a text of the program's own: where it lies tells it from every other.
        let source = self.source.as_ptr() as usize;
        let info = (source, self.constants.clone(), self.insert.clone());
        KernelId::new::<Self>().cube_dim(dim.into()).info(info)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Workgroups in each of two dimensions, for so many threads.
fn grid(threads: usize) -> (u32, u32) {
    let groups = threads.div_ceil(WORKGROUP);
    let rows = groups.div_ceil(WORKGROUPS).max(1);
    (groups.div_ceil(rows) as u32, rows as u32)
}

/// What an output is: its shape, and what it holds.
#[derive(Clone, Debug)]
pub struct Form {
    shape: Shape,
    dtype: DType,
}

impl Form {
    /// How many numbers it holds.
    pub fn count(&self) -> usize {
        self.shape.num_elements()
    }

    /// A new tensor of that form, on the device of another, its numbers not yet written.
    fn like(self, other: &CubeTensor) -> CubeTensor {
        let Form { shape, dtype } = self;
        let client = other.client.clone();
        let handle = client.empty(shape.num_elements() * dtype.size());
        CubeTensor::new_contiguous(client, other.device.clone(), shape, handle, dtype)
    }
}

/// An output of numbers.
pub fn floats(shape: impl Into<Shape>) -> Form {
    Form {
        shape: shape.into(),
        dtype: DType::F32,
    }
}

/// An output of integers.
pub fn integers(shape: impl Into<Shape>) -> Form {
    Form {
        shape: shape.into(),
        dtype: DType::I32,
    }
}

/// Numbers that change from launch to launch, and so are no constants, as a tensor beside another.
///
/// They are uploaded: a kernel's scalars would stay in a cache, one buffer for every value that they ever had.
pub fn numbers(values: &[f32], beside: &CubeTensor) -> CubeTensor {
    let client = beside.client.clone();
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let handle = client.create_from_slice(&bytes);
    CubeTensor::new_contiguous(
        client,
        beside.device.clone(),
        [values.len()].into(),
        handle,
        DType::F32,
    )
}

/// How many numbers a tensor has.
pub fn count(tensor: &CubeTensor) -> u32 {
    tensor.shape().num_elements() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_has_room_for_every_thread_within_the_limits() {
        for threads in [1, 64, 65, 4_194_240, 4_194_241, 50_000_000] {
            let (x, y) = grid(threads);
            assert!(x as usize <= WORKGROUPS && y as usize <= WORKGROUPS);
            assert!(x as usize * y as usize * WORKGROUP >= threads);
        }
        assert_eq!(grid(4_194_240), (65_535, 1));
    }
}
