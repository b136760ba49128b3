// A reporter for `node --test`: a line for each test that failed, its file, a tab and its name; then "end", once all tests had
// their turn. `cargo xtask test` runs those files a second time, so that it can tell a test that fails from one that fails now and then.

/** @param {AsyncIterable<import("node:test/reporters").TestEvent>} events */
export default async function* failures(events) {
  for await (const event of events) {
    if (event.type !== "test:fail" || event.data.todo !== undefined) continue;
    const { file, name, details } = event.data;
    // A suite fails because of a test in it, which has a line of its own.
    if (!file || failedWithin(details.error)) continue;
    yield `${file}\t${name.replaceAll(/\s+/g, " ")}\n`;
  }
  yield "end\n";
}

/** @param {Error} error */
const failedWithin = (error) => "failureType" in error && error.failureType === "subtestsFailed";
