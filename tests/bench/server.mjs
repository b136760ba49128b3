// A static server for one machine: the built site at /, the data at /data/, and a worker of our own at /bench/.
import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize, sep } from "node:path";
import { data, dist, here, pkg, pkgFolder, requireSite } from "./paths.mjs";

const TYPES = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".css": "text/css",
  ".json": "application/json",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".png": "image/png",
  ".woff2": "font/woff2",
  ".gz": "application/gzip",
};

// Cross-origin isolation gives the peers their threads (SharedArrayBuffer) and everyone fine-grained timers.
const HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Cache-Control": "no-cache",
};

/** The file that a URL path names, or undefined where it leaves its folder. */
function locate(path) {
  const mounts = [
    ["/bench/", here("page")],
    ["/data/", data],
    ["/pkg/", pkg],
    ["/", dist],
  ];
  const [prefix, folder] = mounts.find(([prefix]) => path.startsWith(prefix));
  const inside = normalize(path.slice(prefix.length) || "index.html");
  if (inside === ".." || inside.startsWith(`..${sep}`)) return undefined;
  return join(folder, inside.endsWith(sep) ? `${inside}index.html` : inside);
}

/** Starts on a free port. `requests` lists the paths that were asked for, in order. */
export async function serve() {
  requireSite();
  const requests = [];
  const server = createServer(async (request, response) => {
    // The package's folder, without its build.
    const path = decodeURIComponent(new URL(request.url, "http://localhost").pathname).replace(
      `/${pkgFolder}/`,
      "/pkg/",
    );
    requests.push(path);
    const file = locate(path);
    const found = file && (await stat(file).catch(() => undefined));
    if (!found?.isFile()) {
      response.writeHead(404, HEADERS).end("not found");
      return;
    }
    response.writeHead(200, {
      ...HEADERS,
      "Content-Type": TYPES[extname(file)] ?? "application/octet-stream",
      "Content-Length": found.size,
    });
    createReadStream(file).pipe(response);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://localhost:${server.address().port}`;
  const close = () => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  };
  return { url, requests, close };
}
