import { mkdir, writeFile } from "node:fs/promises";
import { describe } from "./machine.mjs";
import { here } from "./paths.mjs";

/** Prints a result and writes it to results/<name>.md and results/<name>.json. */
export async function report(name, { title, info, body, data }) {
  const text = `# ${title}\n\n${body}\n\n${describe(info)}\n`;
  console.log(`\n${text}`);
  await mkdir(here("results"), { recursive: true });
  await writeFile(here(`results/${name}.md`), text);
  await writeFile(here(`results/${name}.json`), `${JSON.stringify({ ...info, ...data }, null, 2)}\n`);
  console.log(`Written to tests/bench/results/${name}.md and ${name}.json.`);
}

/** A line of progress, on stderr so that the tables can be piped. */
export const say = (text) => process.stderr.write(`${text}\n`);
