// What a visitor downloads for each build: every file that is fetched to start it, as a host would serve it.
import { readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress, constants, gzip } from "node:zlib";
import { pkg } from "../paths.mjs";
import { report, say } from "../results.mjs";
import { machine } from "../machine.mjs";
import { megabytes, table } from "../figures.mjs";

export const options = {
  quality: { type: "string", default: "11", help: "brotli quality; 11 takes a minute for the GPU build" },
};

async function sizes(folder, quality) {
  const names = (await readdir(folder)).filter((name) => /\.(js|wasm)$/.test(name));
  const total = { raw: 0, gzip: 0, brotli: 0 };
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    total.raw += bytes.length;
    total.gzip += (await promisify(gzip)(bytes, { level: 9 })).length;
    const params = {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_LGWIN]: 24,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    };
    total.brotli += (await promisify(brotliCompress)(bytes, { params })).length;
  }
  return total;
}

export async function main(given) {
  const results = [];
  for (const build of ["cpu", "gpu"]) {
    const folder = join(pkg, build);
    say(`compressing ${folder}`);
    try {
      results.push({ build, ...(await sizes(folder, Number(given.quality))) });
    } catch (error) {
      if (error.code !== "ENOENT") throw error;
      say(`  no ${build} build is there`);
    }
  }
  if (results.length === 0) throw new Error(`No build is in ${pkg}. Run \`cargo xtask build\` first.`);
  const rows = results.map(({ build, raw, gzip, brotli }) => [build, ...[raw, gzip, brotli].map(megabytes)]);
  await report("sizes", {
    title: "Sizes of the two builds (JavaScript and wasm)",
    info: machine(),
    body: table(["build", "raw", "gzip -9", `brotli -${given.quality}`], rows),
    data: { results },
  });
  return true;
}
