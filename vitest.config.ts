// Unit tests of the page and of the npm package, which lie beside what they test: `npx vitest run`. They run in Node;
// what needs a browser is tested in one (tests/browser).
import { defineConfig } from "vitest/config";

export default defineConfig({
  // As the built site has them: the modules of the tests say so of themselves.
  define: { BUNSEN_BUILD: '"tested"', BUNSEN_MODULE_FOLDER: '"pkg"' },
  test: {
    environment: "node",
    // A test reads the page's colours.
    css: { include: /page\.css/ },
    include: ["www/{src,learn}/**/*.test.ts", "crate/js/**/*.test.ts", "www/*.test.mjs"],
  },
});
