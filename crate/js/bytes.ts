/** Bytes that come piece by piece. Where it is known how many will come, they are never copied. */
export class Bytes {
  #room: Uint8Array;
  #length: number;

  constructor(first: Uint8Array = new Uint8Array(0)) {
    this.#room = first;
    this.#length = first.byteLength;
  }

  get length(): number {
    return this.#length;
  }

  /** Makes room for so many in all, of which a server may claim what it likes. */
  expect(total: number): void {
    if (total > this.#room.byteLength && total <= 1 << 30) this.#grow(total);
  }

  add(piece: Uint8Array): void {
    const length = this.#length + piece.byteLength;
    if (length > this.#room.byteLength) this.#grow(Math.max(length, 2 * this.#room.byteLength));
    this.#room.set(piece, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
  }

  all(): Uint8Array {
    return this.#room.subarray(0, this.#length);
  }

  #grow(room: number): void {
    const larger = new Uint8Array(room);
    larger.set(this.all());
    this.#room = larger;
  }
}

/** What a server or the storage answers, as it comes. */
export async function* pieces(response: Response): AsyncGenerator<Uint8Array> {
  const reader = response.body?.getReader();
  if (!reader) {
    yield new Uint8Array(await response.arrayBuffer());
    return;
  }
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}
