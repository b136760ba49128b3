//! The train state's vectors: in a program aligned, outside it without gaps.

use std::collections::HashMap;

use burn::tensor::wgpu::wgpu;
use burn::tensor::{Device, Tensor};

use crate::ops::gpu::program::executable::{Executable, ExternalBuffer, Gpu};
use crate::ops::gpu::program::layout::AlignedLayout;
use crate::ops::gpu::program::tables::{pack_kernel, pack_table, pack_table_len, unpack_kernel};
use crate::ops::gpu::program::tensors::new_tensor;
use crate::ops::gpu::program::{Contents, Program, View};

/// A vector that is aligned in a program's buffer.
#[derive(Debug)]
pub struct PackedVector {
    /// Its length without gaps.
    pub len: usize,
    /// Takes the gaps out, and puts them in.
    pack: Executable,
    unpack: Executable,
    packed: ExternalBuffer,
}

impl PackedVector {
    /// Records that the vector becomes what is in a buffer without gaps; nothing stands for zeros.
    pub fn load(&self, encoder: &mut wgpu::CommandEncoder, from: Option<&ExternalBuffer>) {
        match from {
            Some(from) => Executable::copy(encoder, from, &self.packed, self.len),
            None => encoder.clear_buffer(&self.packed.buffer, 0, None),
        }
        self.unpack.encode(encoder);
    }

    /// The vector as a new tensor.
    ///
    /// # Errors
    /// What the device reported.
    pub fn store(&self, gpu: &Gpu, device: &Device) -> Result<Tensor<1>, String> {
        let (tensor, to) = new_tensor(self.len, device)?;
        let mut encoder = gpu.encoder();
        self.pack.encode(&mut encoder);
        Executable::copy(&mut encoder, &self.packed, &to, self.len);
        gpu.submit(encoder);
        Ok(tensor)
    }
}

/// What vectors of one layout share: a vector without gaps goes through it only while it is copied.
pub struct Packing<'a> {
    layout: &'a AlignedLayout,
    table: ExternalBuffer,
    packed: ExternalBuffer,
}

impl<'a> Packing<'a> {
    /// Of vectors with that layout.
    pub fn new(gpu: &Gpu, layout: &'a AlignedLayout) -> Self {
        let table = pack_table(layout);
        let packing = Packing {
            layout,
            table: gpu.external(table.len()),
            packed: gpu.external(layout.packed_len()),
        };
        gpu.write(&packing.table, &table);
        packing
    }

    /// The vector that is aligned in a buffer.
    ///
    /// # Errors
    /// What the device reported.
    pub fn vector(&self, gpu: &Gpu, aligned: &ExternalBuffer) -> Result<PackedVector, String> {
        let layout = self.layout;
        let executable = |packs: bool| {
            let (program, [table, in_gaps, packed]) = packing_program(layout, packs);
            let external = HashMap::from([
                (table.buffer, self.table.clone()),
                (in_gaps.buffer, aligned.clone()),
                (packed.buffer, self.packed.clone()),
            ]);
            Executable::new(gpu, &program, &external)
        };
        Ok(PackedVector {
            len: layout.packed_len(),
            pack: executable(true)?,
            unpack: executable(false)?,
            packed: self.packed.clone(),
        })
    }
}

/// Both copies of vectors with a layout.
pub fn packing_programs(layout: &AlignedLayout) -> [Program; 2] {
    [true, false].map(|packs| packing_program(layout, packs).0)
}

/// Takes the gaps out, or puts them in. Its buffers are the table, the vector with gaps, and the one without.
fn packing_program(layout: &AlignedLayout, packs: bool) -> (Program, [View; 3]) {
    let mut program = Program::default();
    let table = program.buffer(pack_table_len(layout), Contents::External);
    let in_gaps = program.buffer(layout.len, Contents::External);
    let packed = program.buffer(layout.packed_len(), Contents::External);
    let (label, kernel, from, to) = match packs {
        true => ("pack", pack_kernel(layout), in_gaps, packed),
        false => ("unpack", unpack_kernel(layout), packed, in_gaps),
    };
    let bindings = vec![table.read(), from.read(), to.written()];
    program.dispatch(label, kernel, bindings);
    (program, [table, in_gaps, packed])
}
