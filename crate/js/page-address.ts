// Addresses relative to the page, for it and its workers.

/** An address relative to the page's or worker's; undefined where that has none, as a frame of `srcdoc`. */
export function resolveAddress(address: string): URL | undefined {
  try {
    return new URL(address, pageAddress());
  } catch {
    return undefined;
  }
}

/** A worker made from a blob has no folder of its own, but its page's origin has; a frame of `srcdoc` has what its page has. */
function pageAddress(): string | undefined {
  const { document } = globalThis as { document?: { baseURI: string } };
  const { protocol, href } = globalThis.location ?? {};
  return protocol === "blob:" ? `${globalThis.origin}/` : (document?.baseURI ?? href);
}
