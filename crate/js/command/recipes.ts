// `bunsen recipes`: the recipes that have a name, of one network or of all.

import { openLab } from "../index.js";
import { parseArguments, UsageError } from "./arguments.js";
import { outputOf } from "./output.js";

/** Lists the named recipes of a network, or of every one, with their links. Gives the exit status. */
export async function recipes(args: string[]): Promise<number> {
  const { positionals, options } = parseArguments("recipes", args);
  if (positionals.length > 1) throw new UsageError("recipes takes one network, or none for all of them.", "recipes");
  const output = outputOf(options.json);
  const lab = await openLab({ engine: "cpu", workers: 1 });
  try {
    const kind = lab.fields().find(({ key }) => key === "model")?.kind;
    const choices = kind?.type === "choice" ? kind.choices : [];
    const [model] = positionals;
    // One that there is not is refused as a link with it is.
    const chosen = model === undefined ? undefined : lab.parse({ model }).values["model"];
    const listed = choices.filter(({ value }) => chosen === undefined || value === chosen);
    if (options.json) {
      const named = listed.flatMap(({ value, label }) =>
        lab
          .describe({ model: value })
          .recipes.map(({ name, link, help }) => ({ network: value, label, name, link, help })),
      );
      await output.tell({ recipes: named });
      return 0;
    }
    const texts = listed.map(({ value, label }) => {
      const lines = lab
        .describe({ model: value })
        .recipes.map(({ name, link, help }) => `  ${name.padEnd(5)}  ${link}\n         ${help}`);
      return [label, ...lines].join("\n");
    });
    output.say(texts.join("\n\n"));
    return 0;
  } finally {
    lab.close();
  }
}
