import { expect, test } from "vitest";

import { lessonOf } from "./testing.js";
import { worksheetOf } from "./worksheet.js";

const LESSON = lessonOf(`## What happens

In the text {{deep.test}} are right.

\`\`\`prediction curve
ask: How does it go?
runs: shallow@1, deep@1
draw: deep@1
alt: The deep one ends at 1.50.
reveal: It falls to {{deep@1.loss}}.
\`\`\`

\`\`\`prediction choice
ask: Which is *better* [@he2015]?
choice: The deep one.
choice: The shallow one.
right: 2
runs: shallow, deep
alt: Both fall.
reveal: The shallow one.
\`\`\`

\`\`\`experiment both
title: Both
runs: shallow, deep
train: deep@2
train: shallow@1
try: Take \`lr=0.1\`.
caption: The deep one is worse.
alt: Both fall.
\`\`\`

\`\`\`experiment seen
title: Seen alone
runs: shallow
caption: It falls.
alt: It falls.
\`\`\`

\`\`\`question why
ask: Why?
answer: Because *so*.
\`\`\`
`);

test("a worksheet asks what the lesson asks, and leaves room", () => {
  const html = worksheetOf(LESSON);
  expect(html).toContain("<li>The deep one.</li><li>The shallow one.</li>");
  expect(html).toContain('Which is <em>better</em> <span class="cite">(<a href="../#source-he2015">');
  expect(html).toContain('<th scope="row">40 layers</th><td></td>');
  expect(html).toContain("Take <code>lr=0.1</code>.");
  expect(html.match(/<p class="lines"><i><\/i><i><\/i><i><\/i><\/p>/g)).toHaveLength(1);
});

test("a worksheet tells nothing of what comes out", () => {
  const html = worksheetOf(LESSON);
  expect(html).not.toMatch(/It falls|Because <em>so|The deep one is worse|ends at 1|are right/);
  expect(html).toContain('data-run="shallow@1"');
  expect(html).not.toContain('data-run="deep@1"');
  expect(html).not.toContain("Seen alone");
});

test("its axes are those of the lesson's picture, with room for the curve that is not there", () => {
  const scale = /data-scale="([^"]*)"/.exec(worksheetOf(LESSON))?.[1];
  expect(scale).toBe("{&quot;x&quot;:[0,4],&quot;y&quot;:[0,2],&quot;isLog&quot;:false}");
});
