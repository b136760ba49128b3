// @ts-check
// The package as it would be published: its files, its manifest, and its types as each compiler sees them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { rm } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { promisify } from "node:util";
import { appOf, installPackage, installed, publishedFiles } from "./support/bundlers.mjs";
import { moduleIn } from "./support/tools.mjs";

const LINK = "model=lenet5&data=digits&steps=5";

/** @type {{ folder?: string | undefined, why?: string | undefined }} */ let bundlers = {};
/** The folder whose node_modules hold the package. @type {string} */ let root;
/** @type {string[]} */ const folders = [];

before(async () => {
  bundlers = await installed();
  root = await appOf({});
  await installPackage(root, (file) => !file.endsWith(".wasm"));
});
after(async () => {
  for (const folder of [...folders, root]) if (folder) await rm(folder, { recursive: true, force: true });
});

/** The folder of the checkers; undefined, and the test is skipped, where they cannot be had. @param {import("node:test").TestContext} context */
function checkersFor(context) {
  if (bundlers.why) context.skip(bundlers.why);
  return bundlers.folder;
}

describe("the package", () => {
  test("holds nothing of the machine that built it", async () => {
    const files = await publishedFiles();
    assert.ok(files.includes("index.js") && files.includes("cpu/bunsen_bg.wasm"), String(files));
    assert.deepEqual(
      files.filter((file) => /(^|\/)\./.test(file)),
      [],
    );
  });

  test("is clean for publint and for Are The Types Wrong", async (context) => {
    const folder = checkersFor(context);
    if (!folder) return;
    const slim = await appOf({});
    folders.push(slim);
    // The modules themselves say nothing to either, and take long to pack.
    const target = await installPackage(slim, (file) => !file.endsWith(".wasm"));
    const { publint } = await moduleIn(folder, "publint");
    const { messages } = await publint({ pkgDir: target, level: "suggestion", pack: false });
    assert.deepEqual(messages, []);
    const attw = join(folder, "node_modules", "@arethetypeswrong", "cli", "dist", "index.js");
    // Its exit status says whether it found any.
    await promisify(execFile)(process.execPath, [attw, "--pack", target, "--profile", "esm-only", "--no-color"]).catch(
      (error) => assert.fail(error.stdout || error.message),
    );
  });

  /** @type {[string, Record<string, string>][]} */
  const resolutions = [
    ["bundler", { module: "ESNext", moduleResolution: "bundler" }],
    ["node16", { module: "Node16", moduleResolution: "node16" }],
  ];
  for (const compiler of ["typescript", "typescript5"]) {
    for (const [resolution, options] of resolutions) {
      test(`has strict types for ${compiler} under ${resolution}`, async (context) => {
        const folder = compiler === "typescript" ? undefined : checkersFor(context);
        if (compiler !== "typescript" && !folder) return;
        const here = await appOf(
          {
            "package.json": `{ "type": "module" }`,
            "tsconfig.json": JSON.stringify({
              compilerOptions: {
                ...options,
                target: "ES2022",
                lib: ["ES2022", "DOM"],
                types: [],
                strict: true,
                noEmit: true,
              },
              files: ["app.ts"],
            }),
            "app.ts": `
              import { BunsenError, openLab, type Lab, type Run } from "bunsen";
              import { openLab as openRemote, type RemoteLab, type RemoteRun } from "bunsen/worker";
              const lab: Lab = await openLab({ engine: "cpu", files: new URL("https://cdn.test/bunsen/") });
              const run: Run = await lab.start("${LINK}");
              const losses: number[] = (await run.step(5)).map(({ loss }) => loss);
              const probabilities: Float32Array = await run.predict({ brightness: new Float32Array(784) });
              const remote: RemoteLab = await openRemote({ engine: "cpu", workers: 2 });
              const far: RemoteRun = await remote.start({ model: "lenet5" });
              const [report]: { loss: number }[] = await far.step(1, { signal: AbortSignal.timeout(1000) });
              const labels: Uint8Array = await far.labels("train");
              const steps: number = far.plan.steps + (await remote.fields()).length;
              // @ts-expect-error what is a value of a lab is a promise of one in a worker
              remote.fields().length;
              console.log(report, labels, steps);
              for await (const { step } of await lab.start({ model: "lenet5", lr: 0.002 }, { signal: AbortSignal.timeout(1000) })) console.log(step);
              // @ts-expect-error a recipe is no number
              await lab.start(5).catch((error) => error instanceof BunsenError && error.kind === "recipe");
              console.log(losses, probabilities);
            `,
          },
          root,
        );
        folders.push(here);
        const base =
          folder ?? dirname(dirname(dirname(createRequire(import.meta.url).resolve("typescript/package.json"))));
        const tsc = join(base, "node_modules", compiler, "bin", "tsc");
        await promisify(execFile)(process.execPath, [tsc, "-p", here]).catch((error) => assert.fail(error.stdout));
      });
    }
  }
});
