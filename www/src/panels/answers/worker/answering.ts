import type { BunsenError, Model } from "../../../module.js";
import type { GivenFile } from "../../../protocol.js";
import type { RequestContext } from "../../../worker/request-context.js";
import type { AnsweredImage, AnswersEnd, AnswersPart, AnswersRequests, BegunAnswers } from "../requests.js";

/** A part is given no sooner than this after the last one, where nothing has come. */
const PART_MS = 100;

interface Job {
  id: number;
  controller: AbortController;
  done: number;
  total: number;
  /** Those that were not asked for yet. */
  answers: AnsweredImage[];
  end: AnswersEnd | null;
}

/**
 * Answers a person's files beside the run, with a copy of the network as it was when that began: the run may go on, and all images are answered by
 * one network. Between images the worker does what else it is asked for.
 */
export class Answering {
  #job: Job | undefined;
  #jobs = 0;

  async begin(
    { lab, run }: RequestContext,
    { files, only, normalization }: AnswersRequests["beginAnswers"]["params"],
  ): Promise<BegunAnswers | null> {
    this.stop();
    if (!lab || !run) return null;
    const { classes, channels, height, width, name } = run.data;
    // It says its step itself: the run may have gone on meanwhile.
    const checkpoint = await run.checkpoint();
    const { step } = lab.readCheckpoint(checkpoint);
    const model = await lab.load(run.plan.link, checkpoint, { classes, ...(normalization && { normalization }) });
    const job: Job = {
      id: ++this.#jobs,
      controller: new AbortController(),
      done: 0,
      total: files.length,
      answers: [],
      end: null,
    };
    this.stop();
    this.#job = job;
    void this.#answer(job, model, files, only);
    return { job: job.id, step, classes, shape: { channels, height, width, name } };
  }

  async #answer(job: Job, model: Model, files: readonly GivenFile[], only: readonly string[] | null): Promise<void> {
    try {
      const { unread, notices } = await model.predictAll(
        files.map(({ path, file }) => ({ path, bytes: file })),
        {
          signal: job.controller.signal,
          ...(only && { only }),
          onProgress: ({ done, total }) => Object.assign(job, { done, total }),
          onAnswer: (answer, pixels) => void job.answers.push({ ...answer, pixels }),
        },
      );
      job.end = { type: "done", unread, notices };
    } catch (thrown) {
      job.end = { type: "failed", message: (thrown as BunsenError).message };
    } finally {
      model.free();
    }
  }

  async next(id: number): Promise<AnswersPart | null> {
    const job = this.#job;
    if (job?.id !== id) return null;
    if (job.answers.length === 0 && !job.end) await new Promise((done) => setTimeout(done, PART_MS));
    const { done, total, answers, end } = job;
    job.answers = [];
    if (end) this.#job = undefined;
    return { done, total, answers, end };
  }

  stop(): void {
    this.#job?.controller.abort();
    this.#job = undefined;
  }
}
