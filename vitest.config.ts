// Unit tests of the page and of the npm package, which lie beside what they test: `npx vitest run`. They run in Node;
// what needs a browser is tested in one (tests/browser).
import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    environment: "node",
    include: ["www/src/**/*.test.ts", "crate/js/**/*.test.ts"],
  },
});
