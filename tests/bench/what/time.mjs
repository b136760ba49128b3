// The board: seconds from the press of Train to an accuracy on all test images, by the page itself, in a fresh browser for each run.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { curvesPicture } from "../curves.mjs";
import { median, number, percent, table } from "../figures.mjs";
import { describe } from "../machine.mjs";
import { here, pkg } from "../paths.mjs";
import { peersBoard, peersOf, trainPeer, whyPeersCannot, withLoad } from "../peers.mjs";
import { report, say } from "../results.mjs";
import { chooseEngine, trainToTheEnd, withSite, withTrainingPage } from "../training-page.mjs";

export const options = {
  data: { type: "string", default: "mnist,fashion", help: "mnist, fashion, cifar10; the last takes hours" },
  model: { type: "string", help: "networks, by their names in links (default: all that have a recipe for the data)" },
  recipe: { type: "string", default: "quick", help: "named recipes: own, paper, quick, tiny" },
  with: { type: "string", help: "more of the recipe, as in a link: epochs=4" },
  seeds: { type: "string", default: "1,2,3", help: "a run for each" },
  engines: { type: "string", default: "cpu", help: "cpu, gpu, or both with a comma" },
  adapter: { type: "string", default: "software", help: "software | hardware, for the gpu engine" },
  peers: {
    type: "string",
    help: "other libraries beside it, in place of the board: all, or their keys; only the recipes that they can train",
  },
  limit: { type: "string", default: "600", help: "seconds after which such a run is given up" },
  docs: { type: "boolean", default: false, help: "write the board and its pictures into docs/, too" },
};

const GOALS = { mnist: [0.97, 0.98, 0.99, 0.993], fashion: [0.88, 0.91], cifar10: [0.6, 0.7, 0.8, 0.88, 0.9] };
const TITLES = { mnist: "MNIST", fashion: "Fashion-MNIST", cifar10: "CIFAR-10" };
/** A run may take so long. */
const MOST_SECONDS = 12 * 3600;

/** The rows of a data set: the named recipes that are trained on it, and where they are asked for the own ones on it. */
async function rowsOf(lab, dataset, given) {
  const { kind } = lab.fields().find(({ key }) => key === "model");
  const models = given.model?.split(",") ?? kind.choices.map(({ value }) => value);
  const names = given.recipe.split(",");
  const more = given.with ? `&${given.with}` : "";
  return models.flatMap((model) =>
    lab.describe({ model }).recipes.flatMap(({ name, link }) => {
      // "quick" is all recipes of that kind: "quick-99.3", too.
      if (!names.some((wanted) => name === wanted || name.startsWith(`${wanted}-`))) return [];
      const isOf = lab.parse(link).values.data === dataset;
      // A network's own recipe is one for any data.
      if (!isOf && name !== "own") return [];
      const { link: recipe, values } = lab.parse(`${link}${isOf ? "" : `&data=${dataset}`}${more}`);
      return [
        { dataset, model, name: `${model}, ${name}${given.with ? ` with ${given.with}` : ""}`, link: recipe, values },
      ];
    }),
  );
}

/** One run in a fresh browser context, and when it reached what. */
async function train({ browser, server }, row, engine, seed) {
  const link = row.link.replace(/&v=/, `&seed=${seed}&v=`);
  return withTrainingPage(browser, `${server.url}/#${link}`, { seconds: MOST_SECONDS }, async (page) => {
    await chooseEngine(page, engine);
    const run = await trainToTheEnd(page);
    if (run.plan.test !== 10_000) throw new Error(`${link} is scored on ${run.plan.test} test images, not on all.`);
    return { ...run, seed, link };
  });
}

/** What computed, in words: a software adapter is no GPU. */
function engineName({ kind, software, label }) {
  if (kind === "gpu" && software) return `${label} (a software adapter, no GPU)`;
  return label;
}

const reached = ({ scores }, goal) => scores.find(({ accuracy }) => accuracy >= goal)?.seconds;

/** The median of the runs' seconds with the range; of runs that did not reach it, how many did. */
function cell(runs, goal) {
  const seconds = runs.map((run) => reached(run, goal)).filter((value) => value !== undefined);
  if (seconds.length === 0) return "not reached";
  const range = seconds.length > 1 ? ` (${number(Math.min(...seconds))} to ${number(Math.max(...seconds))})` : "";
  const few = seconds.length < runs.length ? `, ${seconds.length} of ${runs.length} runs` : "";
  return `${number(median(seconds))}${range}${few}`;
}

function boardOf(dataset, rows) {
  const goals = GOALS[dataset];
  const head = [
    "recipe",
    "engine",
    ...goals.map((goal) => `${Number((100 * goal).toFixed(2))} %`),
    "whole run",
    "test accuracy at its end",
  ];
  const lines = rows.map(({ name, engine, runs, failed }) => {
    if (failed) return [name, engine, ...goals.map(() => ""), "", `failed: ${failed}`];
    const ends = runs.map(({ scores }) => percent(scores.at(-1).accuracy)).join(", ");
    return [
      name,
      engine,
      ...goals.map((goal) => cell(runs, goal)),
      number(median(runs.map(({ seconds }) => seconds))),
      ends,
    ];
  });
  const links = rows.map(({ name, link }) => `- ${name}: \`${link}\``);
  return `${table(head, lines)}\n\n${[...new Set(links)].join("\n")}`;
}

const pictureOf = (dataset, rows) =>
  curvesPicture({
    title: `${TITLES[dataset]}: test accuracy over seconds`,
    goals: GOALS[dataset],
    lines: rows.flatMap(({ name, engine, runs = [] }) =>
      runs.map(({ scores }) => ({ name: `${name}; ${engine}`, points: scores })),
    ),
  });

/** Writes a board between its marks in docs/accuracy.md, and its picture beside it where it has one. */
async function writeDocs(dataset, body, picture, info) {
  const file = here("../../docs/accuracy.md");
  const [begin, end] = [`<!-- bench time: ${dataset} -->`, "<!-- end -->"];
  const text = await readFile(file, "utf8");
  const [start, rest] = [text.indexOf(begin), text.indexOf(end, text.indexOf(begin))];
  if (start < 0 || rest < 0) throw new Error(`docs/accuracy.md has no place for ${dataset}: "${begin}" and "${end}".`);
  const image = picture && `![Test accuracy over seconds on ${TITLES[dataset]}](time-${dataset}.svg)`;
  const section = [begin, body, image, describe(info), ""].filter((part) => part !== undefined).join("\n\n");
  await writeFile(file, text.slice(0, start) + section + text.slice(rest));
  if (picture) await writeFile(here(`../../docs/time-${dataset}.svg`), picture);
}

/** The recipes once by the page and once by each of the other libraries. What is known is written after each: a run may take its whole limit. */
async function besidePeers(wanted, given) {
  const keys = peersOf(given.peers);
  const rows = wanted.filter(({ values }) => whyPeersCannot(values) === null);
  if (rows.length === 0)
    throw new Error(`Other libraries can train none of these: ${whyPeersCannot(wanted[0].values)}.`);
  const [seed] = given.seeds.split(",");
  const { adapter } = given;
  const limit = Number(given.limit);
  const data = [];
  let info;
  const boards = () =>
    data.map(({ row, page, peers }) => peersBoard(GOALS[row.dataset], [page], peers, limit) + page.links);
  const write = async () => given.docs && writeDocs("peers", boards().join("\n\n"), undefined, info);
  for (const row of rows) {
    const ours = await withSite({ adapter }, (site) => {
      info ??= site.info;
      return withLoad(() => train(site, row, "cpu", seed));
    });
    say(`${row.name}, by the page: ${percent(ours.scores.at(-1).accuracy)} after ${number(ours.seconds)} s`);
    const { steps } = ours.plan;
    const links = `\n\n- ${row.name}, seed ${seed}: \`${ours.link}\``;
    const page = {
      name: "Bunsen",
      links,
      scores: ours.scores,
      limited: false,
      planned: steps,
      step: steps,
      load: ours.load,
    };
    const peers = [];
    data.push({ row, page, peers });
    for (const key of keys) {
      const found = await withLoad(() => trainPeer(key, ours.link, { adapter, limit }));
      page.name = `Bunsen ${found.versions.Bunsen}, ${engineName(ours.engine)}, from the press of Train`;
      peers.push(found);
      await write();
    }
  }
  const body = boards().join("\n\n");
  await report("time-peers", { title: "Time to accuracy, beside other libraries", info, body, data: { rows: data } });
  return data.every(({ peers }) => peers.every(({ failed }) => failed === null));
}

export async function main(given) {
  const datasets = given.data.split(",");
  const unknown = datasets.find((name) => !(name in GOALS));
  if (unknown !== undefined)
    throw new Error(`There is no board for "${unknown}": ${Object.keys(GOALS).join(", ")} have one.`);
  const { openLab } = await import(pathToFileURL(join(pkg, "index.js")).href);
  const lab = await openLab({ engine: "cpu", workers: 1 });
  const wanted = (await Promise.all(datasets.map((dataset) => rowsOf(lab, dataset, given)))).flat();
  lab.close();
  if (wanted.length === 0)
    throw new Error(`No network has a recipe of these names for ${given.data}: ${given.recipe}.`);
  if (given.peers) return besidePeers(wanted, given);
  return withSite({ adapter: given.adapter }, async (site) => {
    const rows = [];
    for (const row of wanted) {
      for (const engine of given.engines.split(",")) {
        const runs = [];
        try {
          for (const seed of given.seeds.split(",")) {
            const run = await train(site, row, engine, seed);
            const last = run.scores.at(-1);
            say(`${row.name}, seed ${seed}: ${percent(last.accuracy)} after ${number(run.seconds)} s`);
            runs.push(run);
          }
          rows.push({ ...row, engine: engineName(runs[0].engine), runs });
        } catch (error) {
          say(`${row.name}: failed: ${error.message}`);
          rows.push({ ...row, engine, failed: error.message.split("\n")[0] });
        }
      }
    }
    await mkdir(here("results"), { recursive: true });
    const sections = [];
    for (const dataset of datasets) {
      const of = rows.filter((row) => row.dataset === dataset);
      if (of.length === 0) continue;
      const [body, picture] = [boardOf(dataset, of), pictureOf(dataset, of)];
      await writeFile(here(`results/time-${dataset}.svg`), picture);
      if (given.docs) await writeDocs(dataset, body, picture, site.info);
      sections.push(`## ${TITLES[dataset]}\n\n${body}`);
    }
    const note =
      "Seconds from the press of Train to the first score on all 10,000 test images that is as good: the median of the seeds, and their range. " +
      "Train is pressed as soon as it can be, in a browser that has none of the page or the data yet; both come from this machine.";
    await report("time", {
      title: "Time to accuracy",
      info: site.info,
      body: `${note}\n\n${sections.join("\n\n")}`,
      data: { rows },
    });
    return rows.every(({ failed }) => failed === undefined);
  });
}
