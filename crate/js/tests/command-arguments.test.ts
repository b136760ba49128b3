import { describe, expect, test } from "vitest";
import { asksForHelp, engineOf, parseArguments, UsageError } from "../command/arguments.js";
import { COMMANDS, isCommand, type CommandName } from "../command/commands.js";
import { helpOf, usage } from "../command/help.js";
import { shellWord } from "../command/shell.js";

/** What is wrong with a command line. */
function refusal(name: CommandName, args: string[]): string {
  try {
    parseArguments(name, args);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(UsageError);
    expect((thrown as UsageError).command).toBe(name);
    return (thrown as UsageError).message;
  }
  return "nothing";
}

describe("the command's arguments", () => {
  test("are read in every spelling", () => {
    const { positionals, options } = parseArguments("train", ["lr=1", "--out", "a b", "--own=-x", "--json"]);
    expect(positionals).toEqual(["lr=1"]);
    expect(options).toMatchObject({ out: "a b", own: "-x", json: true, resume: undefined });
    expect(parseArguments("check", ["--", "--json"])).toMatchObject({
      positionals: ["--json"],
      options: { json: false },
    });
    expect(parseArguments("check", ["--threads", "2"]).options.workers).toBe("2");
    expect(parseArguments("train", ["--score-on", "mnist"]).options["score-on"]).toBe("mnist");
  });

  test("are refused in our own words", () => {
    expect(refusal("train", ["--speed", "9"])).toBe('train has no option "--speed".');
    expect(refusal("train", ["-x"])).toBe('train has no option "-x".');
    expect(refusal("predict", ["--toString"])).toBe('predict has no option "--toString".');
    expect(refusal("recipes", ["--out", "a"])).toBe('recipes has no option "--out".');
    expect(refusal("train", ["--o\u202e"])).toBe('train has no option "--o[U+202E]".');
    expect(refusal("train", ["--out", "a", "--out=b"])).toBe("--out is given twice: give it once.");
    expect(refusal("check", ["--json", "--json"])).toBe("--json is given twice: give it once.");
    expect(refusal("train", ["--workers", "2", "--threads", "3"])).toBe("--workers is given twice: give it once.");
    expect(refusal("train", ["--out"])).toBe("--out lacks its value.");
    expect(refusal("train", ["--out", "--json"])).toBe("--out lacks its value.");
    expect(refusal("train", ["--out="])).toBe("--out lacks its value.");
    expect(refusal("train", ["--json=yes"])).toBe("--json takes no value.");
  });

  test("say what computes", () => {
    const of = (engine?: string, workers?: string) => engineOf("train", { engine, workers });
    expect(of()).toEqual({ engine: "cpu", workers: undefined });
    expect(of("cpu", "3")).toEqual({ engine: "cpu", workers: 3 });
    expect(of("gpu")).toEqual({ engine: "gpu", workers: undefined });
    expect(() => of("cuda")).toThrow("--engine cuda: choose cpu or gpu.");
    expect(() => of("gpu", "2")).toThrow("--workers is for the CPU engine: leave it out.");
    for (const wrong of ["none", "0", "1.5", "-1"])
      expect(() => of("cpu", wrong)).toThrow(`--workers ${wrong}: a whole number from 1 up is allowed.`);
  });

  test("ask for help before what they name", () => {
    expect(asksForHelp(["lr=1", "--help"])).toBe(true);
    expect(asksForHelp(["-h"])).toBe(true);
    expect(asksForHelp(["--", "-h"])).toBe(false);
    expect(asksForHelp(["help"])).toBe(false);
  });
});

test("the help names every command, and each of its options", () => {
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    if (!isCommand(name)) throw new Error(name);
    expect(usage()).toMatch(new RegExp(`^  ${name}\\b`, "m"));
    const help = helpOf(name);
    expect(help).toMatch(new RegExp(`^Usage: bunsen ${name}\\b`));
    for (const option of Object.keys(options)) expect(help).toMatch(new RegExp(`^  --${option}\\b`, "m"));
  }
  expect(isCommand("toString")).toBe(false);
});

test.skipIf(process.platform === "win32")("a word that the shell would split or change is quoted", () => {
  expect(shellWord("bunsen-1/checkpoint.safetensors")).toBe("bunsen-1/checkpoint.safetensors");
  expect(shellWord("my pets.zip")).toBe("'my pets.zip'");
  expect(shellWord("it's $HOME")).toBe("'it'\\''s $HOME'");
  expect(shellWord("")).toBe("''");
});
