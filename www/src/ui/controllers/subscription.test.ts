import { expect, test } from "vitest";

import { SubscriptionController } from "./subscription.js";
import { FakeHost } from "./testing.js";

class Source {
  readonly listeners = new Set<() => void>();

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  change(): void {
    for (const listener of this.listeners) listener();
  }
}

test("an element follows a source that it is given after it was connected", () => {
  const host = new FakeHost();
  let source: Source | undefined;
  new SubscriptionController(host, () => source);
  host.connect();
  source = new Source();
  host.update();
  const before = host.updates;
  source.change();
  expect(host.updates).toBe(before + 1);
});

test("an element that is moved in the document goes on following", () => {
  const host = new FakeHost();
  const source = new Source();
  new SubscriptionController(host, () => source);
  host.connect();
  host.disconnect();
  expect(source.listeners.size).toBe(0);
  // Lit does not update an element for being connected again: the controller has to ask for it.
  const before = host.updates;
  host.connect();
  expect(host.updates).toBe(before + 1);
  source.change();
  expect(host.updates).toBe(before + 2);
});

test("another source takes the place of the one before", () => {
  const host = new FakeHost();
  const [first, second] = [new Source(), new Source()];
  let source: Source | undefined = first;
  new SubscriptionController(host, () => source);
  host.connect();
  source = second;
  host.update();
  expect([first.listeners.size, second.listeners.size]).toEqual([0, 1]);
  source = undefined;
  host.update();
  expect(second.listeners.size).toBe(0);
});
