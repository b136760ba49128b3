// The entry point `bunsen/worker`: the same labs, each computing in a worker that is started for it.

import type { LabOptions } from "./api.js";
import { throwingBunsenErrors, BunsenError, messageOf } from "./errors.js";
import { inNode } from "./host.js";
import type { LabRequest, LabResponse } from "./lab-messages.js";
import { namedFile, packageScript, usePackageFolder } from "./package-files.js";
import { resolveAddress } from "./page-address.js";
import { LabConnection, openRemoteLab, type RemoteLab } from "./remote-lab.js";
import { startThread, type ThreadScripts } from "./thread.js";

export type * from "./api.js";
export type { RemoteLab, RemoteModel, RemoteRun } from "./remote-lab.js";
export { sampleImages } from "./custom-dataset.js";
export { BunsenError } from "./errors.js";

/** Opens a lab in a worker of its own, which ends when it is closed. */
export function openLab(options: LabOptions = {}): Promise<RemoteLab> {
  return open(options);
}

const open = throwingBunsenErrors(async (given: LabOptions | null): Promise<RemoteLab> => {
  const { onWorkers, options } = optionsFor(given);
  const connection = new LabConnection(() => onWorkers?.());
  let isOpen = false;
  const onFailure = (why: string): void => {
    const reason = why.replace(/[.\s]*$/, "");
    connection.end(
      isOpen
        ? new BunsenError("run", `The lab's worker stopped (${reason}): open another with openLab().`)
        : new BunsenError("engine", `The lab's worker could not be started (${reason}).`),
    );
  };
  try {
    const onResponse = (response: LabResponse): void => connection.receive(response);
    connection.connect(await startThread<LabRequest, LabResponse>(SCRIPTS, onResponse, onFailure));
  } catch (thrown) {
    onFailure(messageOf(thrown));
  }
  try {
    const lab = await openRemoteLab(connection, options);
    isOpen = true;
    return lab;
  } catch (thrown) {
    connection.end(thrown as BunsenError);
    throw thrown;
  }
});

/** The options as the worker needs them: addresses are relative to the page. */
function optionsFor(given: LabOptions | null): { options: unknown; onWorkers?: LabOptions["onWorkers"] } {
  if (typeof given !== "object") return { options: given };
  const { onWorkers, files, data, ...others } = given ?? {};
  if (files !== undefined) usePackageFolder(files);
  const isObject = typeof data === "object" && data !== null;
  const base = inNode ? undefined : resolveAddress(isObject && data.base !== undefined ? String(data.base) : "data/");
  const located = base && (isObject || data === undefined) ? { ...data, base: base.href } : data;
  return { onWorkers, options: { ...others, files: namedFile("./")?.href, data: located } };
}

const SCRIPTS: ThreadScripts = {
  node: () => new URL("./lab-worker-node.js", import.meta.url),
  web: () =>
    packageScript(
      "lab-worker-web.js",
      "bunsen-lab",
      // Spelled out so that bundlers find it.
      () => new Worker(new URL("./lab-worker-web.js", import.meta.url), { type: "module", name: "bunsen-lab" }),
    ),
};
