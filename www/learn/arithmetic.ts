/** Sums in a lesson: `{{= 64 * 7 * 7 * 3}}`, `{{= 10 * relu.lr}}`. Whoever reads the source sees where a number comes from, and the build computes it. */

const FUNCTIONS: Readonly<Record<string, (value: number) => number>> = { sqrt: Math.sqrt, ln: Math.log };
/** A run's value, a function, a number, or a sign. A sign stands by itself: in `gradient-first` it is a hyphen. */
const TOKEN = /\s*(?:([a-z][a-z0-9-]*(?:@\d+)?\.[a-z][\w-]*)|([a-z]+)|(\d+(?:\.\d+)?(?:e-?\d+)?)|([-+*/()]))/y;

interface Token {
  kind: "value" | "function" | "number" | "sign";
  text: string;
}

/**
 * What a sum comes to.
 *
 * @param valueOf the mean of a run's value, by how it is written
 * @param wrong throws a sentence
 */
export function computed(text: string, valueOf: (term: string) => number, wrong: (sentence: string) => never): number {
  const tokens = tokensOf(text, wrong);
  let at = 0;
  const isSign = (sign: string): boolean => tokens[at]?.kind === "sign" && tokens[at]?.text === sign;
  const take = (sign: string): boolean => isSign(sign) && Boolean(++at);

  function sum(): number {
    let value = product();
    for (;;) {
      if (take("+")) value += product();
      else if (take("-")) value -= product();
      else return value;
    }
  }

  function product(): number {
    let value = factor();
    for (;;) {
      if (take("*")) value *= factor();
      else if (take("/")) value /= factor();
      else return value;
    }
  }

  function factor(): number {
    if (take("-")) return -factor();
    if (take("(")) {
      const value = sum();
      return take(")") ? value : wrong(`“${text}” has a bracket that is not closed.`);
    }
    const token = tokens[at++];
    if (token?.kind === "number") return Number(token.text);
    if (token?.kind === "value") return valueOf(token.text);
    if (token?.kind === "function") {
      const name = token.text;
      const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
      if (!apply) return wrong(`There is no function “${name}”: there are ${Object.keys(FUNCTIONS).join(", ")}.`);
      return isSign("(") ? apply(factor()) : wrong(`“${name}” needs its value in brackets.`);
    }
    return wrong(`“${text}” is no sum, as 5 * 5 * 100 or 10 * plain40.lr.`);
  }

  const value = sum();
  if (at < tokens.length || !Number.isFinite(value))
    return wrong(`“${text}” is no sum, as 5 * 5 * 100 or 10 * plain40.lr.`);
  return value;
}

function tokensOf(text: string, wrong: (sentence: string) => never): Token[] {
  const tokens: Token[] = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const from = TOKEN.lastIndex;
    const [, value, name, number, sign] =
      TOKEN.exec(text) ?? wrong(`“${text.slice(from).trim()}” is no part of a sum.`);
    if (value) tokens.push({ kind: "value", text: value });
    else if (name) tokens.push({ kind: "function", text: name });
    else if (number) tokens.push({ kind: "number", text: number });
    else if (sign) tokens.push({ kind: "sign", text: sign });
  }
  return tokens;
}

/** What was computed as text. @param decimals how many; where nothing is said, whole numbers have none, and others four digits at most */
export function writtenSum(value: number, decimals: number | undefined): string {
  if (decimals !== undefined)
    return value.toLocaleString("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
  // 10 * 0.002 is no 0.02 to a computer.
  const exact = Number(value.toPrecision(12));
  return exact.toLocaleString(
    "en",
    Number.isInteger(exact)
      ? {}
      : { maximumSignificantDigits: Math.max(4, String(Math.trunc(Math.abs(exact))).length) },
  );
}
