// @ts-check
// Writes zips, for tests of what reads them: also such as no program would write.

import { crc32 } from "node:zlib";

/**
 * @typedef {{
 *   path: string,
 *   bytes: Uint8Array,
 *   encrypted?: boolean,
 *   name?: Buffer,
 * }} Member
 */

/** A zip of files, not compressed. @param {Member[]} members @returns {Buffer} */
export function zip(members) {
  /** @type {Buffer[]} */ const files = [];
  /** @type {Buffer[]} */ const directory = [];
  let at = 0;
  for (const { path, bytes, encrypted = false, name: written } of members) {
    // `name`: as an old packer writes it, which says nothing of how that is.
    const name = written ?? Buffer.from(path, "utf8");
    // What both headers say: version, flags (names are UTF-8), method, time and date, checksum, sizes, the name's length.
    const about = Buffer.alloc(26);
    about.writeUInt16LE(20, 0);
    about.writeUInt16LE((written ? 0 : 0x800) | (encrypted ? 1 : 0), 2);
    about.writeUInt16LE(0x21, 8);
    about.writeUInt32LE(crc32(bytes), 10);
    about.writeUInt32LE(bytes.length, 14);
    about.writeUInt32LE(bytes.length, 18);
    about.writeUInt16LE(name.length, 22);
    const file = Buffer.concat([Buffer.from("PK\x03\x04"), about, name, bytes]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(at, 10);
    directory.push(Buffer.concat([Buffer.from("PK\x01\x02"), Buffer.from([20, 0]), about, rest, name]));
    files.push(file);
    at += file.length;
  }
  const list = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06", "latin1");
  end.writeUInt16LE(members.length, 8);
  end.writeUInt16LE(members.length, 10);
  end.writeUInt32LE(list.length, 12);
  end.writeUInt32LE(at, 16);
  return Buffer.concat([...files, list, end]);
}

/** The files of such a zip, not compressed. @param {Buffer} bytes @returns {Member[]} */
export function members(bytes) {
  /** @type {Member[]} */ const all = [];
  for (let at = 0; bytes.readUInt32LE(at) === 0x04034b50;) {
    const [length, name] = [bytes.readUInt32LE(at + 18), bytes.readUInt16LE(at + 26)];
    const from = at + 30 + name;
    all.push({ path: bytes.toString("utf8", at + 30, from), bytes: bytes.subarray(from, from + length) });
    at = from + length;
  }
  return all;
}
