// @ts-check
// Serves the built site and the data folder from one origin, writes down what was asked for, and can be told to answer
// wrongly.

import { createReadStream, existsSync } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { data, dist, pkgFolder } from "./paths.mjs";

/** @typedef {import("node:http").IncomingMessage} Request */
/** @typedef {import("node:http").ServerResponse} Response */
/**
 * What answers instead of the file.
 * @typedef {(request: Request, response: Response, file: string) => void | Promise<void>} Fault
 */

/** @type {Record<string, string>} */
const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** An empty page of the site's origin, for tests that use the module without the bench. */
export const BLANK = "/blank-for-tests.html";

export class Server {
  /** Paths that were asked for, in order. @type {string[]} */
  requests = [];
  /** @type {Map<string, Fault>} */
  #faults = new Map();
  #http = createServer((request, response) => {
    this.#respond(request, response).catch((error) => response.destroy(error));
  });

  /** The address of the site, with a slash at its end. */
  get url() {
    const address = this.#http.address();
    if (address === null || typeof address === "string") throw new Error("the server is not listening");
    return `http://localhost:${address.port}${this.folder}`;
  }

  /**
   * @param {{ site?: string, data?: string | undefined, folder?: string, headers?: Record<string, string> }} [folders] `folder`: where the site lies on
   * its host, "/" unless it is said; `headers`: more of each file's
   */
  static async start(folders = {}) {
    const server = new Server();
    server.headers = folders.headers ?? {};
    server.folder = folders.folder ?? "/";
    server.site = folders.site ?? dist;
    server.data = "data" in folders ? folders.data : data;
    await new Promise((done) => server.#http.listen(0, "localhost", () => done(undefined)));
    return server;
  }

  /** @type {Record<string, string>} */
  headers = {};
  /** @type {string} */
  folder = "/";
  /** What answers where there is no file. @type {Fault} */
  missing = (_, response) => {
    response.writeHead(404, { "content-type": "text/plain" }).end("There is no such file.");
  };
  /** @type {string} */
  site = dist;
  /** @type {string | undefined} */
  data = data;

  /**
   * From now on the path is answered by the fault.
   * @param {string} path "/pkg/index.js", or a prefix with * at its end
   * @param {Fault} fault
   */
  break(path, fault) {
    this.#faults.set(path, fault);
  }

  /** All is well again, and nothing was asked for. */
  reset() {
    this.#faults.clear();
    this.requests.length = 0;
  }

  async close() {
    this.#http.closeAllConnections();
    await new Promise((done) => this.#http.close(done));
  }

  /** @param {Request} request @param {Response} response */
  async #respond(request, response) {
    const asked = decodeURIComponent(new URL(request.url ?? "/", this.url).pathname);
    // Tests call the package's folder by a name without its build.
    const path = asked.replace(`/${pkgFolder}/`, "/pkg/");
    this.requests.push(path);
    const file = this.#file(asked);
    const fault = this.#fault(path);
    if (fault) return fault(request, response, file ?? "");
    if (path === BLANK) {
      response.writeHead(200, { "content-type": TYPES[".html"] }).end("<!doctype html><title>Empty</title>");
      return;
    }
    const found = file ? await stat(file).catch(() => undefined) : undefined;
    if (!file || !found?.isFile()) {
      return this.missing(request, response, "");
    }
    response.writeHead(200, {
      "content-type": TYPES[extname(file)] ?? "application/octet-stream",
      "content-length": found.size,
      "cache-control": "no-store",
      ...this.headers,
    });
    createReadStream(file).pipe(response);
  }

  /** @param {string} path */
  #fault(path) {
    for (const [pattern, fault] of this.#faults) {
      if (pattern === path || (pattern.endsWith("*") && path.startsWith(pattern.slice(0, -1)))) return fault;
    }
    return undefined;
  }

  /** The file of that path; undefined where the path leads out of the folder. @param {string} asked */
  #file(asked) {
    if (!asked.startsWith(this.folder)) return undefined;
    const path = asked.slice(this.folder.length - 1);
    const inData = path.startsWith("/data/");
    const folder = inData ? this.data : this.site;
    if (!folder) return undefined;
    const hasBuild = existsSync(join(folder, pkgFolder));
    const inSite = hasBuild ? path.replace(/^\/pkg\//, `/${pkgFolder}/`) : path;
    const file = normalize(join(folder, inData ? path.slice("/data/".length) : inSite));
    if (!file.startsWith(normalize(folder))) return undefined;
    return file.endsWith(sep) ? join(file, "index.html") : file;
  }
}
