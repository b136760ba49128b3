#!/usr/bin/env node
// The command: trains a link under Node with the very module that pages use, replays checked links and run files, answers images, lists named recipes, and serves the site.

import { check } from "./command/check.js";
import { watchInterruptions } from "./command/interruption.js";
import { predict } from "./command/predict.js";
import { recipes } from "./command/recipes.js";
import { serve } from "./command/serve.js";
import { train } from "./command/train.js";
import { messageOf } from "./errors.js";
import { printable } from "./printable.js";

const USAGE = `Usage:
  bunsen train <link> [--out <folder>] [--workers <n>]   trains it; writes run.bunsen.json and weights.safetensors
  bunsen train --resume <checkpoint>                     goes on with a run that was interrupted
  bunsen train <link> --weights <file>                   starts from saved weights; its link then says from which
  bunsen check <link or run file>... [--workers <n>]     replays each and says whether it is the same
  bunsen predict <weights or checkpoint> <folder, zip or image>... [--csv <file>] [--json] [--link <link>]
                                                         answers images, the most doubtful first
  bunsen recipes [<network>]                             lists the recipes that have a name, with their links
  bunsen serve [--host <address>] [--port <n>]           serves the site that the package holds, to this machine alone
                                                         unless --host says 0.0.0.0; --data <folder>: with its data sets

A run that is interrupted leaves checkpoint.safetensors in its folder; one that is under way renews it each minute.

Training and replaying take --own <folder, zip or file of arrays>: a person's own images, in a folder for each class or in
arrays with labels (IDX, npz, CSV), for a link with data=own; and --weights <file>: the weights that the run starts from,
saved by Bunsen or by PyTorch (safetensors). A link names them by their digest (init=…).

A link is what stands behind the # in the page's address; quote it. Data sets are read from the folder that BUNSEN_DATA
names, else fetched. The exit status is 0 where all went well and, of what was compared, nothing differs, and 130 after Ctrl-C.`;

const [name, ...args] = process.argv.slice(2);
const commands = new Map([
  ["train", train],
  ["check", check],
  ["predict", predict],
  ["recipes", recipes],
  ["serve", serve],
]);
const command = commands.get(name ?? "");
watchInterruptions();
if (name === "--help" || name === "-h") {
  console.log(USAGE);
} else if (!command || args.includes("--help")) {
  const isUnknown = name !== undefined && !command && name !== "";
  console.error(isUnknown ? `There is no command "${printable(name)}".\n${USAGE}` : USAGE);
  process.exitCode = args.includes("--help") ? 0 : 1;
} else {
  try {
    process.exitCode = await command(args);
  } catch (thrown) {
    console.error(messageOf(thrown));
    process.exitCode = 1;
  }
}
