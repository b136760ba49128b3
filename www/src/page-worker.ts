import { startModuleWorker, type ModuleWorker } from "../../crate/js/module-worker.js";

/**
 * Starts a worker of the page, which is under the page's Content-Security-Policy: it has a person's images, and asks nobody whom the page may
 * not ask.
 *
 * @param url of its script, a module
 * @param name shown in the browser's tools
 */
export function startPageWorker(url: string, name: string): ModuleWorker {
  return startModuleWorker(
    { url: new URL(url, import.meta.url), options: { type: "module", name } },
    { inheritsPolicy: true },
  );
}
