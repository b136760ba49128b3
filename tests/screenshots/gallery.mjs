// @ts-check
// A page to look through the pictures: a view a section, its faults above it.

/** @typedef {{ view: string, width: number, theme: "light" | "dark", file: string, faults: string[] }} Shot */

/** @param {Shot[]} shots */
export function gallery(shots) {
  const views = [...new Set(shots.map(({ view }) => view))];
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Bunsen's views</title>
<style>
  body { margin: 1rem; font: 1rem/1.4 system-ui, sans-serif; }
  section > div { display: flex; gap: 1rem; align-items: start; overflow-x: auto; }
  figure { flex: none; margin: 0; }
  img { max-height: 80vh; border: 1px solid #8888; }
  li { color: #c33; }
</style>
<h1>Bunsen's views</h1>
<p>${views.map((view) => `<a href="#${view}">${view}</a>`).join(" · ")}</p>
${views
  .map((view) =>
    section(
      view,
      shots.filter((shot) => shot.view === view),
    ),
  )
  .join("\n")}
</html>
`;
}

/** @param {string} view @param {Shot[]} shots */
function section(view, shots) {
  const faults = shots.flatMap(({ width, theme, faults }) =>
    faults.map((fault) => `<li>${width} px, ${theme}: ${escape(fault)}</li>`),
  );
  const pictures = shots.map(
    ({ width, theme, file }) =>
      `<figure><figcaption>${width} px, ${theme}</figcaption><a href="${file}"><img src="${file}" loading="lazy" alt="${view}, ${width} px, ${theme}"></a></figure>`,
  );
  return `<section id="${view}"><h2>${view}</h2><ul>${faults.join("")}</ul><div>${pictures.join("")}</div></section>`;
}

/** @param {string} text */
function escape(text) {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);
}
