// @ts-check
// `npm run words`: holds the page's texts to their translations. It reads the texts where they are shown (www/src/words/msg.ts), and tells of
// each translation what is missing, what nobody shows any more and what has other values than the English text, and of the code what is shown
// without being looked up. Numbers are written by www/src/format.ts alone, which it holds too.
//
//     node www/words.mjs            what is wrong; exits with 1 where that is anything
//     node www/words.mjs --list     each English text and where it stands
//     node www/words.mjs --write    brings the translations into the order of the code: with "" for what is missing, without what is unused

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseSync } from "vite";

/** Digits that are no text of the page: lengths and shares for style sheets. */
const WRITE_DIGITS = [
  /^stage\/stage-columns\.ts$/,
  /^stage\/explain\/value-explanation\.ts$/,
  /^panels\/inside\/(tile-grid|colour-bar)\.ts$/,
];

/** Said to style sheets, and to the programs and the consoles of those who embed. */
const FOR_PROGRAMS = ["ui/theme.ts", "embed/host.ts", "embed/look.ts", "embed/player.ts", "embed/snippet.ts"];

/** What a worker says is in English; the page looks it up where it is shown. */
const OF_WORKERS = /(^|\/)worker\//;

/** Tests, and what helps them. */
const OF_TESTS = /\.test\.ts$|(^|\/)testing\.ts$|^bench\/bench-each\.ts$/;

/** The functions that look a text up, and which of their arguments it is. @type {ReadonlyMap<string, number>} */
const LOOKED_UP = new Map([
  ["msg", 0],
  ["rich", 0],
  ["defineMessage", 0],
  ["plural", 2],
]);

/** Attributes and properties whose values are read. */
const READ = new Set(["aria-label", "aria-description", "title", "placeholder", "alt", "label", "hint"]);

/** @typedef {{ text: string, place: string }} Shown */
/** @typedef {string | Record<string, string>} Translation */
/** @typedef {{ page: Record<string, Translation>, module: Record<string, Translation> }} Catalogue */
/** @typedef {{ type: string, start: number, end: number } & Record<string, any>} Node */

/**
 * What a source file shows, and what is wrong in it.
 * @param {string} path from `src` @param {string} source @param {boolean} isShown
 */
export function read(path, source, isShown) {
  /** @type {Shown[]} */ const shown = [];
  /** @type {string[]} */ const wrong = [];
  const { program, errors } = parseSync(path, source);
  if (errors.length > 0) throw new Error(`${path} cannot be parsed: ${errors[0]?.message}`);
  const place = (/** @type {number} */ at) => `${path}:${source.slice(0, at).split("\n").length}`;

  /** @param {Node} node @param {boolean} isLookedUp whether it stands in a call that looks it up */
  function visit(node, isLookedUp) {
    if (node.type === "ImportDeclaration" || node.type.startsWith("TS")) {
      if (!/^TS(As|Satisfies|NonNull)/.test(node.type)) return;
    }
    if (node.type === "CallExpression") {
      const { callee } = node;
      const at = LOOKED_UP.get(callee.name);
      if (at !== undefined && !path.startsWith("words/msg.ts")) {
        const argument = node["arguments"][at];
        const text = literal(argument);
        if (text === undefined) wrong.push(`${place(node.start)}: ${callee.name}() takes its text as a literal.`);
        else shown.push({ text, place: place(node.start) });
      }
      const member = callee.property?.name;
      const formats = /^toLocale(?!UpperCase|LowerCase)/.test(member ?? "") || member === "toFixed";
      const isAllowed =
        path === "format.ts" ||
        WRITE_DIGITS.some((each) => each.test(path)) ||
        callee.object?.callee?.name === "inlineStyle";
      if (formats && !isAllowed && !isStyle(node))
        wrong.push(`${place(node.start)}: numbers are written by format.ts.`);
    }
    if (
      node.type === "MemberExpression" &&
      node["object"].name === "Intl" &&
      node["property"].name?.endsWith("Format")
    ) {
      if (path !== "format.ts") wrong.push(`${place(node.start)}: numbers and dates are written by format.ts.`);
    }
    if (isShown && node.type === "TaggedTemplateExpression" && /^(html|staticHtml|svg)$/.test(node["tag"].name ?? "")) {
      for (const text of textsOf(node["quasi"].quasis.map((/** @type {any} */ quasi) => quasi.value.cooked ?? "")))
        wrong.push(`${place(node.start)}: “${text}” is not looked up.`);
    }
    if (isShown && !isLookedUp && isSentence(node))
      wrong.push(`${place(node.start)}: “${quoted(node)}” is not looked up.`);
    const isCall =
      node.type === "CallExpression" &&
      (node["callee"].type === "Super" || LOOKED_UP.has(node["callee"].name) || isUnread(node["callee"]));
    const skips =
      isLookedUp ||
      isCall ||
      (node.type === "NewExpression" && node["callee"].name?.endsWith("Error")) ||
      node.type === "ThrowStatement" ||
      (node.type === "TaggedTemplateExpression" && node["tag"].name === "css");
    for (const [key, value] of Object.entries(node)) {
      if (key === "tag" || key === "decorators") continue;
      // A file of numbers has the same header in every language: programs read it.
      if (node.type === "Property" && node["key"].name === "header") continue;
      if (node.type === "Property" && node["key"].value === "font-family") continue;
      const isTemplate = node.type === "TaggedTemplateExpression" && key === "quasi";
      for (const child of Array.isArray(value) ? value : [value]) {
        if (!child || typeof child.type !== "string") continue;
        if (isTemplate) for (const expression of child.expressions) visit(expression, false);
        else visit(child, skips && (node.type !== "CallExpression" || isText(child) || literal(child) !== undefined));
      }
    }
  }
  const isStyle = (/** @type {Node} */ node) =>
    /inlineStyle\([^)]*$/.test(source.slice(Math.max(0, node.start - 80), node.start));
  visit(/** @type {any} */ (program), false);
  return { shown, wrong };
}

/** A text that a call looks up itself; what is computed for it is looked at. @param {Node} node */
const isText = ({ type }) => type === "Literal" || type === "TemplateLiteral";

/** What no person reads. @param {Node} callee */
function isUnread(callee) {
  return /^(querySelector|querySelectorAll|matchMedia|startsWith|includes|inlineStyle|unsafeStatic|Error|TypeError)$/.test(
    callee["name"] ?? callee["property"]?.name ?? "",
  );
}

/** @param {Node | undefined} node */
function literal(node) {
  if (node?.type === "Literal" && typeof node["value"] === "string") return node["value"];
  if (node?.type === "TemplateLiteral" && node["expressions"].length === 0) return node["quasis"][0].value.cooked;
  // A long one is written in parts.
  if (node?.type === "BinaryExpression" && node["operator"] === "+") {
    const parts = [literal(node["left"]), literal(node["right"])];
    return parts.includes(undefined) ? undefined : parts.join("");
  }
  return undefined;
}

/** Whether a literal looks like words for a person. @param {Node} node */
function isSentence(node) {
  if (!isText(node) || (node.type === "Literal" && typeof node["value"] !== "string")) return false;
  const text = quoted(node).replaceAll("{…}", "");
  return (
    /^[^<{#./]*[A-Za-z]{2,}[,:;]? [A-Za-z]{2,}/.test(text) &&
    !/[;{}=]|--|^\w+ \d|^x[A-Z]|^(color-mix|linear-gradient)\(/.test(text)
  );
}

/** @param {Node} node */
function quoted(node) {
  return node.type === "Literal"
    ? String(node["value"])
    : node["quasis"].map((/** @type {any} */ quasi) => quasi.value.cooked).join("{…}");
}

/** The words that stand in a template itself. @param {string[]} strings @returns {string[]} */
function textsOf(strings) {
  const markup = strings.join("{…}").replace(/<!--[^]*?-->/g, "");
  const texts = markup.replace(/<[^>]*>/g, "\n").split("\n");
  for (const [, name = "", value = ""] of markup.matchAll(/\s([\w-]+)=("[^"]*"|'[^']*')/g))
    if (READ.has(name)) texts.push(value.slice(1, -1));
  return texts
    .map((text) => text.replace(/\s+/g, " ").trim())
    .filter((text) => /[A-Za-z]{2,}/.test(text.replace(/\{…\}|&\w+;/g, "")));
}

/** The texts of a page's own HTML. @param {string} path @param {string} source @returns {Shown[]} */
export function readPage(path, source) {
  const found = [...source.matchAll(/(?:\sdata-text|<title)>([^<]*)</g)];
  return found.map(([, text = ""]) => ({ text: text.replace(/\s+/g, " ").trim(), place: path }));
}

/**
 * What is wrong with a translation.
 * @param {string} name @param {Catalogue} catalogue @param {readonly Shown[]} shown
 */
export function compare(name, catalogue, shown) {
  /** @type {string[]} */ const wrong = [];
  const places = new Map(shown.map(({ text, place }) => [text, place]));
  for (const [text, place] of places)
    if (!isThere(catalogue.page[text])) wrong.push(`${name} lacks “${text}” (${place}).`);
  for (const text of Object.keys(catalogue.page))
    if (!places.has(text)) wrong.push(`${name} has “${text}”, which nobody shows.`);
  for (const [text, translation] of Object.entries({ ...catalogue.module, ...catalogue.page })) {
    const wanted = valuesOf(text);
    for (const form of typeof translation === "string" ? [translation] : Object.values(translation)) {
      const isOne =
        typeof translation !== "string" && valuesOf(form).join() === wanted.filter((value) => value !== "count").join();
      if (form && !isOne && valuesOf(form).join() !== wanted.join())
        wrong.push(`${name}: “${form}” has other values than “${text}”.`);
    }
  }
  return wrong;
}

/** @param {Translation | undefined} translation */
function isThere(translation) {
  return typeof translation === "object" ? Boolean(translation["other"]) : Boolean(translation);
}

/** @param {string} text */
function valuesOf(text) {
  return [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, value]) => value))].sort();
}

/** Texts that stand in a file twice, of which JSON would drop one. @param {string} name @param {string} source */
export function twice(name, source) {
  const keys = [...source.matchAll(/^ {4}("(?:[^"\\]|\\.)*"):/gm)].map(([, key = ""]) => JSON.parse(key));
  return keys.filter((key, at) => keys.indexOf(key) !== at).map((key) => `${name} has “${key}” twice.`);
}

/** A translation in the order of the code. @param {Catalogue} catalogue @param {readonly Shown[]} shown @returns {Catalogue} */
export function ordered({ page, module }, shown) {
  const own = Object.fromEntries(shown.map(({ text }) => [text, page[text] || module[text] || ""]));
  // What the page says itself needs no second translation.
  return { page: own, module: Object.fromEntries(Object.entries(module).filter(([text]) => !(text in own))) };
}

/** @param {string} folder @returns {string[]} */
function filesIn(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
}

const write = (/** @type {Catalogue} */ catalogue) => `${JSON.stringify(catalogue, null, 2)}\n`;

function main() {
  const here = dirname(fileURLToPath(import.meta.url));
  const src = join(here, "src");
  /** @type {Shown[]} */ const shown = [];
  /** @type {string[]} */ const wrong = [];
  for (const path of filesIn(src).sort()) {
    // The benchmark's page is in English alone.
    if (!path.endsWith(".ts") || OF_TESTS.test(path) || path.startsWith("benchmark/")) continue;
    const isShown = !FOR_PROGRAMS.includes(path) && !OF_WORKERS.test(path);
    const found = read(path, readFileSync(join(src, path), "utf8"), isShown);
    shown.push(...found.shown);
    wrong.push(...found.wrong);
  }
  for (const page of ["index.html", "embed.html"])
    shown.push(...readPage(page, readFileSync(join(here, page), "utf8")));
  for (const file of filesIn(join(src, "words")).filter((name) => name.endsWith(".json"))) {
    const path = join(src, "words", file);
    if (process.argv.includes("--write"))
      writeFileSync(path, write(ordered(JSON.parse(readFileSync(path, "utf8")), shown)));
    const source = readFileSync(path, "utf8");
    wrong.push(...compare(file, JSON.parse(source), shown), ...twice(file, source));
  }
  if (process.argv.includes("--list")) for (const { text, place } of shown) console.log(`${place}\t${text}`);
  for (const line of wrong) console.error(line);
  console.log(
    `${relative(resolve("."), src)}: ${new Set(shown.map(({ text }) => text)).size} texts, ${wrong.length} faults.`,
  );
  if (wrong.length > 0) process.exitCode = 1;
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) main();
