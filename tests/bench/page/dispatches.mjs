// Counts what an engine asks of the GPU, from outside it. Must be evaluated before the module is: it puts itself between.
const counts = new Map();

/** How many pipelines were compiled, together with others or each by itself; how long the first were waited for, in milliseconds. */
export const pipelines = { together: 0, alone: 0, ms: 0 };
let asked = 0;

if (typeof GPUDevice !== "undefined") {
  /** What a shader says of itself in its first comment: ours do, those that burn generates do not. */
  const title = (code) => code.match(/^\/\/ (.*?)[.:]/m)?.[1] ?? "burn's";
  const titles = new WeakMap();
  const { createShaderModule, createComputePipeline, createComputePipelineAsync } = GPUDevice.prototype;
  GPUDevice.prototype.createShaderModule = function (descriptor) {
    const module = createShaderModule.call(this, descriptor);
    titles.set(module, title(descriptor.code));
    return module;
  };
  GPUDevice.prototype.createComputePipeline = function (descriptor) {
    const pipeline = createComputePipeline.call(this, descriptor);
    titles.set(pipeline, titles.get(descriptor.compute.module));
    pipelines.alone++;
    return pipeline;
  };
  GPUDevice.prototype.createComputePipelineAsync = async function (descriptor) {
    asked ||= performance.now();
    const pipeline = await createComputePipelineAsync.call(this, descriptor);
    pipelines.ms = performance.now() - asked;
    titles.set(pipeline, titles.get(descriptor.compute.module));
    pipelines.together++;
    return pipeline;
  };
  const { setPipeline, dispatchWorkgroups } = GPUComputePassEncoder.prototype;
  const current = new WeakMap();
  GPUComputePassEncoder.prototype.setPipeline = function (pipeline) {
    current.set(this, titles.get(pipeline));
    return setPipeline.call(this, pipeline);
  };
  GPUComputePassEncoder.prototype.dispatchWorkgroups = function (...groups) {
    const name = current.get(this);
    counts.set(name, (counts.get(name) ?? 0) + 1);
    // What a kernel costs can be seen by running it more often: all of them may be.
    for (let more = globalThis.repeats?.[name] ?? 0; more > 0; more--) dispatchWorkgroups.apply(this, groups);
    return dispatchWorkgroups.apply(this, groups);
  };
}

/** How often each kernel was dispatched so far, by what its shader says of itself. */
export const dispatches = () => Object.fromEntries(counts);
