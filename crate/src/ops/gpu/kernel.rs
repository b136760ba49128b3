//! A kernel: a WGSL source, expanded for one shape. It is launched through burn's own client, or put into a program.

use burn::backend::TensorMetadata;
use burn::tensor::{DType, Shape};
use burn_cubecl::cubecl::prelude::{BufferIOAttr, KernelId};
use burn_cubecl::cubecl::server::{CubeCount, CubeDim, KernelArguments};
use burn_cubecl::kernel::into_contiguous;
use burn_cubecl::template::{KernelSource, SourceKernel, SourceTemplate};
use burn_cubecl::tensor::CubeTensor;

use super::epilogue::Epilogue;
use super::products::Products;
use super::template::{Constants, expand};

/// Threads of a workgroup, in one dimension, where a kernel does not ask for another: a size that every adapter runs well.
const WORKGROUP_SIZE: usize = 64;

/// The entry point of kernels whose source defines only what one thread computes.
const THREAD_ENTRY_POINT: &str = "
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let thread = (workgroup.y * WORKGROUPS_X + workgroup.x) * WORKGROUP_SIZE + local;
    if (thread < THREADS) {
        thread_main(thread);
    }
}
";

/// The entry point of kernels whose source defines what a workgroup's threads compute together.
const WORKGROUP_ENTRY_POINT: &str = "
@compute @workgroup_size(WORKGROUP_SIZE)
fn main(@builtin(workgroup_id) workgroup: vec3<u32>, @builtin(local_invocation_index) local: u32) {
    let number = workgroup.y * WORKGROUPS_X + workgroup.x;
    if (number < WORKGROUPS) {
        workgroup_main(number, local);
    }
}
";

/// WebGPU's limit of workgroups in one dimension.
const MAX_WORKGROUPS: usize = 65_535;

/// A kernel for one shape.
#[derive(Clone, Debug)]
pub struct Kernel {
    source: &'static str,
    workgroups: usize,
    workgroup_size: usize,
    constants: Constants,
    /// A placeholder in the source, and the lines that replace it.
    insert: Option<(&'static str, String)>,
    /// What stands after the source: the function that stores its output's numbers.
    epilogue: String,
    /// How long the array `output` is, where that is not for the source to say.
    output_len: Option<usize>,
    /// What stands there, with the source's bindings and the output's length.
    store: Option<(Epilogue, usize, usize)>,
    /// What it computes, where that is sums of products.
    products: Option<Products>,
    #[cfg(test)]
    fault: Option<fn(String) -> String>,
    output_access: BufferIOAttr,
}

impl Kernel {
    /// A kernel for `threads` threads, of a source that defines `thread_main(thread: u32)`, or its own entry point `main`. The
    /// constants describe the shape.
    pub fn new(source: &'static str, threads: usize, constants: Constants) -> Self {
        let workgroups = threads.div_ceil(WORKGROUP_SIZE);
        let mut kernel = Kernel::of_workgroups(source, workgroups, WORKGROUP_SIZE, constants);
        kernel.constants.push(("THREADS", threads as u32));
        kernel
    }

    /// A kernel for `workgroups` workgroups of `workgroup_size` threads each, of a source that defines `workgroup_main(workgroup:
    /// u32, local: u32)`: all threads of a workgroup call it, so it may hold barriers.
    pub fn of_workgroups(
        source: &'static str,
        workgroups: usize,
        workgroup_size: usize,
        constants: Constants,
    ) -> Self {
        let (workgroups_x, _) = grid(workgroups);
        let mut all = vec![
            ("WORKGROUP_SIZE", workgroup_size as u32),
            ("WORKGROUPS", workgroups as u32),
            ("WORKGROUPS_X", workgroups_x),
        ];
        all.extend(constants);
        Kernel {
            source,
            workgroups,
            workgroup_size,
            constants: all,
            insert: None,
            epilogue: String::new(),
            output_len: None,
            store: None,
            products: None,
            #[cfg(test)]
            fault: None,
            output_access: BufferIOAttr::WriteOnly,
        }
    }

    /// Adds the function `store(at: u32, value: f32)`, through which the source writes its array `output` of `len` numbers. The
    /// source itself has `bindings` buffers, `output` among them; what the epilogue reads is bound after these.
    pub fn with_epilogue(self, epilogue: &Epilogue, bindings: usize, len: usize) -> Self {
        Kernel {
            epilogue: epilogue.wgsl(bindings, len),
            output_len: epilogue
                .destinations
                .map(|destinations| destinations.lengths(len)[0]),
            store: Some((*epilogue, bindings, len)),
            ..self
        }
    }

    /// Says what it computes before its epilogue.
    pub fn computes(self, products: Products) -> Self {
        Kernel {
            products: Some(products),
            ..self
        }
    }

    /// What it computes before its epilogue, where that is sums of products.
    pub fn products(&self) -> Option<Products> {
        self.products
    }

    /// What is done to each of its numbers.
    pub fn epilogue(&self) -> Epilogue {
        self.store
            .map_or_else(Epilogue::default, |(epilogue, ..)| epilogue)
    }

    /// The same kernel with a fault in its source, by which tests are tested.
    #[cfg(test)]
    pub fn with_fault(self, fault: fn(String) -> String) -> Self {
        Kernel {
            fault: Some(fault),
            ..self
        }
    }

    /// The same kernel that stores its numbers as they are.
    pub fn without_epilogue(self) -> Self {
        match self.store {
            Some((_, bindings, len)) => self.with_epilogue(&Epilogue::default(), bindings, len),
            None => self,
        }
    }

    /// Adds constants.
    pub fn add_constants(&mut self, constants: Constants) {
        self.constants.extend(constants);
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
        let access = self.output_access;
        // Making them contiguous does nothing for nearly all.
        let read = inputs
            .iter()
            .map(|&input| (into_contiguous(input.clone()), BufferIOAttr::ReadOnly));
        let written = outputs.iter().map(|output| (output.clone(), access));
        self.bind_and_launch(&read.chain(written).collect::<Vec<_>>());
    }

    /// Launches the kernel with these bindings, in their order.
    pub(super) fn bind_and_launch(self, bindings: &[(CubeTensor, BufferIOAttr)]) {
        let mut arguments = KernelArguments::new();
        for (tensor, access) in bindings {
            arguments = arguments.with_buffer_io(tensor.handle.clone().binding(), *access);
        }
        let [x, y] = self.grid();
        let workgroup_size = self.workgroup_size as u32;
        let client = bindings[0].0.client.clone();
        let kernel = Box::new(SourceKernel::new(self, CubeDim::new_1d(workgroup_size)));
        client.launch(kernel, CubeCount::Static(x, y, 1), arguments);
    }

    /// Workgroups in x and y.
    pub fn grid(&self) -> [u32; 2] {
        let (x, y) = grid(self.workgroups);
        [x, y]
    }

    /// The whole source. `access` is how the buffers are declared that it only reads: `read` or `read_write`.
    pub fn wgsl(&self, access: &str) -> String {
        let mut source = expand(self.source, &self.constants);
        if let Some((placeholder, lines)) = &self.insert {
            source = source.replace(placeholder, lines);
        }
        source.push_str(&self.epilogue);
        if self.epilogue.contains("is_nan(") && !source.contains("fn is_nan(") {
            source.push_str(include_str!("nan.wgsl"));
        }
        if let Some(len) = self.output_len
            && let Some((before, after)) = source.split_once("> output: array<f32, ")
            && let Some((_, after)) = after.split_once('>')
        {
            source = format!("{before}> output: array<f32, {len}>{after}");
        }
        if !source.contains("@compute") {
            let is_workgroups = source.contains("fn workgroup_main");
            source.push_str(match is_workgroups {
                true => WORKGROUP_ENTRY_POINT,
                false => THREAD_ENTRY_POINT,
            });
        }
        let source = source.replace("var<storage>", &format!("var<storage, {access}>"));
        #[cfg(test)]
        if let Some(fault) = self.fault {
            return fault(source);
        }
        source
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
        SourceTemplate::new(self.wgsl(access))
    }

    fn id(&self) -> KernelId {
        let dim = CubeDim::new_1d(self.workgroup_size as u32);
        // Sources are static strings: the address identifies one, and is cheaper to hash than the text.
        let source = self.source.as_ptr() as usize;
        let info = (
            source,
            self.constants.clone(),
            self.insert.clone(),
            self.epilogue.clone(),
        );
        KernelId::new::<Self>().cube_dim(dim.into()).info(info)
    }

    fn lang(&self) -> &'static str {
        "wgsl"
    }
}

/// Workgroups in x and y, at least as many as wanted.
fn grid(workgroups: usize) -> (u32, u32) {
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
    fn a_grid_covers_every_workgroup_within_the_limits() {
        for workgroups in [1, 2, 65_535, 65_536, 781_250] {
            let (x, y) = grid(workgroups);
            assert!(x as usize <= MAX_WORKGROUPS && y as usize <= MAX_WORKGROUPS);
            assert!(x as usize * y as usize >= workgroups);
        }
        assert_eq!(grid(65_535), (65_535, 1));
    }
}
