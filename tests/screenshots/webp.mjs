// @ts-check
// A moving picture in one file: an animated WebP out of WebPs that a browser has written
// (developers.google.com/speed/webp/docs/riff_container).

/** @typedef {{ webp: Buffer, milliseconds: number }} Frame */

/** The animation flag of `VP8X`. */
const ANIMATED = 0x02;
/** Of a frame: it takes the place of what is there and is not blended with it. */
const REPLACES = 0x02;

/**
 * Frames of one size, each opaque and lossy, shown again and again.
 * @param {readonly Frame[]} frames @param {number} width @param {number} height
 */
export function animated(frames, width, height) {
  const size = [...int24(width - 1), ...int24(height - 1)];
  const body = Buffer.concat([
    Buffer.from("WEBP"),
    chunk("VP8X", Buffer.from([ANIMATED, 0, 0, 0, ...size])),
    // White behind it; 0 is for ever.
    chunk("ANIM", Buffer.from([255, 255, 255, 255, 0, 0])),
    ...frames.map(({ webp, milliseconds }) =>
      chunk(
        "ANMF",
        Buffer.concat([
          Buffer.from([...int24(0), ...int24(0), ...size, ...int24(milliseconds), REPLACES]),
          pixels(webp),
        ]),
      ),
    ),
  ]);
  return Buffer.concat([Buffer.from("RIFF"), int32(body.length), body]);
}

/** The chunk with the pixels of a still picture. @param {Buffer} webp */
function pixels(webp) {
  if (webp.toString("latin1", 0, 4) !== "RIFF" || webp.toString("latin1", 8, 12) !== "WEBP")
    throw new Error("A frame is no WebP.");
  for (let at = 12; at + 8 <= webp.length;) {
    const length = webp.readUInt32LE(at + 4);
    const end = at + 8 + length + (length % 2);
    if (webp.toString("latin1", at, at + 4) === "VP8 ") return webp.subarray(at, end);
    at = end;
  }
  throw new Error("A frame is not opaque and lossy.");
}

/** @param {string} name @param {Buffer} content */
function chunk(name, content) {
  return Buffer.concat([Buffer.from(name), int32(content.length), content, Buffer.alloc(content.length % 2)]);
}

/** @param {number} value */
function int32(value) {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

/** @param {number} value */
function int24(value) {
  return [value & 255, (value >> 8) & 255, (value >> 16) & 255];
}
