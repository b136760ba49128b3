import type { Example, LayerInfo, Run } from "../module.js";
import type { Command, WorkerEvent } from "../protocol.js";
import { explore } from "./explorer.js";
import { Insight } from "./inside.js";

/** What is asked about, as it stands. */
export interface Subject {
  id: number;
  run: Run | undefined;
  step: number;
  training: boolean;
  layers: LayerInfo[];
  /** The recipe's values. */
  values: Record<string, string>;
}

const TYPES = [
  "look",
  "example",
  "answers",
  "testExamples",
  "inside",
  "explore",
  "batch",
  "saveRun",
  "recordRun",
] as const;

/** What the panels ask of a run. */
export type Question = Extract<Command, { type: (typeof TYPES)[number] }>;

export function isQuestion(command: Command): command is Question {
  return (TYPES as readonly string[]).includes(command.type);
}

/** Answers what the panels ask, as often as it may have changed. Nothing of it changes the run. */
export class Questions {
  readonly #subject: () => Subject;
  readonly #post: (event: WorkerEvent) => void;
  readonly #insight = new Insight();
  #drawing: Float32Array | null = null;
  #answersWanted = false;

  constructor(subject: () => Subject, post: (event: WorkerEvent) => void) {
    this.#subject = subject;
    this.#post = post;
  }

  async answer(question: Question): Promise<void> {
    const { run, id, training } = this.#subject();
    switch (question.type) {
      case "look":
        this.#drawing = question.pixels;
        return this.look();
      case "answers":
        this.#answersWanted = question.wanted;
        return this.tellAnswers();
      case "inside":
        this.#insight.wish(question.wish, run);
        if (!training || question.wish?.seen) await this.lookInside();
        return;
      case "example":
        return this.#example(question.index);
      case "testExamples":
        return this.#testExamples(question.indices);
      case "explore":
        if (run) explore(run, question.ask, (found) => this.#post({ type: "explored", id, found }));
        return;
      case "batch":
        if (run) this.#post({ type: "batch", id, step: question.step, examples: run.batch(question.step) });
        return;
      case "saveRun":
        return this.#saveRun(question);
      case "recordRun":
        return this.#recordRun(question);
    }
  }

  /** A run was made ready. */
  attend(run: Run): void {
    this.#insight.attend(run);
  }

  /** Whether it is time to look inside again. */
  get due(): boolean {
    return this.#insight.due;
  }

  /** What the network says of the picture on the pad. */
  async look(): Promise<void> {
    const { run, id } = this.#subject();
    if (!run || !this.#drawing) return;
    // A drawing may be older than the data.
    const { channels, height, width } = run.data;
    if (this.#drawing.length !== channels * height * width) return;
    const probabilities = await run.predict(this.#drawing);
    this.#post({ type: "guess", id, probabilities });
  }

  async lookInside(): Promise<void> {
    const { run, id, step, layers } = this.#subject();
    const inside = run && (await this.#insight.look(run, layers, step));
    if (inside) this.#post({ type: "inside", id, inside });
  }

  tellAnswers(): void {
    const { run, id } = this.#subject();
    const answers = this.#answersWanted ? run?.answers() : undefined;
    if (answers) this.#post({ type: "answers", id, answers });
  }

  async #example(index: number): Promise<void> {
    const { run } = this.#subject();
    if (!run) return;
    await run.whole();
    const [example] = run.examples("test", index % Math.max(1, run.data.test), 1);
    if (example) this.#post({ type: "example", id: this.#subject().id, example });
  }

  #testExamples(indices: number[]): void {
    const { run, id } = this.#subject();
    if (!run) return;
    const examples = indices.flatMap((index) =>
      run.examples("test", index, 1).map((one): [number, Example] => [index, one]),
    );
    this.#post({ type: "testExamples", id, examples });
  }

  #saveRun({ scores }: Extract<Question, { type: "saveRun" }>): void {
    const { run, id, step } = this.#subject();
    if (run) this.#post({ type: "saved", id, what: "run", step, content: run.runFile(scores) });
  }

  #recordRun({ key, scores, accuracy }: Extract<Question, { type: "recordRun" }>): void {
    const { run, step, values } = this.#subject();
    if (!run || step === 0) return;
    const { stepsPerEpoch } = run.plan;
    this.#post({ type: "runRecorded", key, text: run.runFile(scores), values, stepsPerEpoch, accuracy });
  }
}
