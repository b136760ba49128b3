/** The text of a lesson as HTML: Markdown, numbers of runs, citations and blocks. */
import MarkdownIt, { type MarkdownIt as Markdown, type Token } from "markdown-it";
import { blockOf, type BlockContext } from "./blocks.js";
import type { Value } from "./body.js";
import { FILLED, fillLine, MARKS } from "./fill.js";
import { escaped } from "./html.js";
import { placeIn, type Lesson } from "./lesson.js";
import { refuse, type Place } from "./lesson-error.js";

/** A heading, for the table of contents. */
export interface Heading {
  id: string;
  text: string;
}

export interface Rendered {
  html: string;
  headings: readonly Heading[];
}

const FILLED_TEXT = new RegExp(`${FILLED.from}[^${FILLED.to}]*${FILLED.to}`, "g");
/** As `fill.ts` writes a power. */
const RAISED = /\^(−?\d+)\^/g;
const CITED = /\[@([a-z0-9-]+)(?:,\s*([^\]]+))?\]/g;

/** What reads and writes a lesson's Markdown, whose text has the runs' numbers already. */
export interface Reader {
  markdown: Markdown;
  tokens: Token[];
  /** A value of a block as HTML. @param isAsked whether its numbers may be made up: a question's, and what a reader is to enter */
  inline: (value: Value, isAsked?: boolean) => string;
  /** The same as it was written. */
  plain: (value: Value) => string;
}

export function readMarkdown(lesson: Lesson): Reader {
  const markdown = new MarkdownIt({ html: false, typographer: true, quotes: "“”‘’" });
  const inline = (value: Value, isAsked = false): string => {
    assertSaid(value.text, value, lesson, isAsked);
    return markdown.renderInline(value.text);
  };
  const plain = (value: Value): string => {
    assertSaid(value.text, value, lesson);
    return value.text;
  };
  const filled = lesson.text
    .split("\n")
    .map((line, at) => fillLine(line, lesson.runs, placeIn(lesson, at)))
    .join("\n");
  return { markdown, tokens: markdown.parse(filled, {}), inline, plain };
}

/**
 * HTML of a lesson without what only the reader of its Markdown needs: marks are gone, powers are raised, works are cited.
 *
 * @param page where the list of sources is; nothing where it is on the same page
 */
export function finished(html: string, lesson: Lesson, page = ""): string {
  return cited(html.replace(MARKS, "").replace(RAISED, "<sup>$1</sup>"), lesson, page);
}

export function renderLesson(lesson: Lesson, context: Omit<BlockContext, "runs" | "inline" | "plain">): Rendered {
  const { markdown, tokens, inline, plain } = readMarkdown(lesson);
  const headings: Heading[] = [];
  const ids = new Set<string>();
  tokens.forEach((token, at) => {
    const place = placeIn(lesson, token.map?.[0] ?? 0);
    if (token.type === "heading_open") {
      const heading = headingOf(token.tag, tokens[at + 1]?.content ?? "", place, ids);
      headings.push(heading);
      token.attrSet("id", heading.id);
    }
    if (token.type === "inline") assertSaid(token.content, place, lesson);
    if (token.children?.some(({ type }) => type === "image"))
      refuse(place, "A lesson has no pictures but those of its runs.");
  });
  const code = markdown.renderer.rules.fence!;
  markdown.renderer.rules.fence = (all, at, ...more) => {
    const token = all[at]!;
    const place = placeIn(lesson, token.map?.[0] ?? 0);
    const block = blockOf(token.info, token.content, place, { ...context, runs: lesson.runs, inline, plain }, ids);
    return block ?? code(all, at, ...more);
  };
  const html = markdown.renderer.render(tokens, markdown.options, {});
  return { html: finished(html, lesson), headings };
}

function headingOf(tag: string, written: string, place: Place, ids: Set<string>): Heading {
  if (tag !== "h2")
    refuse(place, "A lesson has headings of two signs (##) alone: its title stands in the front matter.");
  const text = written.replace(MARKS, "");
  const id = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
  if (ids.has(id)) refuse(place, `There are two headings or blocks “${id}”.`);
  ids.add(id);
  return { id, text };
}

/** A percentage, whatever else is said. */
const SHARE = /\d[\d.,]*\s?%/;
/** A number that may be a run's: with a point, with commas, or of three digits and more. A year is none, nor is what belongs to a name. */
const NUMBER = /(?<![\w.,–×-])(?!(?:19|20)\d\d(?![\d,.]))(?:\d{1,3}(?:,\d{3})+|\d+\.\d+|\d{3,})(?:\.\d+)?/;
/** Code is what somebody types. */
const TYPED = /`[^`]*`/g;

/**
 * Numbers come from runs, from a sum, or from a work that is cited beside them; and what is cited is among the sources.
 *
 * @param isAsked whether numbers may be made up, but for percentages
 */
function assertSaid(text: string, place: Place, { sources }: Lesson, isAsked = false): void {
  const citations = [...text.matchAll(CITED)];
  for (const [, key] of citations)
    if (!sources.some((source) => source.key === key))
      refuse(place, `There is no source “${key}” in the front matter.`);
  if (citations.length > 0) return;
  const byHand = text.replace(FILLED_TEXT, "").replace(TYPED, "");
  const [typed] = SHARE.exec(byHand) ?? (isAsked ? null : NUMBER.exec(byHand)) ?? [];
  if (typed !== undefined)
    refuse(
      place,
      `“${typed}” is neither of a run ({{name.test}}) nor computed ({{= 5 * 100}}) nor of a work that is cited here ([@key]).`,
    );
}

/** With links to the list of sources in place of `[@key, §4.1]`. */
function cited(html: string, { sources }: Lesson, page: string): string {
  return html.replace(CITED, (written, key: string, where: string | undefined) => {
    const source = sources.find((one) => one.key === key);
    if (!source) return written;
    // What stands behind the key is a part of the HTML already.
    return `<span class="cite">(<a href="${page}#source-${key}">${escaped(source.short)}</a>${where ? `, ${where}` : ""})</span>`;
  });
}
