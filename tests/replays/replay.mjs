// @ts-check
// Replays links with the module, in a page as under Node, and says what check each gave.

/**
 * How a run is pulled. It must make no difference.
 * - "plain": by one worker, from the first step to the last in one pull
 * - "disturbed": by two workers, in pulls of 1, 2, 3 … steps, asked and scored in between, and half way through
 *   given up and gone on with from its checkpoint
 * @typedef {"plain" | "disturbed"} Manner
 */
/** @typedef {{ link: string, check?: string, seconds?: number, wrong?: string }} Row */

/**
 * @param {string} pkg the package's address, with a slash at its end
 * @param {{ build: string, manner: Manner, links: string[], data?: object }} what `build`: "cpu" or "gpu"
 * @param {(row: Row) => unknown} tell
 */
export async function replay(pkg, { build, manner, links, data }, tell) {
  const open = build === "cpu" ? openLab : openOtherBuild;
  const lab = await open(pkg, manner === "plain" ? 1 : 2, data);
  for (const link of links) {
    const began = performance.now();
    try {
      const check = await (manner === "plain" ? plainly(lab, link) : disturbed(lab, link));
      await tell({ link, check, seconds: (performance.now() - began) / 1000 });
    } catch (thrown) {
      await tell({ link, wrong: thrown instanceof Error ? thrown.message : String(thrown) });
    }
  }
  lab.close();
}

/** @param {string} pkg @param {number} workers @param {object | undefined} data */
async function openLab(pkg, workers, data) {
  const { openLab } = await import(`${pkg}index.js`);
  return openLab({ engine: "cpu", workers, data });
}

/** The CPU engine of the GPU build, which the module itself uses for nothing but proving a GPU. @param {string} pkg @param {number} _workers @param {object | undefined} data */
async function openOtherBuild(pkg, _workers, data) {
  const bindings = await import(`${pkg}gpu/bunsen.js`);
  const { DatasetFetcher } = await import(`${pkg}dataset-fetcher.js`);
  const wasm = new URL("gpu/bunsen_bg.wasm", pkg);
  if (wasm.protocol === "file:") bindings.initSync({ module: await (await import(`${pkg}node.js`)).readWasm(wasm) });
  else await bindings.default();
  const engine = bindings.Engine.cpu({ count: () => 0, run: () => Promise.reject(new Error("there are no helpers")) });
  /** @param {string} link */
  const dataset = async (link) => {
    const source = bindings.dataSource(link);
    if (!source) return bindings.Dataset.generate(link);
    const { name } = source;
    const verify = (/** @type {string} */ path, /** @type {Uint8Array} */ bytes) =>
      bindings.verifyFile(name, path, bytes);
    const fetcher = await DatasetFetcher.open(source, verify, data);
    return bindings.Dataset.fromFiles(name, await fetcher.fetch(source.training));
  };
  return {
    /** @param {string} link */
    start: async (link) => engine.start(link, await dataset(link)),
    close: () => {},
  };
}

/** @param {any} lab @param {string} link */
async function plainly(lab, link) {
  const run = await lab.start(link);
  await run.step(1_000_000);
  const check = await run.check();
  run.free();
  return check;
}

/** @param {any} lab @param {string} link */
async function disturbed(lab, link) {
  let run = await lab.start(link);
  const { steps } = run.plan;
  let checkpointed = false;
  for (let [done, pull] = [0, 1]; done < steps; pull++) {
    done += (await run.step(pull)).length;
    const { channels, height, width } = run.data;
    await run.predict(new Float32Array(channels * height * width).fill(0.5));
    // Ten thousand photographs through a deep network would take minutes.
    if (pull === 2 && link.includes("lenet5")) await run.evaluate();
    if (checkpointed || 2 * done < steps) continue;
    const checkpoint = await run.checkpoint();
    await run.weights();
    run.free();
    run = await lab.start(link, { checkpoint });
    checkpointed = true;
  }
  const check = await run.check();
  run.free();
  return check;
}
