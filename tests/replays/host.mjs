// @ts-check
// Has links replayed: in this process, or by a browser that is sent to a page and tells what it found.

import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { pkg } from "../browser/support/paths.mjs";
import { replay } from "./replay.mjs";

/** @typedef {import("../browser/support/server.mjs").Server} Server */
/** @typedef {import("./replay.mjs").Row} Row */
/** @typedef {{ build: string, manner: import("./replay.mjs").Manner, links: string[] }} What */
/** @typedef {{ agent: string, rows: Row[] }} Found */

/** No word from a browser for so long, and it counts as hung. */
const PATIENCE_MS = 120_000;

/** @param {What} what @param {(row: Row) => void} [tell] @returns {Promise<Found>} */
export async function replayHere(what, tell) {
  /** @type {Row[]} */
  const rows = [];
  await replay(`${pathToFileURL(pkg).href}/`, what, (row) => {
    rows.push(row);
    tell?.(row);
  });
  return { agent: `Node ${process.version}`, rows };
}

/**
 * @param {Server} server
 * @param {(address: string) => Promise<() => Promise<void>>} open
 * @param {What} what
 * @param {(row: Row) => void} [tell]
 * @returns {Promise<Found>}
 */
export async function replayThere(server, open, what, tell) {
  /** @type {Row[]} */
  const rows = [];
  /** @type {NodeJS.Timeout} */ let timer;
  /** @type {() => void} */ let heard = () => {};
  const end = new Promise((done, fail) => {
    heard = () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        fail(
          new Error(
            `It said nothing for ${PATIENCE_MS / 1000} s, after ${rows.length} of ${what.links.length} replays.`,
          ),
        );
      }, PATIENCE_MS);
    };
    serve(
      server,
      what,
      (row) => {
        heard();
        rows.push(row);
        tell?.(row);
      },
      done,
    );
  });
  heard();
  const close = await open(new URL("/replays/", server.url).href);
  try {
    const { agent, wrong } = await end;
    if (wrong) throw new Error(wrong);
    return { agent, rows };
  } finally {
    // @ts-ignore: it was set when the waiting began.
    clearTimeout(timer);
    await close();
  }
}

/** @param {Server} server @param {What} what @param {(row: Row) => void} add @param {(value: any) => void} done */
function serve(server, what, add, done) {
  const files = /** @type {const} */ ([
    ["/replays/", "page.html", "text/html; charset=utf-8"],
    ["/replays/replay.mjs", "replay.mjs", "text/javascript; charset=utf-8"],
  ]);
  for (const [path, name, type] of files) {
    const content = readFileSync(fileURLToPath(new URL(name, import.meta.url)));
    server.break(path, (_, answer) => void answer.writeHead(200, { "content-type": type }).end(content));
  }
  server.break("/replays/what.json", (_, answer) => void answer.end(JSON.stringify(what)));
  /** @param {(value: any) => void} take @returns {import("../browser/support/server.mjs").Fault} */
  const receive = (take) => async (request, answer) => {
    let text = "";
    for await (const piece of request) text += piece;
    answer.writeHead(204).end();
    take(JSON.parse(text));
  };
  server.break("/replays/row", receive(add));
  server.break("/replays/end", receive(done));
}
