// @ts-check
// The program for several processes where they are not torchrun's alone: two network namespaces stand for two machines, which docs/scale/ssh.sh
// starts, and Ray Train on this machine, by docs/scale/ray_train.py. Both give the bits of one process.

import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { unlessLong } from "./support/long.mjs";
import { load } from "./support/paths.mjs";
import { ONE_THREAD, python, withoutModules } from "./support/python.mjs";
import { noTorch, Program, runPython, tracedBy } from "./support/torchrun.mjs";

const files = fileURLToPath(new URL("../../docs/scale/", import.meta.url));
const LINK = "model=lenet5&subset=1280&steps=20&test=200";
const [FIRST, SECOND] = ["bunsen-a", "bunsen-b"];

/** The two ends of a cable, one in each of two network namespaces; both are called "cable". */
const CABLE = `set -e
ip netns add ${FIRST}; ip netns add ${SECOND}
ip link add cable netns ${FIRST} type veth peer name cable netns ${SECOND}
ip -n ${FIRST} addr add 10.77.0.1/24 dev cable; ip -n ${SECOND} addr add 10.77.0.2/24 dev cable
for side in ${FIRST} ${SECOND}; do ip -n $side link set cable up; ip -n $side link set lo up; done`;
const NO_CABLE = `ip netns del ${FIRST}; ip netns del ${SECOND}`;

/** @param {string} script */
const shell = (script) => spawnSync("bash", ["-c", script], { encoding: "utf8" });

const long = unlessLong("trains on two machines for a minute") || noTorch;
const noNamespaces =
  long || (shell(`${CABLE}\n${NO_CABLE}`).status === 0 ? false : "no network namespaces: root makes them");
const noRay = long || withoutModules("numpy", "ray.train", "torch");

describe("PyTorch on several machines", () => {
  const folder = mkdtempSync(join(tmpdir(), "bunsen-machines-"));
  /** @type {Program} */ let program;
  /** @type {number[]} */ let alone;
  before(async () => {
    if (long) return;
    const { openLab } = await load("index.js");
    const lab = await openLab({ engine: "cpu", workers: 1 });
    const run = await lab.start(LINK);
    program = await Program.write(lab, LINK, folder, run);
    lab.close();
    const { status, stderr } = await program.train(1);
    assert.equal(status, 0, stderr);
    alone = tracedBy(program.runFile(1));
  });
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  test("ssh.sh, in two network namespaces", { skip: noNamespaces, timeout: 180_000 }, async () => {
    assert.equal(shell(CABLE).status, 0);
    try {
      copyFileSync(join(files, "ssh.sh"), join(folder, "ssh.sh"));
      const env = {
        ...ONE_THREAD,
        SSH: "ip netns exec",
        HOSTS: `${FIRST} ${SECOND}`,
        ADDRESS: "10.77.0.1",
        GLOO_SOCKET_IFNAME: "cable",
        TORCHRUN: `${python} -m torch.distributed.run`,
      };
      const words = ["ssh.sh", program.file, "--data", ".", "--out", "ssh.json"];
      const status = await new Promise((resolve) => {
        spawn("bash", words, { cwd: folder, env, stdio: "inherit" }).on("close", resolve);
      });
      assert.equal(status, 0);
      assert.deepEqual(tracedBy(program.runFile("ssh")), alone);
    } finally {
      shell(NO_CABLE);
    }
  });

  test("ray_train.py, on this machine", { skip: noRay, timeout: 300_000 }, async () => {
    const words = [join(files, "ray_train.py"), "2", program.file, "--data", ".", "--out", "ray.json"];
    const { status, stdout, stderr } = await runPython(words, { cwd: folder });
    assert.equal(status, 0, `${stdout}\n${stderr}`);
    assert.deepEqual(tracedBy(program.runFile("ray")), alone);
  });
});
