// @ts-check
// node tests/screenshots/readme.mjs: takes the README's picture anew, of LeNet-5 while it trains on MNIST, and the one that other sites show of
// a shared link.

import { fileURLToPath } from "node:url";
import { launch, visitor } from "../browser/support/browser.mjs";
import { Bench } from "../browser/support/page.mjs";
import { countTimers, quiet } from "../browser/support/quiet.mjs";
import { noMnist } from "../browser/support/paths.mjs";
import { Server } from "../browser/support/server.mjs";

const PICTURE = fileURLToPath(new URL("../../docs/bench.png", import.meta.url));
const SOCIAL_PICTURE = fileURLToPath(new URL("../../www/public/og.png", import.meta.url));

if (noMnist) throw new Error(noMnist);
const server = await Server.start();
const browser = await launch();
try {
  const { context } = await visitor(browser, { viewport: { width: 1280, height: 1060 }, colorScheme: "light" });
  await countTimers(context);
  const bench = new Bench(await context.newPage(), server.url);
  await bench.open("model=lenet5&data=mnist");
  await bench.button("Train").click();
  await bench.reach(300, { timeout: 120_000 });
  await bench.draw();
  await bench.reach(560, { timeout: 120_000 });
  await bench.probabilities();
  await bench.page.evaluate(() => scrollTo(0, 0));
  await bench.page.mouse.move(5, 5);
  await quiet(bench.page);
  await bench.page.screenshot({ path: PICTURE });
  // The size that Open Graph asks for.
  await bench.page.setViewportSize({ width: 1200, height: 630 });
  await quiet(bench.page);
  await bench.page.screenshot({ path: SOCIAL_PICTURE });
} finally {
  await browser.close();
  await server.close();
}
