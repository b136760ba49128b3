import assert from "node:assert/strict";
import { test } from "node:test";
import { halved, toHalf } from "./half.mjs";

/** What 16 bits stand for, by the definition. */
function ofHalf(bits) {
  const exponent = (bits >> 10) & 31;
  const magnitude = exponent === 0 ? (bits & 1023) * 2 ** -24 : (1024 + (bits & 1023)) * 2 ** (exponent - 25);
  return bits >> 15 ? -magnitude : magnitude;
}

test("every number of 16 bits is itself, and what lies between two is the nearer one, in the middle the even one", () => {
  for (let bits = 0; bits < 0x7c00; bits++) {
    const value = ofHalf(bits);
    assert.equal(toHalf(value), bits);
    assert.equal(toHalf(-value), bits + 0x8000);
    if (bits === 0x7bff) continue;
    const middle = (value + ofHalf(bits + 1)) / 2;
    assert.equal(toHalf(middle), bits + (bits % 2));
    assert.equal(toHalf(middle - 1e-9 * middle), bits);
    assert.equal(toHalf(middle + 1e-9 * middle), bits + 1);
  }
});

test("what 16 bits do not hold is refused", () => {
  for (const value of [65_520, -1e6, Infinity, NaN]) assert.throws(() => toHalf(value), /16 bits do not hold/);
});

test("of a file the matrices are halved, and nothing else of it changes", () => {
  const header = {
    __metadata__: { bunsen: "format=weights" },
    "fc.weight": { dtype: "F32", shape: [1, 2], data_offsets: [0, 8] },
    "fc.bias": { dtype: "F32", shape: [1], data_offsets: [8, 12] },
  };
  const text = Buffer.from(JSON.stringify(header));
  const file = Buffer.alloc(8 + text.length + 12);
  file.writeBigUInt64LE(BigInt(text.length));
  text.copy(file, 8);
  for (const [at, value] of [0.1, -2, 0.3].entries()) file.writeFloatLE(value, 8 + text.length + 4 * at);
  const smaller = Buffer.from(halved(file));
  const start = 8 + Number(smaller.readBigUInt64LE());
  assert.equal(start % 8, 0);
  assert.deepEqual(JSON.parse(smaller.subarray(8, start).toString()), {
    __metadata__: { bunsen: "format=weights" },
    "fc.weight": { dtype: "F16", shape: [1, 2], data_offsets: [0, 4] },
    "fc.bias": { dtype: "F32", shape: [1], data_offsets: [4, 8] },
  });
  assert.equal(ofHalf(smaller.readUInt16LE(start)), 0.0999755859375);
  assert.equal(ofHalf(smaller.readUInt16LE(start + 2)), -2);
  assert.deepEqual(smaller.subarray(start + 4), file.subarray(-4));
  assert.equal(smaller.length, start + 8);
});
