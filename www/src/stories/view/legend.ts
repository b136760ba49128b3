import { defineMessage } from "../../words/msg.js";

/** What a teacher can write into a closing sentence: each hole, and what stands there. `closing/template.ts` has them all. */
export const LEGEND: readonly (readonly [hole: string, meaning: string])[] = [
  ["{test A}", defineMessage("test accuracy of recipe A, with mean ± spread over its seeds")],
  ["{training A}", defineMessage("accuracy on the training images, over the last epoch")],
  ["{parameters A}", defineMessage("how many parameters A has")],
  [
    "{compare A B | A is {difference} better. | B is {difference} better. | No clear difference.}",
    defineMessage("one of the three, by test accuracy; compare-training goes by training accuracy"),
  ],
  [
    "{best | {name} is best, by {difference}. | None is clearly the best.}",
    defineMessage("one of the two, of all recipes; worst too"),
  ],
  [
    "{learned A | It learned. | It did not. | With some seeds only.}",
    defineMessage("whether A is better than guessing"),
  ],
  [
    "{diverged A | It diverged. | It did not. | With some seeds only.}",
    defineMessage("whether the loss of A went up for good"),
  ],
  [
    "{reached A 90 | At {step}. | Never. | With some seeds only.}",
    defineMessage("when A first reached 90 % test accuracy"),
  ],
];
