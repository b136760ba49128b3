// TensorFlow.js with the page's networks, to be bundled: the package's files for Node are without gradients.
import "@tensorflow/tfjs-backend-cpu";
import "@tensorflow/tfjs-core/dist/register_all_gradients.js";

export * as tf from "@tensorflow/tfjs-core";
export { lenet5Learner } from "../../www/src/benchmark/workers/tfjs/lenet.ts";
export { resnet8 } from "../../www/src/benchmark/workers/tfjs/resnet.ts";
