// @ts-check
// What the page's Content-Security-Policy kept from happening.

/** How the console says it. */
const SAID = "forbidden by the policy: ";

/**
 * Collects it, of all pages and workers of a visitor.
 * @param {import("playwright-core").BrowserContext} context
 */
export async function policyViolations(context) {
  /** @type {Set<string>} */
  const violations = new Set();
  context.on("console", (message) => {
    if (message.text().startsWith(SAID)) violations.add(message.text().slice(SAID.length));
  });
  await context.addInitScript(listen, SAID);
  context.on("page", (page) => {
    page.on("worker", (worker) => {
      // One may be gone by then.
      worker.evaluate(listen, SAID).catch(() => {});
    });
  });
  return violations;
}

/** Says on the console what the policy forbids here. @param {string} said */
function listen(said) {
  addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI, sourceFile, lineNumber }) =>
    console.error(`${said}${effectiveDirective}: ${blockedURI} (${sourceFile}:${lineNumber})`),
  );
}
