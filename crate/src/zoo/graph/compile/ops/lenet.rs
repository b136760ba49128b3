//! The layers that only LeNet-5 (1998) has.

use super::super::super::lenet::LeNetOp;
use super::super::fusion::Fused;
use super::super::{Compiler, Unsupported};
use crate::ops::conv::ConvShape;
use crate::ops::gpu::conv::{self, Pass};
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::epilogue::Activation;
use crate::ops::gpu::lenet::{PartialConv, Rbf, ScaleAndPad, Subsampling};
use crate::ops::gpu::program::{Contents, View};

impl Compiler<'_> {
    pub fn lenet(&mut self, fused: &Fused, op: &LeNetOp) -> Result<(), Unsupported> {
        let x = self.input(fused);
        let [channels, height, width] = fused.inputs[0].dims;
        match op {
            LeNetOp::ScaleAndPad {
                scale,
                padding,
                shift,
            } => {
                let output = self.output(fused);
                let kernel = ScaleAndPad {
                    planes: self.batch * channels,
                    size: [height, width],
                    scale: *scale as f32,
                    padding: *padding,
                    shift: *shift as f32,
                };
                let kernel = kernel.kernel(&output.epilogue);
                self.dispatch(fused, "padding", kernel, vec![x], output);
            }
            LeNetOp::ScaledTanh => {
                let fused = Fused {
                    activation: Some(Activation::ScaledTanh),
                    ..fused.clone()
                };
                let output = self.output(&fused);
                let kernel = elementwise_kernel(output.view.len, &output.epilogue);
                self.dispatch(&fused, "activation", kernel, vec![x], output);
            }
            LeNetOp::Subsampling => {
                let output = self.output(fused);
                let kernel = self.subsampling(fused).kernel(&output.epilogue);
                let reads = [vec![x], self.parameters(fused)].concat();
                self.dispatch(fused, "subsampling", kernel, reads, output);
            }
            LeNetOp::PartialConv { .. } => {
                let conv = self.partial_conv(fused, op)?;
                let parameters = self.parameters(fused);
                let weight = self
                    .program
                    .temporary(conv.shape.weight_shape().iter().product());
                let label = self.label(fused, "full weight");
                let bindings = vec![parameters[0].read(), weight.written()];
                self.program.dispatch(label, conv.weight_kernel(), bindings);
                self.keep(fused, vec![weight]);
                let output = self.output(fused);
                let choice = self.choices.conv(Pass::Forward, &conv.shape, &self.adapter);
                let kernel = conv::forward_kernel(
                    &conv.shape,
                    &conv::Slices::default(),
                    choice,
                    true,
                    &output.epilogue,
                );
                let reads = vec![x, weight, parameters[1]];
                self.dispatch(fused, "convolution", kernel, reads, output);
            }
            LeNetOp::Rbf { centres } => {
                let bits = centres.iter().map(|centre| centre.to_bits()).collect();
                let view = self.program.buffer(centres.len(), Contents::Constant(bits));
                self.keep(fused, vec![view]);
                let output = self.output(fused);
                let kernel = self.rbf(fused, centres.len()).kernel(&output.epilogue);
                self.dispatch(fused, "distances", kernel, vec![x, view], output);
            }
        }
        Ok(())
    }

    pub fn lenet_gradient(
        &mut self,
        fused: &Fused,
        op: &LeNetOp,
        gradient: View,
    ) -> Result<(), Unsupported> {
        let x = self.input(fused);
        let input = fused.inputs[0].value;
        let parameters = self.parameters(fused);
        match op {
            // What it pads is the image.
            LeNetOp::ScaleAndPad { .. } => {}
            LeNetOp::ScaledTanh => self.pass_gradient(fused, input, gradient),
            LeNetOp::Subsampling => {
                let subsampling = self.subsampling(fused);
                let sums = subsampling.parameter_kernel();
                self.parameter_gradient(fused, sums, vec![x, gradient]);
                if let Some(part) = self.gradient_part(input) {
                    let kernel = subsampling.input_kernel(&part.epilogue);
                    let reads = vec![parameters[0], gradient];
                    self.dispatch_part(fused, "subsampling by inputs", kernel, reads, part);
                }
            }
            LeNetOp::PartialConv { .. } => {
                let conv = self.partial_conv(fused, op)?;
                let [weight] = self.kept(fused)?;
                let choice = self.choices.conv(Pass::Weights, &conv.shape, &self.adapter);
                let full = conv::weight_kernel(&conv.shape, &conv::Slices::default(), choice, true);
                let partials = self.program.temporary(full.split_k * full.sums);
                let label = self.label(fused, "by full weight");
                let bindings = vec![x.read(), gradient.read(), partials.written()];
                self.program.dispatch(label, full.kernel, bindings);
                let sums = conv.parameter_kernel(full.split_k);
                self.parameter_gradient(fused, sums, vec![partials]);
                if let Some(part) = self.gradient_part(input) {
                    let choice = self.choices.conv(Pass::Input, &conv.shape, &self.adapter);
                    let kernel = conv::input_kernel(
                        &conv.shape,
                        &conv::Slices::default(),
                        choice,
                        &part.epilogue,
                    );
                    let reads = vec![weight, gradient];
                    self.dispatch_part(fused, "convolution by inputs", kernel, reads, part);
                }
            }
            LeNetOp::Rbf { centres } => {
                let [view] = self.kept(fused)?;
                if let Some(part) = self.gradient_part(input) {
                    let rbf = self.rbf(fused, centres.len());
                    let kernel = rbf.gradient_kernel(&part.epilogue);
                    let reads = vec![x, view, gradient];
                    self.dispatch_part(fused, "distances by inputs", kernel, reads, part);
                }
            }
        }
        Ok(())
    }

    fn subsampling(&self, fused: &Fused) -> Subsampling {
        let [channels, height, width] = fused.inputs[0].dims;
        Subsampling {
            batch: self.batch,
            channels,
            size: [height, width],
        }
    }

    fn partial_conv(&self, fused: &Fused, op: &LeNetOp) -> Result<PartialConv, Unsupported> {
        let LeNetOp::PartialConv {
            connections,
            kernel,
        } = *op
        else {
            return Err(Unsupported(format!("{op:?}")));
        };
        let [channels, height, width] = fused.inputs[0].dims;
        Ok(PartialConv {
            shape: ConvShape {
                batch: self.batch,
                channels,
                size: [height, width],
                filters: connections.len(),
                kernel: [kernel; 2],
                stride: [1; 2],
                padding: [0; 2],
                groups: 1,
            },
            connections,
        })
    }

    fn rbf(&self, fused: &Fused, centres: usize) -> Rbf {
        let features = fused.inputs[0].dims.iter().product();
        Rbf {
            batch: self.batch,
            features,
            classes: centres / features,
        }
    }
}
