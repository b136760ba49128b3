import Sortable, { type SortableEvent } from "sortablejs";

/** A layer that was dragged. */
export interface Dragged {
  /** The layer's id. */
  id: number;
  /** The id of the block that it was dropped in; undefined for the outer list. */
  block: number | undefined;
  /** Its index in that list, without it. */
  index: number;
}

const REDUCED_MOTION = matchMedia("(prefers-reduced-motion: reduce)");

/** Lets the layers in lists be dragged by their grips, with the mouse, a pen or a finger. */
export class Dragging {
  readonly #sortables = new Map<HTMLElement, Sortable>();
  readonly #onDrop: (dragged: Dragged) => void;
  /** The node after the layer, before it was dragged. */
  #nextSibling: Node | null = null;

  constructor(onDrop: (dragged: Dragged) => void) {
    this.#onDrop = onDrop;
  }

  /** Takes the lists that there are now, and lets go of all others. */
  attach(lists: Iterable<HTMLElement>, locked: boolean): void {
    const attached = new Set(lists);
    for (const [list, sortable] of this.#sortables) {
      if (attached.has(list)) continue;
      sortable.destroy();
      this.#sortables.delete(list);
    }
    for (const list of attached) {
      const sortable = this.#sortables.get(list) ?? this.#make(list);
      sortable.option("disabled", locked);
      this.#sortables.set(list, sortable);
    }
  }

  detach(): void {
    this.attach([], true);
  }

  #make(list: HTMLElement): Sortable {
    return Sortable.create(list, {
      group: "layers",
      handle: ".grip",
      draggable: "li",
      ghostClass: "ghost",
      animation: REDUCED_MOTION.matches ? 0 : 150,
      // One way of dragging for all pointers, in every browser.
      forceFallback: true,
      fallbackTolerance: 3,
      onStart: ({ item }) => (this.#nextSibling = item.nextSibling),
      onEnd: (event) => this.#drop(event),
    });
  }

  #drop({ item, from, to, newDraggableIndex }: SortableEvent): void {
    // Lit owns the order of the elements: this one is put back, and the template is rendered with the layer moved.
    from.insertBefore(item, this.#nextSibling);
    this.#nextSibling = null;
    const block = to.dataset["block"];
    this.#onDrop({
      id: Number(item.dataset["id"]),
      block: block === undefined ? undefined : Number(block),
      index: newDraggableIndex ?? 0,
    });
  }
}
