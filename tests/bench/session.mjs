import { launch, openBench } from "./browser.mjs";
import { machine } from "./machine.mjs";
import { serve } from "./server.mjs";

/** Serves, opens a browser for workers with Bunsen, and puts all of it away again whatever happens. */
export async function withBench(settings, work) {
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
