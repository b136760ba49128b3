/** Workers of the page, wherever the page stands. */

/**
 * Starts a module worker of the site.
 *
 * A browser starts no worker from an address of another origin than the page's, and in a frame without an origin of its own (`sandbox` without
 * `allow-same-origin`) every address is of another one. What a blob of the page imports may be of any origin whose server allows that.
 *
 * @param url of its script
 * @param name shown in the browser's tools
 */
export function startModuleWorker(url: string, name: string): Worker {
  const { origin, href } = new URL(url, location.href);
  if (origin === globalThis.origin) return new Worker(href, { type: "module", name });
  const blobUrl = URL.createObjectURL(new Blob([relay(href)], { type: "text/javascript" }));
  // Chromium starts no module from a blob whose page has no origin.
  const worker = new Worker(blobUrl, { name });
  // The worker has fetched the blob when it says its first word; the address costs nothing until the page is left.
  setTimeout(() => URL.revokeObjectURL(blobUrl), 60_000);
  return worker;
}

/** A script that imports another one, and hands it what was said before it was there. */
function relay(url: string): string {
  return `
    const early = [];
    const keep = (event) => early.push(event);
    addEventListener("message", keep);
    import(${JSON.stringify(url)}).then(
      () => {
        removeEventListener("message", keep);
        for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
      },
      (thrown) => setTimeout(() => { throw thrown; }),
    );`;
}
