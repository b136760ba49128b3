import { launch, openBench } from "./browser.mjs";
import { bundle } from "./bundle.mjs";
import { machine } from "./machine.mjs";
import { serve } from "./server.mjs";

/** Bundles, serves, opens a browser on the benchmark's page, and puts all of it away again whatever happens. */
export async function withBench(settings, work) {
  await bundle();
  const server = await serve();
  let browser;
  try {
    browser = await launch(settings);
    const bench = await openBench(browser, server.url);
    const info = machine(browser, await bench.facts());
    return await work({ browser, bench, info, server });
  } finally {
    await browser?.close();
    await server.close();
  }
}
