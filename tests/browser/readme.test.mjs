// @ts-check
// README and docs/: what they promise is there. Links are taken by the module and train, the code runs as it stands, and nothing leads nowhere.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import {
  existsSync,
  mkdtempSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { load, pkg } from "./support/paths.mjs";

const CHECKOUT = fileURLToPath(new URL("../../", import.meta.url));
const read = (/** @type {string} */ name) => readFileSync(join(CHECKOUT, name), "utf8");
const DOCS = readdirSync(join(CHECKOUT, "docs"))
  .filter((name) => name.endsWith(".md"))
  .map((name) => `docs/${name}`);
const PAGES = [
  "README.md",
  "ARCHITECTURE.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  "crate/js/README.md",
  "tests/bench/README.md",
  ...DOCS,
];
const README = read("README.md");

/** The blocks of code of a language. @param {string} text @param {string} language */
const codeOf = (text, language) =>
  [...text.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\`$`, "gms"))].map(([, code = ""]) => code);

/** Recipes that a page has as `#model=…`. @param {string} text */
const linksOf = (text) => [...text.matchAll(/`#(model=[^`\s]+)`/g)].map(([, link = ""]) => link);

describe("README teaches in one sitting", { timeout: 200_000 }, () => {
  /** @type {any} */ let lab;
  before(async () => {
    const { openLab } = await load("index.js");
    lab = await openLab();
  });
  after(() => lab?.close());

  test("it is short, and says the command that runs all tests", () => {
    const lines = README.split("\n").length;
    assert.ok(lines <= 115, `${lines} lines: what is more belongs into docs/`);
    assert.match(README, /^cargo xtask test /m);
    assert.match(read(".ci/run"), /^cargo xtask test$/m);
  });

  test("its picture moves, and is small enough for a page", () => {
    const [, picture = ""] = /!\[[^\]]+\]\((docs\/[^)]+\.webp)\)/.exec(README) ?? [];
    const bytes = readFileSync(join(CHECKOUT, picture));
    assert.ok(bytes.length <= 1_500_000, `${bytes.length} bytes`);
    const frames = bytes.toString("latin1").split("ANMF").length - 1;
    assert.ok(frames >= 20, `${frames} frames`);
  });

  test("each of its five links is taken as it is, and trains", async () => {
    const links = linksOf(README);
    assert.equal(links.length, 5);
    for (const link of links) {
      const run = await lab.start(link);
      assert.deepEqual(run.notices, [], link);
      const reports = await run.step(2);
      assert.deepEqual([reports.length, reports.every((/** @type {any} */ { loss }) => loss > 0)], [2, true], link);
      run.free();
    }
  });

  test("its code runs as it stands, where the package is installed", async () => {
    const [code = "", ...others] = codeOf(README, "js");
    assert.equal(others.length, 0);
    const folder = mkdtempSync(join(tmpdir(), "bunsen-readme-"));
    try {
      mkdirSync(join(folder, "node_modules"));
      symlinkSync(pkg, join(folder, "node_modules/bunsen"));
      writeFileSync(join(folder, "readme.mjs"), code);
      const { stdout } = await promisify(execFile)(process.execPath, ["readme.mjs"], { cwd: folder, timeout: 120_000 });
      const lines = stdout.trimEnd().split("\n");
      assert.deepEqual(
        lines.slice(0, -1).map((line) => line.split(" ")[0]),
        ["20", "40", "60"],
      );
      assert.match(lines.at(-1) ?? "", /^[\d.]+ % of \d+ test images, check [0-9a-f]{16}$/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("its frame is one that docs/embed.md describes, with a link that is taken", async () => {
    const [html = "", ...others] = codeOf(README, "html");
    assert.equal(others.length, 0);
    const [, query = "", link = ""] = /embed\.html\?([^#"]*)#([^"]*)"/.exec(html) ?? [];
    const parameters = [...new URLSearchParams(query).keys()];
    assert.ok(parameters.length > 0);
    for (const name of parameters) assert.ok(read("docs/embed.md").includes(`| \`${name}\` |`), name);
    const run = await lab.start(link);
    assert.deepEqual(run.notices, []);
    run.free();
  });

  test("every key of a link, and every network, has its place in docs/", () => {
    const fields = /** @type {{ key: string, group: string, kind: any }[]} */ (lab.fields());
    const documents = `${read("docs/links.md")}\n${read("docs/networks.md")}\n${read("docs/data.md")}\n${read("docs/stack.md")}`;
    const missing = fields.map(({ key }) => key).filter((key) => !new RegExp(`\`${key}[\`=]`).test(documents));
    assert.deepEqual(missing, []);
    const models = fields.find(({ key }) => key === "model")?.kind.choices.map((/** @type {any} */ { value }) => value);
    assert.ok(models.length > 10);
    const names = namesIn(read("docs/networks.md"));
    assert.deepEqual(
      models.filter((/** @type {string} */ model) => !names.has(model)),
      [],
    );
  });
});

describe("the pages of the repository", () => {
  test("every page of docs/ begins with whom it is for", () => {
    for (const name of DOCS) assert.match(read(name), /^# .+\n\n\*\*For [^*]+\*\*/, name);
  });

  test("every page of docs/ is reached from README, or from a page that is", () => {
    const reached = new Set(["README.md"]);
    for (const name of reached) {
      for (const { file } of targetsOf(name))
        if (file.endsWith(".md") && existsSync(join(CHECKOUT, file))) reached.add(file);
    }
    assert.deepEqual(
      DOCS.filter((name) => !reached.has(name)),
      [],
    );
  });

  test("every relative link leads to a file that is there, and to a heading in it", () => {
    let links = 0;
    const dead = PAGES.flatMap((name) =>
      targetsOf(name).flatMap(({ file, heading, link }) => {
        links++;
        if (!existsSync(join(CHECKOUT, file))) return [`${name}: ${link} is not there`];
        if (heading && !headingsOf(read(file)).has(heading)) return [`${name}: ${link} names no heading`];
        return [];
      }),
    );
    assert.ok(links > 40, `${links} links were found`);
    assert.deepEqual(dead, []);
  });
});

/** The relative links of a page. @param {string} name */
function targetsOf(name) {
  const text = read(name).replace(/^```.*?^```$/gms, "");
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [path = "", heading = ""] = link.split("#");
      return { link, heading, file: path === "" ? name : join(dirname(name), path) };
    });
}

/** Headings as links name them. @param {string} text */
function headingsOf(text) {
  const headings = [...text.replace(/^```.*?^```$/gms, "").matchAll(/^#+ (.+)$/gm)].map(([, words = ""]) =>
    words
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\s_-]/gu, "")
      .replace(/\s/g, "-"),
  );
  return new Set(headings);
}

/** The names of networks in its table, where `-14` behind `resnet-8` is `resnet-14`. @param {string} text */
function namesIn(text) {
  /** @type {Set<string>} */
  const names = new Set();
  for (const [row = ""] of text.matchAll(/^\| `[^|]*/gm)) {
    let stem = "";
    for (const [, name = ""] of row.matchAll(/`([^`]+)`/g)) {
      if (!name.startsWith("-")) stem = name.replace(/-[^-]*$/, "");
      names.add(name.startsWith("-") ? stem + name : name);
    }
  }
  return names;
}
