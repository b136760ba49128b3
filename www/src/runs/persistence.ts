/**
 * Asks the browser to remove nothing of this site unasked: when a person wants something to be kept, for some browsers ask
 * them. Whether it promised.
 */
export async function requestPersistence(): Promise<boolean> {
  try {
    return await navigator.storage.persist();
  } catch {
    // There is no such thing here, or it is forbidden.
    return false;
  }
}
