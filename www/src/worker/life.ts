/** Tells the page that this worker lives, by a lock that it holds to its end. */
import { LIFE, type LifeMessage } from "./life-messages.js";

/** Posts the name of the lock once it is held, or that there are none here. */
export function announceLife(post: (message: LifeMessage) => void): void {
  // Only a secure context has locks; a sandboxed frame may be refused them.
  const locks = (navigator as { locks?: LockManager }).locks;
  const lock = `bunsen worker ${[...crypto.getRandomValues(new Uint32Array(4))].join("-")}`;
  const held = (): Promise<never> => {
    post({ type: LIFE, lock });
    return new Promise(() => {});
  };
  try {
    if (!locks) throw new Error("There are no locks here.");
    locks.request(lock, held).catch(() => post({ type: LIFE, lock: null }));
  } catch {
    post({ type: LIFE, lock: null });
  }
}
