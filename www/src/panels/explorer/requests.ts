import type { ExplorerRequest, ExplorerResponse, PredictedLabels } from "./exploration.js";
import { argmax } from "../../math.js";
import type { Example, Run } from "../../module.js";
import type { RequestHandlers } from "../../rpc/server.js";
import type { RequestContextSource } from "../../worker/request-context.js";

export interface ExplorerRequests {
  /** Something of the data set. */
  explore: { params: ExplorerRequest; result: ExplorerResponse | null };
}

export function explorerHandlers(context: RequestContextSource): RequestHandlers<ExplorerRequests> {
  return {
    explore: (request) => {
      const { run } = context();
      return run ? explore(run, request) : null;
    },
  };
}

/** Only what is about the test images waits for them; where they cannot be had, the response says why. */
async function explore(run: Run, request: ExplorerRequest): Promise<ExplorerResponse> {
  if (!("split" in request) || request.split === "train") return find(run, request);
  try {
    await run.testReady();
    return find(run, request);
  } catch (thrown) {
    return { what: "unavailable", why: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

function find(run: Run, request: ExplorerRequest): ExplorerResponse {
  switch (request.what) {
    case "labels":
      return { ...request, labels: run.labels(request.split) };
    case "images": {
      const examples = request.indices.flatMap((index): Example[] => run.examples(request.split, index, 1));
      return { ...request, images: examples.map(({ pixels }) => pixels) };
    }
    case "mean":
      return { ...request, mean: run.meanImage(request.split, request.label ?? undefined) };
    case "augmentations": {
      const [augmented] = run.augmentations(Uint32Array.of(request.index), request.epochs);
      return { ...request, augmented: augmented ?? null };
    }
    case "predictedLabels":
      return { ...request, predicted: predictedLabels(run) };
  }
}

function predictedLabels(run: Run): PredictedLabels | null {
  const predictions = run.predictions();
  if (!predictions) return null;
  const { step, truth, logits } = predictions;
  const classes = logits.length / truth.length;
  const labelOf = (_: number, index: number): number => argmax(logits.subarray(index * classes, (index + 1) * classes));
  const labels = Array.from(truth, labelOf);
  return labels.includes(-1) ? null : { step, labels: Uint8Array.from(labels) };
}
