/** A growing buffer of bytes. Where it is known how many will come, they are never copied. */
export class ByteBuffer {
  #storage: Uint8Array;
  #length: number;

  constructor(initial: Uint8Array = new Uint8Array(0)) {
    this.#storage = initial;
    this.#length = initial.byteLength;
  }

  get length(): number {
    return this.#length;
  }

  /** Reserves room for so many bytes in all. A server may claim any number: absurd ones are ignored. */
  reserve(total: number): void {
    if (total > this.#storage.byteLength && total <= 1 << 30) this.#grow(total);
  }

  append(chunk: Uint8Array): void {
    const length = this.#length + chunk.byteLength;
    if (length > this.#storage.byteLength) this.#grow(Math.max(length, 2 * this.#storage.byteLength));
    this.#storage.set(chunk, this.#length);
    this.#length = length;
  }

  clear(): void {
    this.#length = 0;
  }

  /** The bytes so far, without a copy. */
  view(): Uint8Array {
    return this.#storage.subarray(0, this.#length);
  }

  #grow(capacity: number): void {
    const larger = new Uint8Array(capacity);
    larger.set(this.view());
    this.#storage = larger;
  }
}

/** The body of a response, chunk by chunk. */
export async function* chunksOf(response: Response): AsyncGenerator<Uint8Array> {
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
