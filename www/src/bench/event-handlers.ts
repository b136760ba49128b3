import { DIGEST_KEY, isCustom } from "../../../crate/js/custom-dataset-keys.js";
import type { EventHandlers, Failure, ReadyRun, WorkerEvent } from "../protocol.js";
import type { AppState } from "../state/app-state.js";
import { absent, prepared as preparedData, withoutOther } from "../state/data.js";
import { had, predicted } from "../state/inspection.js";
import { reported } from "../state/progress.js";
import { refused, taken } from "../state/recipe.js";
import { prepared as preparedResults, withNotices } from "../state/results.js";
import { isFatal, isLocked, preparedOf, wantedGoal } from "../state/run-state.js";
import type { Connection } from "./connection.js";
import type { CustomImages } from "./custom-images.js";
import type { EngineWorkers } from "./engine-workers.js";
import type { RecipeEditor } from "./recipe-editor.js";
import type { RunRecorder } from "./run-recorder.js";
import type { RunSeries } from "./run-series.js";
import type { Subscriptions } from "./subscriptions.js";

/** Whom the worker's events concern. */
export interface EventTargets {
  state: AppState;
  workers: EngineWorkers;
  connection: Connection;
  series: RunSeries;
  recorder: RunRecorder;
  editor: RecipeEditor;
  customImages: CustomImages;
  subscriptions: Subscriptions;
}

/** What becomes of each event of the worker that has the run. */
export function eventHandlers(targets: EventTargets): EventHandlers {
  const { state, workers, connection, series, recorder, editor, customImages, subscriptions } = targets;
  const { run, engine, recipe, data, customDataset, files, results, progress, inspection } = state.stores;
  const { curves, norms } = series;

  function chosen({ parsed, description, stack }: Extract<WorkerEvent, { type: "chosen" }>): void {
    const { addressFollows, draft } = recipe.current;
    if (addressFollows) connection.address.write(parsed.link);
    recipe.set(taken(recipe.current, { parsed, description, stack }));
    // Those of the last run stay until the next one is prepared, or cannot be: the page would jump twice.
    const awaitsImages = isCustom(parsed.values) && parsed.values[DIGEST_KEY] === "";
    const isPrepared = engine.current.engine?.kind === "cpu" && !awaitsImages;
    setNotices(isPrepared ? results.current.runNotices : []);
    run.dispatch({ type: "chosen" });
    if (addressFollows) customImages.fitRecipe(draft);
    if (!workers.needsNewWorker) return;
    // What the old worker was asked for, the new one does: a checkpoint that a person opened is one to stand at.
    const { checkpoint } = results.current;
    const goal = wantedGoal(run.current) ?? (checkpoint && 0);
    connection.open(recipe.current.link, checkpoint?.step);
    if (goal !== null) connection.train(goal, checkpoint);
  }

  function prepared(ready: ReadyRun): void {
    const { plan, losses, notices, data: info } = ready;
    run.dispatch({ type: "prepared", prepared: plan });
    curves.restore(losses);
    progress.update({ step: plan.done, curvesVersion: progress.current.curvesVersion + 1 });
    data.set(preparedData(ready));
    results.set(preparedResults(results.current, plan));
    setNotices(notices);
    // Those of a run that goes on.
    results.update({ score: curves.scores.at(-1) ?? null });
    subscriptions.fit(info.channels * info.height * info.width);
  }

  function failed(failure: Failure): void {
    if (workers.rollBack(failure)) return;
    const goal = wantedGoal(run.current);
    workers.keepEngine();
    if (!preparedOf(run.current)) setNotices([]);
    run.dispatch({ type: "failed", failure });
    // Nobody goes on with what was being scored.
    if (isFatal(failure)) progress.update({ scoring: null, deferredScores: [] });
    if (failure.kind === "nan") recorder.record();
    // There is nothing to go on from.
    if (failure.kind === "checkpoint") results.update({ checkpoint: null });
    const known = data.current;
    const name = recipe.current.parsed?.values["data"];
    data.set({ ...(failure.kind === "data" ? withoutOther(known, name) : known), fetching: null });
    customDataset.update({ reading: null });
    if (failure.kind === "data" && editor.drawInstead() && goal !== null) connection.train(goal);
  }

  const setNotices = (ofRun: string[]): void =>
    results.set(withNotices(results.current, recipe.current.parsed?.notices ?? [], ofRun));

  return {
    opened: ({ engine: opened, fields, layerKinds }) => {
      engine.update({ engine: opened });
      recipe.update({ fields, layerKinds });
    },
    engine: (event) => engine.update({ engine: event.engine }),
    chosen,
    refused: ({ refusal, rest, stack }) => {
      run.dispatch({ type: "refused", refusal });
      recipe.set(refused(recipe.current, rest, stack));
    },
    stoppedRun: ({ stopped }) => results.update({ stoppedRun: stopped }),
    offered: () => {
      // The worker has it, and will not tell of it again.
      const ready = preparedOf(run.current);
      run.dispatch({ type: "choose" });
      if (ready) run.dispatch({ type: "prepared", prepared: ready });
    },
    autosave: ({ notice }) => results.update({ autosaveNotice: notice }),
    download: ({ download }) => {
      // Nobody asked for these data: they would take a while, and another server.
      if (editor.drawInstead()) return;
      data.set({ ...withoutOther(data.current, download.name), download, fetching: null });
      setNotices([]);
    },
    fetching: ({ progress: fetching }) => {
      data.update(fetching ? { fetching, download: null } : { fetching });
      if (!fetching) subscriptions.complete();
    },
    prepared: (event) => prepared(event.run),
    notices: ({ notices }) => setNotices(notices),
    started: () => {
      run.dispatch({ type: "started" });
      workers.watch(connection.opening);
    },
    reports: ({ reports }) => {
      workers.trained(reports);
      curves.add(reports);
      progress.setSoon(reported(progress.current, reports));
    },
    norms: ({ step, statistics }) => norms.add(step, statistics),
    scoring: ({ progress: scoring }) => {
      progress.update({ scoring });
      if (scoring) results.update({ scoreFailure: null });
    },
    score: ({ score, validation, imagesPerSecond: scoredPerSecond }) => {
      curves.addScore(score, validation);
      progress.update({ scoring: null, scoredPerSecond, curvesVersion: progress.current.curvesVersion + 1 });
      results.update({ score, validation, scoreFailure: null });
      // The list has it without this score, which came after it stood.
      if (!isLocked(run.current)) recorder.record();
    },
    deferredScores: ({ steps }) => progress.update({ deferredScores: steps }),
    scoreFailed: ({ message }) => {
      progress.update({ scoring: null });
      results.update({ scoreFailure: message });
    },
    subscriptionFailed: ({ what, message }) =>
      inspection.update({ failed: { ...inspection.current.failed, [what]: message } }),
    prediction: (seen) => inspection.set(predicted(inspection.current, seen)),
    predictions: ({ predictions }) => inspection.set(had({ ...inspection.current, predictions }, "predictions")),
    inspection: (event) => {
      inspection.setSoon(had({ ...inspection.current, inspection: event.inspection }, "inspection"));
    },
    checkpoint: ({ checkpoint }) => {
      results.update({ checkpoint });
      recorder.checkpointTaken();
    },
    paused: () => {
      workers.stands();
      run.dispatch({ type: "paused" });
      recorder.record();
    },
    handedOver: ({ checkpoint }) => {
      results.update({ checkpoint });
      // Pause may have been pressed in the meantime.
      if (!workers.handOver(checkpoint)) run.dispatch({ type: "paused" });
    },
    estimate: ({ estimate }) => results.update({ estimate }),
    verdict: ({ verdict }) => results.update({ verdict }),
    finished: ({ result }) => {
      workers.finish();
      run.dispatch({ type: "finished", result });
      recorder.record();
    },
    readingFiles: ({ progress: reading }) => customDataset.update({ reading }),
    customDataset: ({ dataset }) => customImages.loaded(dataset),
    weights: ({ digest, held, missed }) =>
      files.update(held ? { initial: held, missing: null } : { missing: digest, missed }),
    answering: ({ data: info }) => {
      data.set(absent(data.current, info));
      setNotices([]);
      subscriptions.fit(info.channels * info.height * info.width);
    },
    storedDatasets: ({ stored, notice }) => customDataset.update({ stored: { datasets: stored, notice } }),
    failed: ({ failure }) => failed(failure),
  };
}
