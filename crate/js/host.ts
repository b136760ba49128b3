// What hosts this package: Node, or a browser.

interface NodeProcess {
  versions?: { node?: string };
  /** Electron's: which of its processes this is. */
  type?: string;
}

const { process } = globalThis as { process?: NodeProcess };

/** Whether this is Node. A page of Electron's has Node's `process`, and is a page all the same. */
export const inNode = typeof process?.versions?.node === "string" && process.type !== "renderer";
