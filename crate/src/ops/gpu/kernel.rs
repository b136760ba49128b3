//! A kernel: a WGSL source, expanded for one shape, launched through burn's own client.

use burn::backend::TensorMetadata;
use burn::tensor::{DType, Shape};
use burn_cubecl::cubecl::prelude::{BufferIOAttr, KernelId};
use burn_cubecl::cubecl::server::{CubeCount, CubeDim, KernelArguments};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::template::{KernelSource, SourceKernel, SourceTemplate};
use burn_cubecl::tensor::CubeTensor;

use super::template::{Constants, expand};

/// Threads of a workgroup, in one dimension: a size that every adapter runs well.
const WORKGROUP_SIZE: usize = 64;

/// The entry point of kernels whose source defines only what one thread computes.
const ENTRY_POINT: &str = "
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * WORKGROUPS_X + workgroup.x) * WORKGROUP_SIZE + local;
    if (thread < THREADS) {
        thread_main(thread);
    }
}
";

/// WebGPU's limit of workgroups in one dimension.
const MAX_WORKGROUPS: usize = 65_535;

/// A kernel for one shape.
#[derive(Clone, Debug)]
pub struct Kernel {
    source: &'static str,
    threads: usize,
    constants: Constants,
    /// A placeholder in the source, and the lines that replace it.
    insert: Option<(&'static str, String)>,
    output_access: BufferIOAttr,
}

impl Kernel {
    /// A kernel for `threads` threads, of a source that defines `thread_main(thread: u32)`, or its own entry point `main`. The
    /// constants describe the shape.
    pub fn new(source: &'static str, threads: usize, constants: Constants) -> Self {
        let (workgroups_x, _) = grid(threads);
        let mut all = vec![
            ("WORKGROUP_SIZE", WORKGROUP_SIZE as u32),
            ("THREADS", threads as u32),
            ("WORKGROUPS_X", workgroups_x),
        ];
        all.extend(constants);
        Kernel {
            source,
            threads,
            constants: all,
            insert: None,
            output_access: BufferIOAttr::WriteOnly,
        }
    }

    /// Replaces a placeholder of the source by generated lines.
    pub fn with_lines(self, placeholder: &'static str, lines: String) -> Self {
        Kernel {
            insert: Some((placeholder, lines)),
            ..self
        }
    }

    /// Launches the kernel. `inputs` are bound in their order, contiguous; new output tensors are bound after them and
    /// returned.
    pub fn launch<const N: usize>(
        self,
        inputs: &[&CubeTensor],
        outputs: [OutputSpec; N],
    ) -> [CubeTensor; N] {
        let outputs = outputs.map(|spec| spec.allocate(inputs[0]));
        self.run(inputs, &outputs);
        outputs
    }

    /// Launches the kernel on `inputs` and an output of which it writes only a part. No other tensor may share the output's
    /// buffer.
    pub fn launch_into(self, inputs: &[&CubeTensor], output: &CubeTensor) {
        // The rest of the output keeps what earlier launches wrote.
        let kernel = Kernel {
            output_access: BufferIOAttr::ReadWrite,
            ..self
        };
        kernel.run(inputs, std::slice::from_ref(output));
    }

    fn run(self, inputs: &[&CubeTensor], outputs: &[CubeTensor]) {
        let mut arguments = KernelArguments::new();
        for input in inputs {
            // Does nothing for contiguous tensors, as nearly all are.
            let binding = into_contiguous((*input).clone()).handle.binding();
            arguments = arguments.with_buffer_io(binding, BufferIOAttr::ReadOnly);
        }
        for output in outputs {
            let binding = output.handle.clone().binding();
            arguments = arguments.with_buffer_io(binding, self.output_access);
        }
        let (x, y) = grid(self.threads);
        let client = inputs[0].client.clone();
        let kernel = Box::new(SourceKernel::new(
            self,
            CubeDim::new_1d(WORKGROUP_SIZE as u32),
        ));
        client.launch(kernel, CubeCount::Static(x, y, 1), arguments);
    }
}

impl KernelSource for Kernel {
    fn source(&self) -> SourceTemplate {
        // Natively, tensors are parts of shared buffers, and a buffer that a launch writes must not be bound read-only in
        // the same launch.
        let access = match cfg!(target_family = "wasm") {
            true => "read",
            false => "read_write",
        };
        let mut source = expand(self.source, &self.constants);
        if let Some((placeholder, lines)) = &self.insert {
            source = source.replace(placeholder, lines);
        }
        if !source.contains("@compute") {
            source.push_str(ENTRY_POINT);
        }
        SourceTemplate::new(source.replace("var<storage>", &format!("var<storage, {access}>")))
    }

    fn id(&self) -> KernelId {
        let dim = CubeDim::new_1d(WORKGROUP_SIZE as u32);
        // Sources are static strings: the address identifies one, and is cheaper to hash than the text.
        let source = self.source.as_ptr() as usize;
        let info = (source, self.constants.clone(), self.insert.clone());
        KernelId::new::<Self>().cube_dim(dim.into()).info(info)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Workgroups in x and y for `threads` threads.
fn grid(threads: usize) -> (u32, u32) {
    let workgroups = threads.div_ceil(WORKGROUP_SIZE);
    let rows = workgroups.div_ceil(MAX_WORKGROUPS).max(1);
    (workgroups.div_ceil(rows) as u32, rows as u32)
}

/// Shape and data type of an output.
#[derive(Clone, Debug)]
pub struct OutputSpec {
    shape: Shape,
    dtype: DType,
}

impl OutputSpec {
    /// The number of elements.
    pub fn elements(&self) -> usize {
        self.shape.num_elements()
    }

    /// Allocates the output, uninitialised, on the device of another tensor.
    fn allocate(self, like: &CubeTensor) -> CubeTensor {
        let OutputSpec { shape, dtype } = self;
        let client = like.client.clone();
        let handle = client.empty(shape.num_elements() * dtype.size());
        CubeTensor::new_contiguous(client, like.device.clone(), shape, handle, dtype)
    }
}

/// An output of 32-bit floats.
pub fn floats(shape: impl Into<Shape>) -> OutputSpec {
    OutputSpec {
        shape: shape.into(),
        dtype: DType::F32,
    }
}

/// An output of 32-bit integers.
pub fn integers(shape: impl Into<Shape>) -> OutputSpec {
    OutputSpec {
        shape: shape.into(),
        dtype: DType::I32,
    }
}

/// Uploads values that change from launch to launch, and so cannot be constants of the source, to the device of a tensor.
///
/// They are no scalar arguments of the kernel, because burn caches those: one buffer for every value ever used.
pub fn uploaded(values: &[f32], like: &CubeTensor) -> CubeTensor {
    let client = like.client.clone();
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_le_bytes())
        .collect();
    let handle = client.create_from_slice(&bytes);
    CubeTensor::new_contiguous(
        client,
        like.device.clone(),
        [values.len()].into(),
        handle,
        DType::F32,
    )
}

/// The number of elements of a tensor.
pub fn elements(tensor: &CubeTensor) -> u32 {
    tensor.shape().num_elements() as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_grid_covers_every_thread_within_the_limits() {
        for threads in [1, 64, 65, 4_194_240, 4_194_241, 50_000_000] {
            let (x, y) = grid(threads);
            assert!(x as usize <= MAX_WORKGROUPS && y as usize <= MAX_WORKGROUPS);
            assert!(x as usize * y as usize * WORKGROUP_SIZE >= threads);
        }
        assert_eq!(grid(4_194_240), (65_535, 1));
    }
}
