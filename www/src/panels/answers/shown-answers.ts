/** Which answers are shown, of all. */
import { byDoubt } from "../../../../crate/js/answers/order.js";
import type { AnsweredImage } from "./requests.js";

/** Rows of a page. */
export const PAGE_SIZE = 50;

/** Which of the answers: all, or by what is known of them. */
export type Kind = "all" | "unsure" | "wrong" | "right";

export interface Filter {
  kind: Kind;
  /** The class that is answered; null for all. */
  answer: string | null;
}

/** The most doubtful first. */
export function sorted(answers: readonly AnsweredImage[]): AnsweredImage[] {
  return [...answers].sort(byDoubt);
}

export function chosen(answers: readonly AnsweredImage[], { kind, answer }: Filter): AnsweredImage[] {
  return answers.filter((one) => (answer === null || one.answer === answer) && isOf(one, kind));
}

function isOf({ unsure, correct }: AnsweredImage, kind: Kind): boolean {
  switch (kind) {
    case "all":
      return true;
    case "unsure":
      return unsure !== undefined;
    case "wrong":
      return correct === false;
    case "right":
      return correct === true;
  }
}

/** How many answers there are, and of what kind. */
export interface Counts {
  answers: number;
  unsure: number;
  labelled: number;
  right: number;
}

export function countsOf(answers: readonly AnsweredImage[]): Counts {
  const count = (is: (one: AnsweredImage) => boolean): number => answers.filter(is).length;
  return {
    answers: answers.length,
    unsure: count(({ unsure }) => unsure !== undefined),
    labelled: count(({ label }) => label !== undefined),
    right: count(({ correct }) => correct === true),
  };
}
