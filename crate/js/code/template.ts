// Text with numbers that may differ from block to block: blocks with one text are one class, and the numbers that do
// differ are what its constructor is given.

/** A number in a text. */
export interface Slot {
  /** What a constructor calls it, if it is given it. */
  role: string;
  value: number;
  /** What is before it; where the number is the usual one and not given, neither is written. */
  before: string;
  /** What is behind it, likewise. */
  after?: string;
  usual?: number;
}

export type Template = (string | Slot)[];

/** A text made of strings and numbers. */
export function text(template: Template, name = (slot: Slot) => String(slot.value)): string {
  return template.map((piece) => (typeof piece === "string" ? piece : pieceOf(piece, name(piece)))).join("");
}

function pieceOf({ before, after = "", usual }: Slot, name: string): string {
  return usual !== undefined && name === String(usual) ? "" : `${before}${name}${after}`;
}

const key = (template: Template): string =>
  template.map((piece) => (typeof piece === "string" ? piece : `\u0000${piece.before}`)).join("");

/** One class of blocks. */
export interface Kind {
  name: string;
  /** What its constructor is given, in order. */
  arguments: string[];
  /** Its text. */
  body: string;
}

/** The classes of a network, made from the innermost blocks outwards. */
export class Kinds {
  readonly #names = new Set<string>();
  readonly all: Kind[] = [];

  /** Groups blocks of one level; gives each block's class, and what it gives its constructor. */
  add<T extends { wish: string; template: Template }>(blocks: T[]): { kind: Kind; given: Slot[] }[] {
    const groups = new Map<string, T[]>();
    for (const block of blocks) {
      const of = `${block.wish}:${key(block.template)}`;
      groups.set(of, [...(groups.get(of) ?? []), block]);
    }
    const made = new Map<T, { kind: Kind; given: Slot[] }>();
    for (const members of groups.values()) this.#group(members).forEach((each, at) => made.set(members[at] as T, each));
    return blocks.map((block) => made.get(block) as { kind: Kind; given: Slot[] });
  }

  #group<T extends { wish: string; template: Template }>(members: T[]): { kind: Kind; given: Slot[] }[] {
    const slots = members.map(({ template }) => template.filter((piece) => typeof piece !== "string"));
    const [first = []] = slots;
    const column = (at: number): string => slots.map((row) => row[at]?.value).join();
    const varies = (at: number): boolean => new Set(slots.map((row) => row[at]?.value)).size > 1;
    const names = new Map<string, string>();
    const given: number[] = [];
    first.forEach((slot, at) => {
      if (!varies(at) || names.has(column(at))) return;
      let name = slot.role.split(" ").at(-1) ?? "";
      if ([...names.values()].includes(name)) name = slot.role.replaceAll(" ", "_");
      while ([...names.values()].includes(name)) name = `${name}_`;
      names.set(column(at), name);
      given.push(at);
    });
    const named = new Map(first.map((slot, at) => [slot, varies(at) ? names.get(column(at)) : undefined]));
    const kind: Kind = {
      name: this.#unique(members[0]?.wish ?? "Block"),
      arguments: [...names.values()],
      body: text(members[0]?.template ?? [], (slot) => named.get(slot) ?? String(slot.value)),
    };
    this.all.push(kind);
    return slots.map((row) => ({ kind, given: given.map((at) => row[at] as Slot) }));
  }

  #unique(wish: string): string {
    let name = wish;
    for (let count = 2; this.#names.has(name); count++) name = `${wish}${count}`;
    this.#names.add(name);
    return name;
  }
}
