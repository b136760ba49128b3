/** The pages of the lessons: each by itself, and their contents. Plain HTML, which says all that it has to say without a script. */
import type { BlockContext } from "./blocks.js";
import { secondsOf } from "./experiment.js";
import { escaped } from "./html.js";
import { minutesToRead, type Lesson } from "./lesson.js";
import { renderLesson, type Heading } from "./markdown.js";
import { worksheetOf } from "./worksheet.js";

/** A page of the site. */
export interface Page {
  /** Where it lies in the site: "learn/resnet/index.html". */
  path: string;
  html: string;
}

/** What all pages are made with. */
export interface SiteContext {
  /** The address of the site as a teacher's page would have it. */
  site: string;
  /** Of Bunsen. */
  version: string;
  /** Of the citation. */
  year: number;
}

/** The lessons' pages, in their order. @param lessons in any order */
export function pagesOf(lessons: readonly Lesson[], context: SiteContext): Page[] {
  const ordered = [...lessons].sort((a, b) => a.order - b.order || a.slug.localeCompare(b.slug));
  return [
    contentsPage(ordered, context),
    ...ordered.flatMap((lesson, at) => [
      lessonPage(lesson, ordered[at - 1], ordered[at + 1], context),
      worksheetPage(lesson),
    ]),
  ];
}

function contentsPage(lessons: readonly Lesson[], context: SiteContext): Page {
  const items = lessons.map(
    (lesson) =>
      `<li ${contentOf(lesson, context)}><a href="./${lesson.slug}/"><span class="title">${escaped(lesson.title)}</span></a><p>${escaped(lesson.summary)}</p><p class="soft">${metaOf(lesson)}</p></li>`,
  );
  const main = `<h1>Lessons</h1>
<p class="lead">What is said about famous networks, tried out: you predict, the network trains, and then you see. Every number is of a run that your own browser can train again.</p>
<ol class="lessons">${items.join("")}</ol>`;
  return {
    path: "learn/index.html",
    html: shell({
      title: "Lessons: Bunsen",
      description: "Lessons on vision networks: predict, run, reveal.",
      up: "../",
      main,
      isLesson: false,
    }),
  };
}

/** What a reader can do in a lesson, as attributes: its script tells in the list what was done. */
function contentOf(lesson: Lesson, { site }: SiteContext): string {
  const { html } = renderLesson(lesson, { bench: "../../", site });
  const predictions = [...html.matchAll(/<section class="prediction" id="([^"]+)"/g)].map(([, id]) => id);
  const rows = [...html.matchAll(/<li data-run="([^"]+)"[^>]* data-check="([^"]+)"/g)];
  const runs = new Map(rows.map(([, run = "", check = ""]) => [run, check]));
  const pairs = [...runs].map(([run, check]) => `${run}=${check}`);
  return `data-slug="${lesson.slug}" data-predictions="${predictions.join(",")}" data-runs="${escaped(pairs.join(","))}"`;
}

function lessonPage(lesson: Lesson, before: Lesson | undefined, after: Lesson | undefined, context: SiteContext): Page {
  const block: Pick<BlockContext, "bench" | "site"> = { bench: "../../", site: context.site };
  const { html, headings } = renderLesson(lesson, block);
  const main = `<article class="lesson" data-lesson="${lesson.slug}" data-site="${escaped(context.site)}">
<div class="head">
<p class="kind">Lesson ${lesson.order}</p>
<h1>${escaped(lesson.title)}</h1>
<p class="claim"><span class="said">People say</span> ${escaped(lesson.claim)}</p>
<p class="soft">${metaOf(lesson)} · <a href="./worksheet/">worksheet to print</a></p>
</div>
<noscript><p class="hint">Without JavaScript nothing is trained here, and nothing is predicted. All results are on this page: they are behind “Show what happened”.</p></noscript>
${tableOf(headings)}
<div class="text">
${html}
${receiptOf(lesson)}
${sourcesOf(lesson)}
${citationOf(lesson, context)}
</div>
</article>
<nav class="steps" aria-label="Lessons">${stepTo(before, "Before")}<a class="all" href="../">All lessons</a>${stepTo(after, "Next")}</nav>`;
  return {
    path: `learn/${lesson.slug}/index.html`,
    html: shell({
      title: `${lesson.title}: a lesson with Bunsen`,
      description: lesson.summary,
      up: "../../",
      main,
      isLesson: true,
    }),
  };
}

/** What is filled in on paper; answers and results stand in the lesson alone. */
function worksheetPage(lesson: Lesson): Page {
  const back = `<p class="back"><a href="../">The lesson</a> · print this page, or hand it out as a file.</p>`;
  return {
    path: `learn/${lesson.slug}/worksheet/index.html`,
    html: shell({
      title: `Worksheet: ${lesson.title}`,
      description: `A worksheet for the lesson “${lesson.title}”.`,
      up: "../../../",
      main: `${back}\n${worksheetOf(lesson)}`,
      isLesson: true,
    }),
  };
}

function metaOf(lesson: Lesson): string {
  const minutes = minutesToRead(lesson.text);
  const runs = [...lesson.runs.values()].flatMap((recipe) => recipe.runs.slice(0, 1));
  const seconds = Math.ceil(Math.max(...runs.map((run) => secondsOf(run) ?? 0)));
  const experiments = runs.length > 0 ? ` · runs of up to ${seconds} s, on two cores` : "";
  return `${minutes} minutes to read${experiments}`;
}

function tableOf(headings: readonly Heading[]): string {
  const items = headings.map(({ id, text }) => `<li><a href="#${id}">${escaped(text)}</a></li>`);
  return `<nav class="toc" aria-label="In this lesson"><ul>${items.join("")}</ul></nav>`;
}

/** The checks of all its runs: whoever trains a link has the same, or something differs. */
function receiptOf({ runs }: Lesson): string {
  const rows = [...runs.values()].map((recipe) => {
    const checks = recipe.runs.map(
      (run) =>
        `<li data-run="${run.name}">seed ${run.seed}: <a href="../../#${escaped(run.checked)}"><code>${run.check}</code></a></li>`,
    );
    return `<tr><th scope="row">${escaped(recipe.title)}</th><td><ul>${checks.join("")}</ul></td></tr>`;
  });
  return `<section class="receipt"><h2 id="receipt">The receipt</h2>
<p>Every number above that was measured comes from these runs. A check is a digest of the recipe, the data, the loss of every step and the weights at the end: whoever trains the link on the CPU engine has the same sixteen digits.</p>
<table><thead><tr><th scope="col">network</th><th scope="col">checks</th></tr></thead><tbody>${rows.join("")}</tbody></table></section>`;
}

function sourcesOf({ sources }: Lesson): string {
  if (sources.length === 0) return "";
  const items = sources.map(
    ({ key, full, address }) =>
      `<li id="source-${key}">${escaped(full)}. <a href="${escaped(address)}">${escaped(address.replace(/^https:\/\//, ""))}</a></li>`,
  );
  return `<section class="sources"><h2 id="sources">Sources</h2><ol>${items.join("")}</ol></section>`;
}

function citationOf({ title, slug }: Lesson, { site, version, year }: SiteContext): string {
  const address = `${site}learn/${slug}/`;
  const bibtex = `@misc{bunsen-${slug},
  title        = {${title}},
  author       = {{The Bunsen project}},
  year         = {${year}},
  howpublished = {\\url{${address}}},
  note         = {A lesson with Bunsen ${version}}
}`;
  return `<section class="citation"><h2 id="cite">To cite this lesson</h2>
<p>The Bunsen project: “${escaped(title)}”, a lesson with Bunsen ${version}, ${year}. <span class="address" data-address="learn/${slug}/">${escaped(address)}</span></p>
<details><summary>BibTeX</summary><pre tabindex="0"><code>${escaped(bibtex)}</code></pre></details></section>`;
}

function stepTo(lesson: Lesson | undefined, word: string): string {
  return lesson
    ? `<a class="${word.toLowerCase()}" href="../${lesson.slug}/"><span class="soft">${word}</span> ${escaped(lesson.title)}</a>`
    : "";
}

interface Shell {
  title: string;
  description: string;
  /** The way to the site's folder. */
  up: string;
  main: string;
  isLesson: boolean;
}

function shell({ title, description, up, main, isLesson }: Shell): string {
  const lessons = isLesson ? `<a href="${up}learn/">Lessons</a>` : "";
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${escaped(title)}</title>
    <meta name="description" content="${escaped(description)}" />
    <meta name="color-scheme" content="light dark" />
    <meta name="theme-color" media="(prefers-color-scheme: light)" content="#ffffff" />
    <meta name="theme-color" media="(prefers-color-scheme: dark)" content="#151b23" />
    <link rel="icon" type="image/svg+xml" href="/flame.svg" />
    <link rel="stylesheet" href="/src/styles/page.css" />
    <link rel="stylesheet" href="/learn/learn.css" />
    <link rel="stylesheet" href="/learn/blocks.css" />
    <link rel="stylesheet" href="/learn/worksheet.css" />
    <link rel="stylesheet" href="/learn/print.css" />
    <!-- It must say what went wrong with all that follows, so it is a plain script that needs nothing. -->
    <script src="${up}boundary.js" vite-ignore></script>
    <script type="module" src="/learn/client/learn.ts"></script>
  </head>
  <body class="learn">
    <header class="bar">
      <a class="home" href="${up}">
        <svg class="flame" viewBox="0 0 32 32" aria-hidden="true">
          <path class="outer" d="M16 2c1.6 5.2 8 9.4 8 17a8 8 0 0 1-16 0C8 11.4 14.4 7.2 16 2Z" />
          <path class="inner" d="M16 14c.8 2.6 3.6 4.4 3.6 7.6a3.6 3.6 0 0 1-7.2 0c0-3.2 2.8-5 3.6-7.6Z" />
        </svg>
        Bunsen</a>
      <nav aria-label="Pages">${lessons}<a href="${up}">The bench</a></nav>
    </header>
    <main>
${main}
    </main>
  </body>
</html>
`;
}
