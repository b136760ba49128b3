//! A program on a device: its buffers, pipelines and bind groups.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Poll, Waker};

use burn::tensor::wgpu::wgpu;

use super::memory::MemoryPlan;
use super::pipelines::{Pipeline, Pipelines};
use super::{BufferId, Contents, Dispatch, Program, View};

/// Bytes of a number.
const BYTES: u64 = 4;

/// A device, its queue, and the pipelines that were compiled for it.
#[derive(Clone)]
pub struct Gpu {
    /// burn's device.
    pub device: wgpu::Device,
    /// Its queue, to which burn submits, too.
    pub queue: wgpu::Queue,
    pipelines: Pipelines,
}

/// A buffer that somebody else owns, or a part of one.
#[derive(Clone, Debug)]
pub struct ExternalBuffer {
    /// The buffer.
    pub buffer: wgpu::Buffer,
    /// Where the part starts, in bytes.
    pub offset: u64,
}

/// A dispatch with all that it needs.
struct Command {
    pipeline: Arc<Pipeline>,
    bind_group: wgpu::BindGroup,
    grid: [u32; 2],
}

/// A program on a device.
pub struct Executable {
    gpu: Gpu,
    commands: Vec<Command>,
    /// For each buffer of the program, the device's, and where it starts in it, in bytes; nothing where it is never used.
    buffers: Vec<Option<ExternalBuffer>>,
    /// Bytes that it allocated.
    bytes: u64,
}

impl Gpu {
    /// Of burn's device.
    pub fn new(device: wgpu::Device, queue: wgpu::Queue) -> Self {
        Gpu {
            device,
            queue,
            pipelines: Pipelines::default(),
        }
    }

    /// Compiles what these programs have no pipelines for yet, all at once.
    pub async fn prepare(&self, programs: &[&Program]) {
        let dispatches = programs.iter().flat_map(|program| &program.dispatches);
        let dispatches: Vec<&Dispatch> = dispatches.collect();
        self.pipelines.prepare(&self.device, &dispatches).await;
    }

    /// How many pipelines there are.
    #[cfg(test)]
    pub fn pipelines(&self) -> usize {
        self.pipelines.len()
    }

    /// A buffer of so many numbers, zeros.
    fn allocate(&self, len: usize) -> wgpu::Buffer {
        let usage = wgpu::BufferUsages::STORAGE
            | wgpu::BufferUsages::COPY_SRC
            | wgpu::BufferUsages::COPY_DST;
        self.device.create_buffer(&wgpu::BufferDescriptor {
            label: None,
            size: BYTES * len.max(1) as u64,
            usage,
            mapped_at_creation: false,
        })
    }

    /// A buffer of so many numbers, zeros, that several programs may use.
    pub fn external(&self, len: usize) -> ExternalBuffer {
        ExternalBuffer {
            buffer: self.allocate(len),
            offset: 0,
        }
    }

    /// Writes numbers into a buffer: before all that is submitted from now on.
    pub fn write(&self, to: &ExternalBuffer, values: &[u32]) {
        self.queue
            .write_buffer(&to.buffer, to.offset, bytemuck::cast_slice(values));
    }

    /// What follows is recorded into.
    pub fn encoder(&self) -> wgpu::CommandEncoder {
        self.device
            .create_command_encoder(&wgpu::CommandEncoderDescriptor::default())
    }

    /// Gives the device what was recorded.
    pub fn submit(&self, encoder: wgpu::CommandEncoder) {
        self.queue.submit([encoder.finish()]);
    }

    /// Waits until all that was submitted is computed. A device that is lost need not answer.
    pub async fn done(&self) {
        let state = Arc::new(Mutex::new((false, None::<Waker>)));
        let reported = Arc::clone(&state);
        self.queue.on_submitted_work_done(move || {
            let mut state = reported.lock().unwrap_or_else(PoisonError::into_inner);
            state.0 = true;
            if let Some(waker) = state.1.take() {
                waker.wake();
            }
        });
        // A browser tells by itself; natively somebody has to ask. What goes wrong then, the device reports.
        #[cfg(not(target_family = "wasm"))]
        let _ = self.device.poll(wgpu::PollType::wait_indefinitely());
        std::future::poll_fn(|context| {
            let mut state = state.lock().unwrap_or_else(PoisonError::into_inner);
            match state.0 {
                true => Poll::Ready(()),
                false => {
                    state.1 = Some(context.waker().clone());
                    Poll::Pending
                }
            }
        })
        .await;
    }
}

impl fmt::Debug for Gpu {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Gpu").finish_non_exhaustive()
    }
}

impl fmt::Debug for Executable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Executable")
            .field("dispatches", &self.commands.len())
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

impl Executable {
    /// Puts a program on a device. `shared` are the buffers that somebody else owns, one for each that the program says is external, and
    /// those persistent ones that another program on the device has made.
    ///
    /// # Errors
    /// Where a buffer is larger than the device's limits, or one that somebody else owns was not given.
    pub fn new(
        gpu: &Gpu,
        program: &Program,
        shared: &HashMap<BufferId, ExternalBuffer>,
    ) -> Result<Self, String> {
        let plan = MemoryPlan::new(program);
        let limits = gpu.device.limits();
        let most = limits
            .max_storage_buffer_binding_size
            .min(limits.max_buffer_size);
        let mut bytes = 0;
        let mut allocate = |len: usize| {
            let size = BYTES * len as u64;
            if size > most {
                let [size, most] = [size, most].map(|bytes| bytes as f64 / 1e6);
                return Err(format!(
                    "it takes a buffer of {size:.0} MB, and this GPU binds {most:.0} MB at most"
                ));
            }
            bytes += size;
            Ok(gpu.allocate(len))
        };
        let allocations = plan.lengths.iter().map(|len| allocate(*len));
        let allocations: Vec<wgpu::Buffer> = allocations.collect::<Result<_, _>>()?;
        let mut buffers = Vec::new();
        for (index, spec) in program.buffers.iter().enumerate() {
            let own = |buffer: wgpu::Buffer| Some(ExternalBuffer { buffer, offset: 0 });
            let given = shared.get(&BufferId(index)).cloned();
            buffers.push(match &spec.contents {
                Contents::Temporary => {
                    let allocation = plan.allocation[index];
                    allocation.and_then(|allocation| own(allocations[allocation].clone()))
                }
                Contents::External => Some(given.ok_or("a buffer is missing that another owns")?),
                Contents::Persistent => match given {
                    Some(given) => Some(given),
                    None => own(allocate(spec.len)?),
                },
                Contents::Constant(values) => {
                    let buffer = allocate(spec.len)?;
                    gpu.queue
                        .write_buffer(&buffer, 0, bytemuck::cast_slice(values));
                    own(buffer)
                }
            });
        }
        let mut executable = Executable {
            gpu: gpu.clone(),
            commands: Vec::new(),
            buffers,
            bytes,
        };
        for dispatch in &program.dispatches {
            let command = executable.command(dispatch)?;
            executable.commands.push(command);
        }
        Ok(executable)
    }

    fn command(&self, dispatch: &Dispatch) -> Result<Command, String> {
        let pipeline = self.gpu.pipelines.of(&self.gpu.device, dispatch);
        let mut entries = Vec::new();
        for (number, binding) in (0..).zip(&dispatch.bindings) {
            let View { start, len, .. } = binding.view;
            let place = self.place(binding.view)?;
            entries.push(wgpu::BindGroupEntry {
                binding: number,
                resource: wgpu::BindingResource::Buffer(wgpu::BufferBinding {
                    buffer: &place.buffer,
                    offset: place.offset + BYTES * start as u64,
                    size: std::num::NonZeroU64::new(BYTES * len as u64),
                }),
            });
        }
        let bind_group = self
            .gpu
            .device
            .create_bind_group(&wgpu::BindGroupDescriptor {
                label: Some(&dispatch.label),
                layout: &pipeline.layout,
                entries: &entries,
            });
        Ok(Command {
            pipeline,
            bind_group,
            grid: dispatch.kernel.grid(),
        })
    }

    fn place(&self, view: View) -> Result<&ExternalBuffer, String> {
        let BufferId(index) = view.buffer;
        let place = self.buffers.get(index).and_then(Option::as_ref);
        place.ok_or_else(|| "a buffer was never made".to_owned())
    }

    /// The device's buffer of a view, and where it starts there, in bytes.
    ///
    /// # Errors
    /// Where no dispatch uses the buffer.
    pub fn external(&self, view: View) -> Result<ExternalBuffer, String> {
        let place = self.place(view)?;
        Ok(ExternalBuffer {
            buffer: place.buffer.clone(),
            offset: place.offset + BYTES * view.start as u64,
        })
    }

    /// The number of its dispatches.
    pub fn dispatches(&self) -> usize {
        self.commands.len()
    }

    /// Writes numbers into a buffer: before all that is submitted from now on.
    ///
    /// # Errors
    /// Where no dispatch uses the buffer.
    pub fn write(&self, view: View, values: &[u32]) -> Result<(), String> {
        self.gpu.write(&self.external(view)?, values);
        Ok(())
    }

    /// Records all its dispatches, in one compute pass.
    pub fn encode(&self, encoder: &mut wgpu::CommandEncoder) {
        let mut pass = encoder.begin_compute_pass(&wgpu::ComputePassDescriptor::default());
        let mut current: Option<&Arc<Pipeline>> = None;
        for command in &self.commands {
            if !current.is_some_and(|pipeline| Arc::ptr_eq(pipeline, &command.pipeline)) {
                pass.set_pipeline(&command.pipeline.pipeline);
                current = Some(&command.pipeline);
            }
            pass.set_bind_group(0, &command.bind_group, &[]);
            let [x, y] = command.grid;
            pass.dispatch_workgroups(x, y, 1);
        }
    }

    /// Records a copy of numbers between two buffers.
    pub fn copy(
        encoder: &mut wgpu::CommandEncoder,
        from: &ExternalBuffer,
        to: &ExternalBuffer,
        len: usize,
    ) {
        let bytes = BYTES * len as u64;
        encoder.copy_buffer_to_buffer(&from.buffer, from.offset, &to.buffer, to.offset, bytes);
    }
}
