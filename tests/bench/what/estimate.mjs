// How well the page says beforehand what a run will take: what it says before Train is pressed, and what the run then takes, from the press
// to its last score, with the images that it has to wait for.
import { number, table } from "../figures.mjs";
import { report, say } from "../results.mjs";
import { chooseEngine, trainToTheEnd, withSite, withTrainingPage } from "../training-page.mjs";

export const options = {
  with: {
    type: "string",
    default: [
      "model=lenet5&data=digits",
      "model=resnet-8&data=shapes&subset=1000",
      "model=vit&data=digits&epochs=1",
    ].join(","),
    help: "the recipes, as in links, separated by commas",
  },
  rounds: { type: "string", default: "3", help: "how often each is trained, in turns" },
};

/** A run may take so much longer than the most that was estimated, or less than the least. */
const TOLERANCE = 0.25;

/** What the page holds an estimate of, and the seconds from pressing Train to the last score. */
function measure(browser, address) {
  return withTrainingPage(browser, address, { seconds: 600 }, async (page) => {
    await chooseEngine(page, "cpu");
    const told = page
      .getByRole("status", { name: "Before training" })
      .filter({ hasText: /On this computer|known once/ });
    await told.waitFor();
    const said = await told.innerText();
    return { said, ...(await trainToTheEnd(page)) };
  });
}

/** As the page has it: test images come while the run trains, and its scores wait for them. */
const durationBy = (plan, { training, scoring }, loadingSeconds) =>
  Math.max((plan.steps * plan.batch) / training, loadingSeconds) +
  (plan.scoreSteps.length * (plan.test + plan.validation)) / (scoring || 3 * training);

export async function main(given) {
  return withSite({}, async ({ server, browser, info }) => {
    const links = given.with.split(",");
    const rows = [];
    for (let round = 0; round < Number(given.rounds); round++) {
      for (const link of links) {
        const { said, seconds, estimate, fetching, plan } = await measure(browser, `${server.url}/#${link}`);
        if (!estimate?.quickest) throw new Error(`The page has no estimate of ${link}: ${said}`);
        const loadingSeconds = fetching?.secondsLeft ?? 0;
        const [least, most] = [estimate.quickest, estimate.median].map((speeds) =>
          durationBy(plan, speeds, loadingSeconds),
        );
        const isWithin = seconds >= (1 - TOLERANCE) * least && seconds <= (1 + TOLERANCE) * most;
        say(`${link}: ${said.replace(/.*On this computer: /, "")} It took ${number(seconds)} s.`);
        rows.push({ link, least, most, seconds, isWithin });
      }
    }
    const cells = rows.map(({ link, least, most, seconds, isWithin }) => [
      `\`${link}\``,
      `${number(least)} to ${number(most)}`,
      number(seconds),
      isWithin ? "yes" : "**no**",
    ]);
    await report("estimate", {
      title: "What a run was estimated to take, and what it took",
      info,
      body: table(["recipe", "estimated, s", "took, s", `within ${100 * TOLERANCE} % of that`], cells),
      data: { rows },
    });
    return rows.every(({ isWithin }) => isWithin);
  });
}
