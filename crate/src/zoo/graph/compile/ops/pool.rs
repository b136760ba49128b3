//! Pooling.

use super::super::super::op::Pooling;
use super::super::fusion::Fused;
use super::super::{Compiler, Unsupported};
use crate::ops::gpu::avg_pool::{
    avg_pool_gradient_kernel, avg_pool_kernel, plane_means_gradient_kernel, plane_means_kernel,
};
use crate::ops::gpu::pool::{max_pool_gradient_kernel, max_pool_kernel, reads_argmax};
use crate::ops::gpu::program::View;
use crate::ops::pool::PoolShape;

impl Compiler<'_> {
    fn windows(&self, fused: &Fused, pooling: Pooling) -> PoolShape {
        let [channels, height, width] = fused.inputs[0].dims;
        let size = [height, width];
        PoolShape {
            planes: self.batch * channels,
            size,
            kernel: [pooling.kernel; 2],
            stride: [pooling.stride; 2],
            padding: [pooling.padding; 2],
            reach: pooling.reach(size),
        }
    }

    pub fn max_pool(&mut self, fused: &Fused, pooling: Pooling) {
        let shape = self.windows(fused, pooling);
        let mut output = self.output(fused);
        let needs_gradient = self.values.state(fused.inputs[0].value).needs_gradient;
        let keeps_argmax = self.training.is_some() && needs_gradient && reads_argmax(&shape);
        let kernel = max_pool_kernel(&shape, keeps_argmax, &output.epilogue);
        if keeps_argmax {
            let argmax = self.program.temporary(output.view.len);
            output.bindings.insert(0, argmax.written());
            self.keep(fused, vec![argmax]);
        }
        let reads = vec![self.input(fused)];
        self.dispatch(fused, "max pooling", kernel, reads, output);
    }

    pub fn max_pool_gradient(
        &mut self,
        fused: &Fused,
        pooling: Pooling,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let shape = self.windows(fused, pooling);
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let kernel = max_pool_gradient_kernel(&shape, &part.epilogue);
            let [compared] = if reads_argmax(&shape) {
                self.kept(fused)?
            } else {
                [self.input(fused)]
            };
            let reads = vec![compared, gradient];
            self.dispatch_part(fused, "max pooling by inputs", kernel, reads, part);
        }
        Ok(())
    }

    pub fn avg_pool(&mut self, fused: &Fused, pooling: Pooling) {
        let shape = self.windows(fused, pooling);
        let output = self.output(fused);
        let kernel = avg_pool_kernel(&shape, &output.epilogue);
        let reads = vec![self.input(fused)];
        self.dispatch(fused, "average pooling", kernel, reads, output);
    }

    pub fn avg_pool_gradient(&mut self, fused: &Fused, pooling: Pooling, gradient: View) {
        let shape = self.windows(fused, pooling);
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let kernel = avg_pool_gradient_kernel(&shape, &part.epilogue);
            let what = "average pooling by inputs";
            self.dispatch_part(fused, what, kernel, vec![gradient], part);
        }
    }

    pub fn global_avg_pool(&mut self, fused: &Fused) {
        let [channels, height, width] = fused.inputs[0].dims;
        let output = self.output(fused);
        let planes = self.batch * channels;
        let kernel = plane_means_kernel(planes, height * width, &output.epilogue);
        let reads = vec![self.input(fused)];
        self.dispatch(fused, "global average pooling", kernel, reads, output);
    }

    pub fn global_avg_pool_gradient(&mut self, fused: &Fused, gradient: View) {
        let [channels, height, width] = fused.inputs[0].dims;
        if let Some(part) = self.gradient_part(fused.inputs[0].value) {
            let planes = self.batch * channels;
            let kernel = plane_means_gradient_kernel(planes, height * width, &part.epilogue);
            let what = "global average pooling by inputs";
            self.dispatch_part(fused, what, kernel, vec![gradient], part);
        }
    }
}
