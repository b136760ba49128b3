//! A training step as a program: gathering a batch, forward, loss, backward, update.

use super::super::builder::Graph;
use super::fusion::Fused;
use super::{Compiler, Unsupported};
use crate::ops::gather::GatherShape;
use crate::ops::gpu::adapter::Adapter;
use crate::ops::gpu::choices::Choices;
use crate::ops::gpu::elementwise::elementwise_kernel;
use crate::ops::gpu::gather::gather_kernel;
use crate::ops::gpu::loss::TrainingLoss;
use crate::ops::gpu::program::layout::AlignedLayout;
use crate::ops::gpu::program::tables::{NORM_PARTIALS, Running, SCALARS, Sum, UpdateRule};
use crate::ops::gpu::program::{ALIGNMENT, BufferId, Contents, Program, View};
use crate::recipe::Normalization;
use crate::zoo::loss::Loss;

/// What a training step depends on besides the graph.
#[derive(Clone, Debug)]
pub struct TrainingOptions {
    /// What its kernels are shaped for.
    pub adapter: Adapter,
    /// The choice of its kernels, if one was measured: see [`Choices`].
    pub choice: Vec<usize>,
    /// Examples of a batch.
    pub batch: usize,
    /// Equal parts of it that batch normalization normalizes by themselves.
    pub shards: usize,
    /// Examples of the split in the device's memory; nothing where each batch comes from the host.
    pub examples: Option<usize>,
    /// The normalization of images.
    pub normalization: Normalization,
    /// Label smoothing.
    pub label_smoothing: f32,
    /// The optimizer.
    pub rule: UpdateRule,
    /// For each parameter, whether weight decay is for it.
    pub is_decayed: Vec<bool>,
    /// For each parameter, how many times the learning rate it is trained with.
    pub rates: Vec<f32>,
}

/// The dropout mask of a layer, which the host draws for each step.
#[derive(Clone, Copy, Debug)]
pub struct MaskSpec {
    /// `[batch, len]`
    pub view: View,
    /// The layer's number among the dropout layers.
    pub number: u64,
    /// The probability that an element is dropped.
    pub probability: f64,
    /// Elements of an example.
    pub len: usize,
}

/// A training step, and the buffers through which it is driven.
#[derive(Clone, Debug)]
pub struct TrainingProgram {
    /// The step.
    pub program: Program,
    /// The choice of its kernels.
    pub choices: Choices,
    /// Where each parameter lies in the vectors of all.
    pub layout: AlignedLayout,
    /// All parameters; the optimizer's moments, and the gradient of the last step.
    pub weights: View,
    /// The first moment.
    pub first_moment: View,
    /// The second moment.
    pub second_moment: View,
    /// The gradient of the last step.
    pub gradient: View,
    /// Where each batch normalization's running statistics lie.
    pub running_layout: AlignedLayout,
    /// The running statistics.
    pub running: View,
    /// Pixels of the split, or of the batch, packed four to a number: the caller's where the split is in the device's memory.
    pub packed: View,
    /// Labels of the split, or of the batch.
    pub labels: View,
    /// The indices of the batch's examples.
    pub indices: View,
    /// The optimizer's scalars: see [`SCALARS`].
    pub scalars: View,
    /// Dropout masks.
    pub masks: Vec<MaskSpec>,
    /// The mean loss, and the number of correct predictions.
    pub outputs: View,
}

/// What is collected while a step is compiled.
#[derive(Debug)]
pub(super) struct Training {
    pub shards: usize,
    /// What batch normalization measures, of all layers.
    pub statistics: BufferId,
    pub statistics_len: usize,
    /// Each layer's part of it, by its node.
    pub statistics_parts: Vec<(usize, View)>,
    pub running: Vec<Running>,
    /// Partial sums of parameters' gradients that are not added up yet.
    pub partials: Partials,
    pub gradient: View,
    pub masks: Vec<MaskSpec>,
    /// Logits of auxiliary heads, and the weight of each one's loss.
    pub auxiliary: Vec<(usize, f32)>,
}

#[derive(Debug, Default)]
pub(super) struct Partials {
    pub buffer: Option<BufferId>,
    pub len: usize,
    pub sums: Vec<Sum>,
}

impl Graph {
    /// Compiles a training step.
    ///
    /// # Errors
    /// `Unsupported` where an operation has no kernel.
    pub fn compile_training(
        &self,
        options: &TrainingOptions,
    ) -> Result<TrainingProgram, Unsupported> {
        let (mut compiler, fused) = Compiler::new(self, options.adapter, options.batch, true);
        compiler.choices = Choices::new(options.choice.clone());
        let is_grouped = |step: &Fused| {
            !(step.others.is_empty() && step.places.is_empty() && step.sources.is_empty())
        };
        if self.frozen > 0 && fused.iter().any(is_grouped) {
            // A group may have layers of both kinds.
            return Err(Unsupported(
                "a network with branches, of which layers are frozen,".to_owned(),
            ));
        }
        if self.freezes_part_of_a_node() {
            // Its kernels give all of its gradients, and those of what is frozen are none: they would count where gradients are clipped.
            return Err(Unsupported("a layer of which a part is frozen".to_owned()));
        }
        let program = &mut compiler.program;
        let gradient = program.buffer(compiler.layout.len, Contents::Persistent);
        let statistics = program.temporary(0).buffer;
        compiler.training = Some(Training {
            shards: options.shards,
            statistics,
            statistics_len: 0,
            statistics_parts: Vec::new(),
            running: Vec::new(),
            partials: Partials::default(),
            gradient,
            masks: Vec::new(),
            auxiliary: Vec::new(),
        });
        for step in &fused {
            let read = step.inputs.iter().map(|input| input.value);
            for value in read.chain(step.residual) {
                compiler.values.state_mut(value).parts_left += 1;
            }
        }
        compiler.values.state_mut(self.logits).parts_left += 1;

        let batch = compiler.gather(options);
        for step in &fused {
            compiler.forward(step)?;
        }
        let outputs = compiler.losses(options, batch.labels);
        for step in fused.iter().rev() {
            compiler.backward(step)?;
        }
        compiler.sum_partials();
        compiler.update_running_statistics();
        let [first_moment, second_moment, scalars] = compiler.update(options);
        let masks = compiler.training.map(|training| training.masks);
        Ok(TrainingProgram {
            program: compiler.program,
            choices: compiler.choices,
            layout: compiler.layout,
            weights: compiler.weights,
            first_moment,
            second_moment,
            gradient,
            running_layout: compiler.running_layout,
            running: compiler.running,
            packed: batch.packed,
            labels: batch.all_labels,
            indices: batch.indices,
            scalars,
            masks: masks.unwrap_or_default(),
            outputs,
        })
    }
}

/// Where a batch comes from.
struct BatchViews {
    packed: View,
    all_labels: View,
    indices: View,
    labels: View,
}

impl Compiler<'_> {
    /// Gathers a batch's examples: the graph's image is there then.
    fn gather(&mut self, options: &TrainingOptions) -> BatchViews {
        let image = self.graph.input.shape;
        let shape = GatherShape {
            examples: options.examples.unwrap_or(options.batch),
            batch: options.batch,
            image,
        };
        let contents = match options.examples {
            Some(_) => Contents::External,
            None => Contents::Persistent,
        };
        let packed = self
            .program
            .buffer(shape.examples * shape.words(), contents.clone());
        let all_labels = self.program.buffer(shape.examples, contents);
        let indices = self.program.buffer(options.batch, Contents::Persistent);
        let images = self.program.temporary(shape.batch * shape.pixels());
        let labels = self.program.temporary(options.batch);
        let normalization = self.graph.normalizes.then_some(&options.normalization);
        let kernel = gather_kernel(&shape, normalization);
        let bindings = [packed, all_labels, indices].map(View::read);
        let written = [images, labels].map(View::written);
        let bindings = bindings.into_iter().chain(written).collect();
        self.program.dispatch("gather", kernel, bindings);
        self.values.state_mut(0).view = Some(images);
        BatchViews {
            packed,
            all_labels,
            indices,
            labels,
        }
    }

    /// The losses of the logits and of auxiliary heads, with the gradient of each.
    fn losses(&mut self, options: &TrainingOptions, labels: View) -> View {
        let outputs = self.program.buffer(2, Contents::Persistent);
        let auxiliary = self
            .training
            .as_mut()
            .map(|training| std::mem::take(&mut training.auxiliary));
        let logits = (self.graph.logits, 1.0, outputs);
        let mut heads = vec![logits];
        for (value, weight) in auxiliary.into_iter().flatten() {
            heads.push((value, weight, self.program.temporary(2)));
        }
        for (value, weight, outputs) in heads {
            let logits = self.values.view(value);
            let rubbish = match *self.graph.loss() {
                Loss::CrossEntropy => None,
                Loss::MapCriterion { j } => Some(-j),
            };
            let loss = TrainingLoss {
                batch: options.batch,
                classes: logits.len / options.batch,
                smoothing: options.label_smoothing,
                weight,
                rubbish,
            };
            let gradient = self.program.temporary(logits.len);
            let bindings = vec![
                logits.read(),
                labels.read(),
                gradient.written(),
                outputs.written(),
            ];
            self.program.dispatch("loss", loss.kernel(), bindings);
            let state = self.values.state_mut(value);
            if state.parts_left == 1 && state.gradient.is_none() && state.activation.is_none() {
                state.parts_left = 0;
                state.gradient = Some(gradient);
            } else if let Some(part) = self.gradient_part(value) {
                let kernel = elementwise_kernel(gradient.len, &part.epilogue);
                let reads = part.reads.into_iter().map(View::read);
                let bindings = [gradient.read(), part.output.written()];
                let bindings = bindings.into_iter().chain(reads).collect();
                self.program.dispatch("loss", kernel, bindings);
            }
        }
        outputs
    }

    /// The optimizer's update: first moment, second moment, and the scalars that it reads.
    fn update(&mut self, options: &TrainingOptions) -> [View; 3] {
        let len = self.layout.len;
        let [first, second] = [(); 2].map(|()| self.program.buffer(len, Contents::Persistent));
        let scalars = self.program.buffer(SCALARS, Contents::Persistent);
        let mut parts = vec![[0_f32, 1.0]; len.div_ceil(ALIGNMENT)];
        for block in self.layout.blocks() {
            let is_decayed = options.is_decayed.get(block.part).copied();
            let decay = if is_decayed.unwrap_or_default() {
                1.0
            } else {
                0.0
            };
            let rate = options.rates.get(block.part).copied().unwrap_or(1.0);
            // Parameters that lie one after the other are all decayed or none is, and have one rate.
            let last = (block.aligned + block.len - 1) / ALIGNMENT;
            parts[block.aligned / ALIGNMENT..=last].fill([decay, rate]);
        }
        let parts: Vec<u32> = parts.into_iter().flatten().map(f32::to_bits).collect();
        let parts = self.program.buffer(parts.len(), Contents::Constant(parts));
        let gradient = self
            .training
            .as_ref()
            .map_or(View::EMPTY, |training| training.gradient);
        let mut bindings = vec![gradient.read(), scalars.read(), parts.read()];
        if options.rule.max_norm.is_some() {
            let squares = self.program.temporary(NORM_PARTIALS);
            let kernel = UpdateRule::norm_kernel(len);
            let reads = vec![gradient.read(), squares.written()];
            self.program.dispatch("norm of the gradient", kernel, reads);
            bindings.push(squares.read());
        }
        bindings.extend([self.weights, first, second].map(View::written));
        let kernel = options.rule.kernel(len);
        self.program.dispatch("update", kernel, bindings);
        [first, second, scalars]
    }
}
