import type { StorageSeal } from "../../../crate/js/storage-seal.js";

/** How a record ends that is sealed: within its JSON, as its last property. */
const END = /,"seal":"([0-9a-f]+)"\}$/;
const LONGEST_END = 128;

/**
 * Adds to a record that this browser trained it: an HMAC of all that it says and of its name.
 * @param name of its file
 * @param bytes as `packRecord` made them; they stay as they are where this browser cannot seal
 */
export async function sealRecord(seal: StorageSeal, name: string, bytes: Uint8Array): Promise<Uint8Array> {
  const made = await seal.seal(name, bytes);
  return made === undefined ? bytes : replaceEnd(bytes, 1, `,"seal":"${made}"}`);
}

/** Whether this browser sealed the record as it stands. */
export async function isRecordSealed(seal: StorageSeal, name: string, bytes: Uint8Array): Promise<boolean> {
  const end = END.exec(new TextDecoder().decode(bytes.subarray(-LONGEST_END)));
  return end !== null && (await seal.verify(name, replaceEnd(bytes, end[0].length, "}"), end[1]));
}

function replaceEnd(bytes: Uint8Array, length: number, end: string): Uint8Array {
  const [start, added] = [bytes.subarray(0, bytes.length - length), new TextEncoder().encode(end)];
  const all = new Uint8Array(start.length + added.length);
  all.set(start);
  all.set(added, start.length);
  return all;
}
