/** What the panels ask the page's worker, and what answers it there: the worker's half of the registry of panels. */
import type { RequestHandlers } from "../rpc/server.js";
import type { RequestContextSource } from "../worker/request-context.js";
import { answersHandlers, type AnswersRequests } from "./answers/requests.js";
import { customImagesHandlers, type CustomImagesRequests } from "./custom-images/requests.js";
import { explorerHandlers, type ExplorerRequests } from "./explorer/requests.js";
import { exportHandlers, type ExportRequests } from "./export/requests.js";
import { mistakesHandlers, type MistakesRequests } from "./mistakes/requests.js";
import { networkHandlers, type NetworkRequests } from "./network/requests.js";
import { runsHandlers, type RunsRequests } from "./runs/requests.js";
import { trainingHandlers, type TrainingRequests } from "./training/requests.js";
import { storiesHandlers, type StoriesRequests } from "../stories/requests.js";
import { tryHandlers, type TryRequests } from "../stage/input/requests.js";
import { stageHandlers, type StageRequests } from "../stage/requests.js";

export interface PanelRequests
  extends
    AnswersRequests,
    CustomImagesRequests,
    ExplorerRequests,
    ExportRequests,
    MistakesRequests,
    NetworkRequests,
    RunsRequests,
    StoriesRequests,
    StageRequests,
    TrainingRequests,
    TryRequests {}

/** The compiler asks for the handlers of every panel. */
export function panelHandlers(context: RequestContextSource): RequestHandlers<PanelRequests> {
  return {
    ...answersHandlers(context),
    ...customImagesHandlers(context),
    ...explorerHandlers(context),
    ...exportHandlers(context),
    ...mistakesHandlers(context),
    ...networkHandlers(context),
    ...runsHandlers(context),
    ...storiesHandlers(context),
    ...stageHandlers(context),
    ...trainingHandlers(context),
    ...tryHandlers(context),
  };
}
