// Waiting for the connection to come back.

/** Whoever is offline for longer is not waited for. */
const LONGEST_MS = 10 * 60_000;

/** Waits while the browser says that it is offline; `onOffline` is called before. Node never says so. */
export async function untilOnline(onOffline: () => void): Promise<void> {
  if (globalThis.navigator?.onLine !== false || !globalThis.addEventListener) return;
  onOffline();
  await new Promise<void>((resolve) => {
    const finish = (): void => {
      clearTimeout(timer);
      globalThis.removeEventListener("online", finish);
      resolve();
    };
    const timer = setTimeout(finish, LONGEST_MS);
    globalThis.addEventListener("online", finish);
  });
}

export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
