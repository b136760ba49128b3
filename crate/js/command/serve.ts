// `bunsen serve`: the site that the package holds, for this machine or a room of them, also without internet.

import { createReadStream, existsSync, readFileSync, realpathSync, statSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { networkInterfaces } from "node:os";
import { extname, join, resolve, sep } from "node:path";
import { pipeline } from "node:stream";
import { fileURLToPath } from "node:url";

import { build } from "../build.js";
import { BunsenError, messageOf } from "../errors.js";
import { printable } from "../printable.js";
import { parseArguments, UsageError } from "./arguments.js";
import { onInterruption } from "./interruption.js";
import { SITE_HEADERS } from "./site-headers.js";

const FIRST_PORT = 4173;
const PORTS_TO_TRY = 50;

const TYPES: Record<string, string> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".mjs": "text/javascript; charset=utf-8",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

/** What is served may be another build the next time. */
const HEADERS = { ...SITE_HEADERS, "Cache-Control": "no-cache" };

const packageFolder = fileURLToPath(new URL("..", import.meta.url));

/** Serves until it is interrupted. Gives the exit status. */
export async function serve(args: string[]): Promise<number> {
  const { host, port, data } = readArguments(args);
  const site = join(packageFolder, "site");
  if (!existsSync(join(site, "index.html"))) {
    throw new BunsenError("run", `This package holds no site: ${site} is not there. Install it again.`);
  }
  const { version } = JSON.parse(readFileSync(join(packageFolder, "package.json"), "utf8")) as { version: string };
  const folders: Folder[] = [
    { prefix: "/", folder: site },
    // What the site has of the package are its scripts alone, put together.
    { prefix: `/pkg-${build}/`, folder: packageFolder },
    { prefix: "/data/", folder: data },
  ];
  const server = createServer((request, response) => respond(folders, version, request, response));
  const chosen = await listen(server, host, port);
  for (const { address, isHere } of addresses(host)) {
    console.log(`Bunsen is at http://${address}:${chosen}/${isHere ? " (on this machine alone)" : ""}`);
  }
  console.log("Ctrl-C stops it.");
  return new Promise((ended) => {
    onInterruption(({ status }) => {
      server.closeAllConnections();
      server.close(() => ended(status === 130 ? 0 : status));
    });
  });
}

function readArguments(args: string[]): { host: string; port: number | undefined; data: string | undefined } {
  const { positionals, options } = parseArguments("serve", args);
  if (positionals.length > 0) throw new UsageError("serve takes options alone.", "serve");
  const { host = "127.0.0.1", port, data = process.env["BUNSEN_DATA"] } = options;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && !(Number.isInteger(number) && number >= 1 && number <= 65_535)) {
    throw new UsageError(`--port ${printable(port ?? "")}: a whole number from 1 to 65535 is allowed.`, "serve");
  }
  if (data && !existsSync(data)) throw new BunsenError("run", `--data ${data}: there is no such folder.`);
  return { host, port: number, data: data ? resolve(data) : undefined };
}

/** A folder, and under which path it is served. */
interface Folder {
  prefix: string;
  folder: string | undefined;
}

function respond(folders: Folder[], version: string, request: IncomingMessage, response: ServerResponse): void {
  if (request.method !== "GET" && request.method !== "HEAD") {
    response.writeHead(405, { Allow: "GET, HEAD" }).end();
    return;
  }
  // The site is at the addresses that it has on a host, too: embeds name its version.
  const minor = version.split(".").slice(0, 2).join(".");
  const url = (request.url ?? "/").replace(/^\/v\/([^/?#]+)(?=\/)/, (whole, asked: string) =>
    asked === version || asked === minor ? "" : whole,
  );
  const file = find(folders, url);
  if (!file) {
    response.writeHead(404, { ...HEADERS, "Content-Type": "text/plain" }).end("There is no such file.");
    return;
  }
  response.writeHead(200, {
    ...HEADERS,
    // A .gz is sent as the bytes that it is: the page unpacks it itself.
    "Content-Type": TYPES[extname(file.path)] ?? "application/octet-stream",
    "Content-Length": file.size,
  });
  if (request.method === "HEAD") {
    response.end();
    return;
  }
  // It closes the file for those who go away, too.
  pipeline(createReadStream(file.path), response, () => {});
}

/** The file that a request means, in the first of the folders that has it; undefined where it means none inside a folder of its path. */
function find(folders: Folder[], url: string): { path: string; size: number } | undefined {
  for (const folder of folders) {
    const file = findIn(folder, url);
    if (file) return file;
  }
  return undefined;
}

function findIn({ prefix, folder }: Folder, url: string): { path: string; size: number } | undefined {
  try {
    const asked = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "");
    if (!folder || !asked.startsWith(prefix)) return undefined;
    const name = asked.slice(prefix.length);
    const file = resolve(folder, `./${name.endsWith("/") || name === "" ? `${name}index.html` : name}`);
    if (!file.startsWith(resolve(folder) + sep)) return undefined;
    // Where links lead, too.
    const path = realpathSync(file);
    const stats = statSync(path);
    return path.startsWith(realpathSync(folder) + sep) && stats.isFile() ? { path, size: stats.size } : undefined;
  } catch {
    // A malformed escape, or no such file.
    return undefined;
  }
}

/** Listens on the port, or on the first one that is free. Gives it. */
async function listen(server: Server, host: string, port: number | undefined): Promise<number> {
  const first = port ?? FIRST_PORT;
  const last = port ?? FIRST_PORT + PORTS_TO_TRY;
  for (let candidate = first; candidate <= last; candidate++) {
    const why = await new Promise<NodeJS.ErrnoException | undefined>((done) => {
      server.once("error", done);
      server.listen(candidate, host, () => {
        server.off("error", done);
        done(undefined);
      });
    });
    if (!why) return candidate;
    if (why.code === "EADDRINUSE" && candidate < last) continue;
    const taken = why.code === "EADDRINUSE";
    throw new BunsenError(
      "run",
      taken
        ? `Port ${candidate} is taken: choose another with --port.`
        : `It cannot be served at ${host}: ${messageOf(why)}.`,
      { cause: why },
    );
  }
  throw new BunsenError("run", `The ports from ${first} to ${last} are all taken: choose another with --port.`);
}

/** Under which addresses a host is reached: those of this machine where it is all of them, the ones that others reach first. */
function addresses(host: string): { address: string; isHere: boolean }[] {
  const isLocal = host === "localhost" || host === "::1" || host.startsWith("127.");
  if (host !== "0.0.0.0" && host !== "::") {
    return [{ address: host.includes(":") ? `[${host}]` : host, isHere: isLocal }];
  }
  const all = Object.values(networkInterfaces()).flatMap((each) => each ?? []);
  return all
    .filter(({ family }) => family === "IPv4")
    .map(({ address, internal }) => ({ address, isHere: internal }))
    .sort((one, other) => Number(one.isHere) - Number(other.isHere));
}
