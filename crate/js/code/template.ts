// Code with numbers that may differ from block to block: blocks with the same code become one class, and the numbers that
// differ become the parameters of its constructor.

/** A number in the code. */
export interface Placeholder {
  /** What a constructor's parameter for it is called. */
  role: string;
  value: number;
  /** The code before it; left out together with the number where that is the default. */
  before: string;
  /** The code after it, likewise. */
  after?: string;
  default?: number;
}

export type Template = (string | Placeholder)[];

/** The code of a template. */
export function render(template: Template, print = (placeholder: Placeholder) => String(placeholder.value)): string {
  return template.map((piece) => (typeof piece === "string" ? piece : renderOne(piece, print(piece)))).join("");
}

function renderOne(placeholder: Placeholder, printed: string): string {
  const { before, after = "", default: usual } = placeholder;
  return usual !== undefined && printed === String(usual) ? "" : `${before}${printed}${after}`;
}

/** Equal for templates that differ in numbers alone. */
const keyOf = (template: Template): string =>
  template.map((piece) => (typeof piece === "string" ? piece : `\u0000${piece.before}`)).join("");

export interface ClassDefinition {
  name: string;
  /** The constructor's parameters, in order. */
  parameters: string[];
  body: string;
}

/** A block's class, and the arguments of its constructor. */
export interface Instance {
  definition: ClassDefinition;
  arguments: Placeholder[];
}

/** The classes of a network, from the innermost blocks outwards. */
export class ClassDefinitions {
  readonly #names = new Set<string>();
  readonly all: ClassDefinition[] = [];

  /** Adds the classes of blocks of one level; gives each block's instance. */
  add<T extends { className: string; template: Template }>(blocks: T[]): Instance[] {
    const groups = new Map<string, T[]>();
    for (const block of blocks) {
      const key = `${block.className}:${keyOf(block.template)}`;
      groups.set(key, [...(groups.get(key) ?? []), block]);
    }
    const instances = new Map<T, Instance>();
    for (const members of groups.values()) {
      this.#define(members).forEach((instance, index) => instances.set(members[index] as T, instance));
    }
    return blocks.map((block) => instances.get(block) as Instance);
  }

  /** One class for blocks whose templates differ in numbers alone. */
  #define<T extends { className: string; template: Template }>(members: T[]): Instance[] {
    const rows = members.map(({ template }) => template.filter((piece) => typeof piece !== "string"));
    const [first = []] = rows;
    const column = (index: number): string => rows.map((row) => row[index]?.value).join();
    const varies = (index: number): boolean => new Set(rows.map((row) => row[index]?.value)).size > 1;
    // Numbers that are equal in every block share a parameter.
    const names = new Map<string, string>();
    const indices: number[] = [];
    first.forEach((placeholder, index) => {
      if (!varies(index) || names.has(column(index))) return;
      let name = placeholder.role.split(" ").at(-1) ?? "";
      if ([...names.values()].includes(name)) name = placeholder.role.replaceAll(" ", "_");
      while ([...names.values()].includes(name)) name = `${name}_`;
      names.set(column(index), name);
      indices.push(index);
    });
    const parameterOf = new Map(
      first.map((placeholder, index) => [placeholder, varies(index) ? names.get(column(index)) : undefined]),
    );
    const definition: ClassDefinition = {
      name: this.#unique(members[0]?.className ?? "Block"),
      parameters: [...names.values()],
      body: render(members[0]?.template ?? [], (it) => parameterOf.get(it) ?? String(it.value)),
    };
    this.all.push(definition);
    return rows.map((row) => ({ definition, arguments: indices.map((index) => row[index] as Placeholder) }));
  }

  #unique(className: string): string {
    let name = className;
    for (let count = 2; this.#names.has(name); count++) name = `${className}${count}`;
    this.#names.add(name);
    return name;
  }
}
