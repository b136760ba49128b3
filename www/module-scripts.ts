// The scripts of the npm package, put together for the built site: a file of the package is one subject, and a worker that fetched them one by
// one, each by the name that the one before gives, would wait for nine rounds of the connection.

import { basename, join } from "node:path";
import { rolldown } from "rolldown";

/** What is loaded by its name: by the page, by other pages, by a worker's start, by tests of a part, or when it is wanted. */
const ENTRIES = [
  "index",
  "worker",
  "lab-worker-web",
  "pool-worker",
  "pool-worker-web",
  "decoder-worker",
  "decoder-worker-web",
  "build",
  "trap-guard",
  "dataset-fetcher",
  "code/index",
  "answers/predict-all",
];

export interface Script {
  /** Its path in the package's folder. */
  path: string;
  text: string;
  /** The paths of what it imports at once. */
  imports: string[];
}

/** The scripts that take the place of those in a folder. Those of the wasm modules stay as they are. @param pkg the folder of the npm package */
export async function moduleScripts(pkg: string): Promise<Script[]> {
  const build = await rolldown({
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(pkg, `${name}.js`)])),
    external: [/^node:/, /\/(cpu|gpu|images)\/bunsen/],
    makeAbsoluteExternalsRelative: false,
    preserveEntrySignatures: "strict",
    platform: "browser",
    // Which build the package is, one script says and the others ask.
    optimization: { inlineConst: false },
  });
  try {
    // All of them in one folder, from which a script names its neighbours and the modules as it did.
    const { output } = await build.generate({
      format: "es",
      entryFileNames: "[name].js",
      chunkFileNames: ({ name }) => (name === basename(pkg) ? "lab-[hash].js" : "[name]-[hash].js"),
    });
    return output.flatMap((file) =>
      file.type === "chunk" ? [{ path: file.fileName, text: file.code, imports: file.imports }] : [],
    );
  } finally {
    await build.close();
  }
}
