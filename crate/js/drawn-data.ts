// The data sets that the module draws itself.

/** By their names in a link: what they show, and the known data set whose images have that shape. */
const DRAWN = {
  digits: { what: "digits", like: "MNIST" },
  shapes: { what: "shapes", like: "CIFAR-10" },
} as const;

export type DrawnData = (typeof DRAWN)[keyof typeof DRAWN];

/** What is drawn; undefined of a data set that is not. @param name in a link */
export function drawnData(name: string): DrawnData | undefined {
  return Object.hasOwn(DRAWN, name) ? DRAWN[name as keyof typeof DRAWN] : undefined;
}

/** The drawn data set whose images have the shape of a known one's. @param name in a link */
export const drawnInsteadOf = (name: string): keyof typeof DRAWN => (/^(cifar|svhn)/.test(name) ? "shapes" : "digits");
