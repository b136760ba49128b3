//! What kernels are shaped by besides their layer: the limits of the adapter, and how much it computes at once.

/// The threads that keep a software adapter busy.
const SOFTWARE_THREADS: usize = 512;

/// The threads that keep a card busy: more than a laptop's holds, a quarter of what the largest hold.
const CARD_THREADS: usize = 65_536;

/// An adapter, as far as kernels depend on it. Two equal ones get the same kernels, and so the same bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Adapter {
    /// The most threads of a workgroup.
    pub max_workgroup_size: usize,
    /// The most memory of a workgroup, in bytes.
    pub workgroup_memory: usize,
    /// The fewest threads that keep it busy, where a layer has as many.
    pub wanted_threads: usize,
}

impl Adapter {
    /// A software adapter: few threads at once, and workgroup memory that is no faster than buffers.
    pub const SOFTWARE: Adapter = Adapter {
        max_workgroup_size: 128,
        workgroup_memory: 16 << 10,
        wanted_threads: SOFTWARE_THREADS,
    };

    /// A card with WebGPU's least limits.
    pub const CARD: Adapter = Adapter {
        max_workgroup_size: 256,
        workgroup_memory: 16 << 10,
        wanted_threads: CARD_THREADS,
    };

    /// Whether it computes on the processor.
    pub fn is_software(&self) -> bool {
        self.wanted_threads <= SOFTWARE_THREADS
    }
}

/// What suits every adapter.
impl Default for Adapter {
    fn default() -> Self {
        Adapter::SOFTWARE
    }
}
