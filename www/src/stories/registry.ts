/**
 * The stories of Bunsen, in the order of the page: one file each in this folder, and its entry here. What a story is, `story.ts` says.
 *
 * What the page does with them (`view/`):
 * - **A link.** `isStoryLink(fragment)` (`link/recognize.ts`) before the fragment goes to the module as a recipe; then `readStoryLink(fragment, STORIES)`
 *   (`link/read.ts`), and `checkRecipes` (`link/check.ts`), which asks the module for each recipe. Both give notices to show, or a sentence why there is no story: the
 *   page then opens as without a link. All texts of a story are plain text and never HTML. `storyLink` (`link/write.ts`) writes one, null where it is too long.
 * - **Train all.** `runsOfStory` (`duration.ts`) lists recipe and seed in the order of training, for the queue of runs; its titles are the recipes' short names.
 *   `storyDuration` says how long that takes, for the label: "Train all (about 3 minutes here)"; null where nobody knows.
 * - **The result.** `resultOf` (`result.ts`) makes a result of a run's evidence, which `outcome/` has of the run at hand and of kept ones. A run belongs to a recipe of
 *   the story when its canonical link equals that of `withSeed`, read by the module. `fillClosing` (`closing/fill.ts`) gives sentences and notes, at any time: what is
 *   missing is said.
 * - **Show recorded.** `record.mjs` writes `www/public/stories/<id>/`; `readRecorded` (`recorded.ts`) reads its `index.json`, or says why it is not shown. It has the results
 *   and thin curves; the run files of the first seeds lie beside it, to be loaded when asked for.
 * - **Its words** stand in `defineMessage`, so that translations have them. `translatedStory` (`translated-story.ts`) is what is shown, in the language of the page.
 * - **Yours** is where a person's own story begins: a copy of `yours` with the id `OWN_STORY`.
 */
import { auxiliaryClassifiers } from "./auxiliary-classifiers.js";
import { depthWithoutSkips } from "./depth-without-skips.js";
import { fewImages } from "./few-images.js";
import { learningRate } from "./learning-rate.js";
import { splitNetwork } from "./split-network.js";
import type { Story } from "./story.js";
import { vggLinearLayers } from "./vgg-linear-layers.js";
import { vitLittleData } from "./vit-little-data.js";
import { watchItLearn } from "./watch-it-learn.js";
import { yours } from "./yours.js";

export const STORIES: readonly Story[] = [
  watchItLearn,
  learningRate,
  depthWithoutSkips,
  vggLinearLayers,
  auxiliaryClassifiers,
  vitLittleData,
  fewImages,
  splitNetwork,
  yours,
];
