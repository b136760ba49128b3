// How long a folder of photos takes to become a data set on the page, how much memory that takes, and whether the page stays at hand.
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mainThreadUse } from "../../browser/support/main-thread.mjs";
import { megabytes, number, table } from "../figures.mjs";
import { computed, peak, resident } from "../page-process.mjs";
import { report, say } from "../results.mjs";
import { withSite, withTrainingPage } from "../training-page.mjs";

export const options = {
  photos: { type: "string", default: "2000", help: "how many" },
  width: { type: "string", default: "1024", help: "of a photo, in pixels" },
  height: { type: "string", default: "768", help: "of a photo, in pixels" },
};

const CLASSES = ["day", "dusk", "night", "rain"];
/** What is wanted: seconds, and memory by the size of the files. */
const SECONDS = 20;
const MOST = 3;
const LONG_TASK_MS = 50;
/** How many are drawn at a time. */
const CHUNK = 25;

/** In the page: a scene for each number, as a JPEG with an orientation in its Exif, in base64. */
async function draw({ numbers, width, height }) {
  // Orientation 1 or 6: a phone's own way to say that it was held upright.
  const exif = (orientation) =>
    [0xff, 0xe1, 0, 34, 69, 120, 105, 102, 0, 0, 73, 73, 42, 0, 8, 0, 0, 0, 1, 0].concat([
      0x12,
      1,
      3,
      0,
      1,
      0,
      0,
      0,
      orientation,
      0,
      0,
      0,
      0,
      0,
      0,
      0,
    ]);
  const canvas = new OffscreenCanvas(width, height);
  const context = canvas.getContext("2d");
  const files = [];
  for (const number of numbers) {
    let state = number * 2_654_435_761 + 1;
    const random = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const light = [75, 45, 18, 35][number % 4];
    const sky = context.createLinearGradient(0, 0, 0, height);
    sky.addColorStop(0, `hsl(${200 + 40 * random()} 60% ${light}%)`);
    sky.addColorStop(1, `hsl(${20 + 30 * random()} 50% ${light + 10}%)`);
    context.fillStyle = sky;
    context.fillRect(0, 0, width, height);
    // Hills, houses and leaves: edges and detail as a photo has.
    for (let shape = 0; shape < 400; shape++) {
      const [x, y] = [width * random(), height * (0.4 + 0.6 * random())];
      context.fillStyle = `hsl(${360 * random()} ${30 + 40 * random()}% ${light * (0.3 + random())}%)`;
      context.beginPath();
      context.ellipse(x, y, 4 + 40 * random(), 4 + 30 * random(), 3 * random(), 0, 7);
      context.fill();
    }
    const blob = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
    const bytes = new Uint8Array(await blob.arrayBuffer());
    const head = exif(number % 3 === 0 ? 6 : 1);
    const file = new Uint8Array(bytes.length + head.length);
    file.set(bytes.subarray(0, 2));
    file.set(head, 2);
    file.set(bytes.subarray(2), 2 + head.length);
    let text = "";
    for (let at = 0; at < file.length; at += 32_768) text += String.fromCharCode(...file.subarray(at, at + 32_768));
    files.push(btoa(text));
  }
  return files;
}

/** Draws the photos into a folder, in one for each class. Gives their bytes, all together. */
async function makePhotos(browser, url, folder, { photos, width, height }) {
  const page = await browser.newPage();
  await page.goto(`${url}/bench/index.html`);
  let bytes = 0;
  for (const name of CLASSES) await mkdir(join(folder, name), { recursive: true });
  for (let first = 0; first < photos; first += CHUNK) {
    const numbers = Array.from({ length: Math.min(CHUNK, photos - first) }, (_, at) => first + at);
    const files = await page.evaluate(draw, { numbers, width, height });
    for (const [at, number] of numbers.entries()) {
      const file = Buffer.from(files[at], "base64");
      bytes += file.length;
      const name = `IMG_${String(number).padStart(4, "0")}.jpg`;
      await writeFile(join(folder, CLASSES[number % CLASSES.length], name), file);
    }
  }
  await page.close();
  return bytes;
}

/** Gives the folder to the page, and waits until that shows its classes. */
function take(browser, address, folder, photos) {
  return withTrainingPage(browser, address, { seconds: 300 }, async (page) => {
    const button = page.getByRole("button", { name: "Choose a folder", exact: true });
    const [chooser] = await Promise.all([page.waitForEvent("filechooser"), button.click()]);
    await page
      .getByRole("status", { name: "Engine", exact: true })
      .filter({ hasText: /CPU|GPU/ })
      .waitFor();
    const before = resident();
    const computedBefore = computed();
    let seconds = NaN;
    const use = await mainThreadUse(browser, page, async () => {
      const began = performance.now();
      await chooser.setFiles(folder);
      const count = photos.toLocaleString("en");
      await page
        .getByRole("status", { name: "Your images" })
        .filter({ hasText: `${count} images` })
        .waitFor();
      seconds = (performance.now() - began) / 1000;
    });
    const link = new URL(page.url()).hash;
    const digest = /own=([0-9a-f]{16})/.exec(link)?.[1];
    return { seconds, memory: peak() - before, computedMs: computed() - computedBefore, longest: use.longest, digest };
  });
}

export async function main(given) {
  const [photos, width, height] = [given.photos, given.width, given.height].map(Number);
  const folder = await mkdtemp(join(tmpdir(), "bunsen-photos-"));
  try {
    return await withSite({}, async ({ server, browser, info }) => {
      say(`drawing ${photos} photos of ${width}×${height}`);
      const bytes = await makePhotos(browser, server.url, folder, { photos, width, height });
      say(`taking ${megabytes(bytes)}`);
      const taken = await take(browser, `${server.url}/#model=lenet5&data=own`, folder, photos);
      const times = taken.memory / bytes;
      const rows = [
        ["photos", `${number(photos)} of ${width}×${height}, ${megabytes(bytes)}`, ""],
        ["seconds until their classes are shown", taken.seconds.toFixed(1), `${SECONDS}`],
        ["seconds of the processors", (taken.computedMs / 1000).toFixed(1), ""],
        [
          "most memory of the page's process beyond that before",
          `${megabytes(taken.memory)}, ${times.toFixed(2)} times the files`,
          `${MOST} times`,
        ],
        ["longest task of the main thread", `${Math.round(taken.longest)} ms`, `${LONG_TASK_MS} ms`],
      ];
      await report("photos", {
        title: "A folder of photos, until it is a data set",
        info,
        body: `${table(["", "here", "wanted, at most"], rows)}\n\nThe collection's digest: ${taken.digest}.`,
        data: { photos, width, height, bytes, ...taken },
      });
      return taken.seconds <= SECONDS && !(times > MOST) && taken.longest <= LONG_TASK_MS && Boolean(taken.digest);
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
