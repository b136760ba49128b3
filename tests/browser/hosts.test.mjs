// @ts-check
// Whatever the host is like, the page trains there, or says why it does not: sub-paths, wrong types, pages in place of files, policies,
// forbidden storage. In Chromium, and in Firefox where it is installed.

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { chromium, firefox } from "../replays/browsers.mjs";
import { ENTRANCE, disguisedWebPage, inFront, interrupted, webPage } from "./support/faults.mjs";
import { unlessLong } from "./support/long.mjs";
import { data, dist, load, noMnist } from "./support/paths.mjs";
import { driveItself } from "./support/self-driven.mjs";
import { Server } from "./support/server.mjs";

const RECIPE = "model=lenet5&data=digits&subset=200&batch=10&steps=20&seed=7";
/** The run's link with the check that Node computed. @type {string} */ let link;
/** The same of MNIST, where that is here. */
let mnistLink = "";
const IMAGES = "/data/mnist/train-images-idx3-ubyte.gz";
const CIFAR10 = "model=lenet5&data=cifar10&steps=20";
const SAME = /^The same run: check/;

before(async () => {
  link = await checkedLink(RECIPE);
  if (!noMnist) mnistLink = await checkedLink(RECIPE.replace("digits", "mnist"));
});

/** @param {string} recipe */
async function checkedLink(recipe) {
  const { openLab } = await load("index.js");
  const lab = await openLab({ engine: "cpu", data: { folder: data, mirrors: false } });
  const run = await lab.start(recipe);
  await run.step(20);
  const check = await run.check();
  lab.close();
  return `${recipe}&check=${check}`;
}

/** As a browser that keeps nothing for a page in a frame of another site. */
function forbidStorage() {
  const refuse = () => {
    throw new DOMException("The operation is insecure.", "SecurityError");
  };
  for (const name of ["caches", "indexedDB", "localStorage", "sessionStorage"]) {
    Object.defineProperty(globalThis, name, { get: refuse, configurable: true });
  }
  const { storage } = navigator;
  if (!storage) return;
  for (const name of ["getDirectory", "estimate", "persist", "persisted"]) {
    Object.defineProperty(storage, name, { value: async () => refuse(), configurable: true });
  }
}

/** As a browser whose WebAssembly has no SIMD. */
function forgetSimd() {
  const refuse = async () => {
    throw new WebAssembly.CompileError("wasm simd unsupported");
  };
  Object.assign(WebAssembly, { validate: () => false, compile: refuse, compileStreaming: refuse });
}

/**
 * @typedef {{
 *   name: string,
 *   host?: Parameters<typeof Server.start>[0],
 *   arrange?: (server: Server) => unknown,
 *   forbid?: () => void,
 *   link?: () => string,
 *   frame?: string,
 *   query?: string,
 *   says?: RegExp,
 *   skip?: false | string,
 *   own?: boolean,
 * }} Habitat `forbid`: runs in front of the scripts of the page and its workers; `frame`: the attributes of the frame that it is in; `query`: of the
 * page's address; `says`: what it
 * says, if not that the run is Node's; `own`: where browsers
 * differ most
 */

/** The site's own page for every file that is not there. @type {(server: Server) => Promise<void>} */
const answerWithThePage = async (server) => {
  const index = await readFile(join(dist, "index.html"));
  server.missing = (_, response) => void response.writeHead(200, { "content-type": "text/html" }).end(index);
};

const POLICY = "object-src 'none'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'; default-src 'self'";
/** @param {string} scripts */
const withPolicy = (scripts) => ({ headers: { "content-security-policy": `${POLICY}; script-src 'self' ${scripts}` } });

const SANDBOX = "allow-scripts allow-same-origin allow-downloads";
/** With this the bench stays the bench in a frame, which else is an embed there. */
const BENCH = "?form=bench";

/** @type {Habitat[]} */
const HABITATS = [
  ...["", BENCH].flatMap((query) => {
    const who = query === "" ? "as an embed" : "as the bench";
    return [
      { name: `trains ${who} in a frame`, query, frame: "" },
      {
        name: `trains ${who} in a sandbox without an origin`,
        query,
        frame: 'sandbox="allow-scripts"',
        own: query === "",
      },
      { name: `trains ${who} in a sandbox with its origin`, query, frame: `sandbox="${SANDBOX}"` },
    ];
  }),
  { name: "trains in a folder of its host", host: { folder: "/courses/vision/" } },
  {
    name: "trains where WebAssembly comes under another type",
    arrange: (server) =>
      server.break("/pkg/cpu/bunsen_bg.wasm", async (_, response, file) => {
        response.writeHead(200, { "content-type": "application/octet-stream" }).end(await readFile(file));
      }),
  },
  {
    name: "trains where the page answers for what is not there",
    host: { data: undefined },
    arrange: answerWithThePage,
  },
  {
    name: "trains on data from a server that sends no parts, and breaks off",
    skip: noMnist,
    arrange: (server) => server.break(IMAGES, interrupted({ times: 1, ranges: false })),
    link: () => mnistLink,
  },
  { name: "trains under a policy of its host", host: withPolicy("'wasm-unsafe-eval'"), own: true },
  { name: "trains where all storage is forbidden", forbid: forbidStorage, own: true },
  {
    name: "says that a page answered for its data",
    host: { data: undefined },
    arrange: answerWithThePage,
    link: () => CIFAR10,
    says: /^CIFAR-10 could not be had: .*\(this site: it answered with a web page instead of the file;/,
  },
  {
    name: "says that a page answered for its data under another type",
    arrange: (server) => server.break("/data/*", disguisedWebPage),
    link: () => CIFAR10,
    says: /^CIFAR-10 could not be had: .*\(this site: it answered with a web page instead of the file;/,
  },
  {
    name: "says that a page answered for its module",
    arrange: (server) => server.break("/pkg/cpu/bunsen_bg.wasm", webPage),
    says: /bunsen_bg\.wasm answered with a web page instead of the file/,
  },
  {
    name: "says that a page answered for its worker's scripts",
    arrange: (server) => server.break(ENTRANCE, webPage),
    own: true,
    says: /^The module could not be loaded: .*index\.js/,
  },
  {
    name: "says that a policy of its host forbids WebAssembly",
    host: withPolicy(""),
    own: true,
    says: /'wasm-unsafe-eval'/,
  },
  {
    name: "says that the browser has no SIMD",
    forbid: forgetSimd,
    says: /^This browser cannot run the module\. It needs WebAssembly with SIMD/,
  },
];

for (const browser of [chromium, firefox]) {
  const missing = browser.missing();
  describe(`the page in ${browser.name}`, { skip: missing ? `no ${browser.name} here: ${missing}` : false }, () => {
    for (const habitat of HABITATS) {
      const { name, host, arrange, forbid, link: other, frame, query = "", says = SAME, own = false } = habitat;
      const starts = browser === firefox && !own && unlessLong("Firefox takes seconds to start for each");
      const skip = habitat.skip || starts;
      test(name, { timeout: 180_000, skip }, async () => {
        // A frame without an origin is of another one than its own server.
        const server = await Server.start({
          ...host,
          headers: { ...host?.headers, "access-control-allow-origin": "*" },
        });
        /** @type {(() => Promise<void>) | undefined} */ let close;
        try {
          await arrange?.(server);
          if (forbid) {
            server.break(ENTRANCE, inFront(forbid));
            server.break("/assets/runs-writer*", inFront(forbid));
          }
          const outcome = await driveItself(server, forbid);
          const address = `${server.url}${query}#${other?.() ?? link}`;
          server.break("/host.html", (_, response) => {
            response
              .writeHead(200, { "content-type": "text/html" })
              .end(
                `<!doctype html><title>A course</title><iframe ${frame} width="900" height="700" src="${address}"></iframe>`,
              );
          });
          close = await browser.open(frame === undefined ? address : `${server.url}host.html`);
          assert.match((await outcome()) ?? "", says);
          const isEmbed = server.requests.some((path) => path.endsWith("/embed.html"));
          assert.equal(isEmbed, frame !== undefined && query === "");
        } finally {
          await close?.();
          await server.close();
        }
      });
    }
  });
}
