// The stored links in every browser that is there and under Node: how many give the very check that was stored.
import { browsers } from "../../replays/browsers.mjs";
import { replayHere, replayThere } from "../../replays/host.mjs";
import { judge, links, store, unable } from "../../replays/links.mjs";
import { Server } from "../../browser/support/server.mjs";
import { number, table } from "../figures.mjs";
import { machine } from "../machine.mjs";
import { report, say } from "../results.mjs";

export const options = {
  store: {
    type: "boolean",
    default: false,
    help: "write the checks that Node gives into tests/replays/links.json, instead",
  },
  "by-hand": {
    type: "boolean",
    default: false,
    help: "also wait for a browser of this machine that you open yourself",
  },
};

const WAYS = [
  { build: "cpu", manner: "plain" },
  { build: "cpu", manner: "disturbed" },
  { build: "gpu", manner: "plain" },
];

/** Somebody opens it. */
const byHand = {
  name: "by hand",
  missing: () => undefined,
  open: async (address) => {
    say(`\n  Open ${address} in any browser of this machine, within two minutes.\n`);
    return async () => {};
  },
};

export async function main(given) {
  const chosen = links.map(({ link }) => link).filter((link) => unable(link) === false);
  const skipped = [...new Set(links.map(({ link }) => unable(link)).filter(Boolean))];
  if (given.store) return storeChecks(chosen, skipped);
  const info = machine();
  const server = await Server.start();
  const places = [
    { name: "Node", replay: replayHere },
    ...[...browsers, ...(given["by-hand"] ? [byHand] : [])].map(({ name, missing, open }) => ({
      name,
      missing: missing(),
      replay: (what, tell) => replayThere(server, open, what, tell),
    })),
  ];
  const results = await replayAll(places, chosen).finally(() => server.close());
  const equal = ({ judged }) => judged.filter(({ verdict }) => verdict === "same").length;
  const rows = results.map((each) =>
    each.missing
      ? [each.name, "not measured", each.missing, "", ""]
      : [each.name, `${each.build} build`, each.manner, `${equal(each)} of ${chosen.length}`, number(each.seconds)],
  );
  const differing = results.flatMap(({ name, judged = [] }) =>
    judged.filter(({ verdict }) => verdict !== "same").map(({ link, verdict }) => `- ${name}: \`${link}\` ${verdict}`),
  );
  const agents = [...new Set(results.map(({ agent }) => agent).filter(Boolean))];
  await report("replays", {
    title: "Stored links, replayed",
    info,
    body: [
      table(["where", "build", "manner", "the same check", "seconds"], rows),
      ...differing,
      `Manner: "plain" is one worker and one pull; "disturbed" two workers, uneven pulls, asked and scored in between, and gone on with from a checkpoint half way (the GPU build's engine has no helpers).`,
      ...skipped.map((why) => `Left out: ${why}.`),
      agents.map((agent) => `- ${agent}`).join("\n"),
    ].join("\n\n"),
    data: { results },
  });
  return differing.length === 0;
}

/** Every way in every place, one after the other. */
async function replayAll(places, chosen) {
  const results = [];
  for (const { name, missing, replay } of places) {
    for (const { build, manner } of missing ? [] : WAYS) {
      say(`${name}, ${build} build, ${manner}`);
      let count = 0;
      const tell = ({ link, check, wrong }) => say(`  ${++count} of ${chosen.length}: ${check ?? wrong} ${link}`);
      const { agent, rows } = await replay({ build, manner, links: chosen }, tell);
      const seconds = rows.reduce((sum, row) => sum + (row.seconds ?? 0), 0);
      results.push({ name, agent, build, manner, seconds, judged: judge(rows) });
    }
    if (missing) results.push({ name, missing });
  }
  return results;
}

async function storeChecks(chosen, skipped) {
  if (skipped.length > 0) throw new Error(`All links must be replayed to be stored: ${skipped.join("; ")}.`);
  const { rows } = await replayHere({ build: "cpu", manner: "plain", links: chosen });
  store(rows);
  say(`The checks of ${rows.length} links are stored. If any is another than before, that is a new recipe version.`);
  return true;
}
