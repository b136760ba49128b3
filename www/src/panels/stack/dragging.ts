import Sortable, { type SortableEvent } from "sortablejs";

/** A layer that was dragged: by its id, to a place in a block's list, or in the outer one. */
export interface Dragged {
  id: number;
  /** The block that it was let go in; nothing for the outer list. */
  block: number | undefined;
  index: number;
}

const CALM = matchMedia("(prefers-reduced-motion: reduce)");

/** Lets the layers in lists be dragged by their grips, with the mouse, a pen or a finger. */
export class Dragging {
  readonly #lists = new Map<HTMLElement, Sortable>();
  readonly #dragged: (dragged: Dragged) => void;
  /** What stood behind the layer before it was dragged. */
  #behind: Node | null = null;

  constructor(dragged: (dragged: Dragged) => void) {
    this.#dragged = dragged;
  }

  /** The lists that there are now. */
  watch(lists: Iterable<HTMLElement>, locked: boolean): void {
    const there = new Set(lists);
    for (const [list, sortable] of this.#lists) {
      if (there.has(list)) continue;
      sortable.destroy();
      this.#lists.delete(list);
    }
    for (const list of there) {
      const sortable = this.#lists.get(list) ?? this.#make(list);
      sortable.option("disabled", locked);
      this.#lists.set(list, sortable);
    }
  }

  end(): void {
    this.watch([], true);
  }

  #make(list: HTMLElement): Sortable {
    return Sortable.create(list, {
      group: "layers",
      handle: ".grip",
      draggable: "li",
      ghostClass: "ghost",
      animation: CALM.matches ? 0 : 150,
      // One way of dragging for all pointers, in every browser.
      forceFallback: true,
      fallbackTolerance: 3,
      onStart: ({ item }) => (this.#behind = item.nextSibling),
      onEnd: (event) => this.#ended(event),
    });
  }

  #ended({ item, from, to, newDraggableIndex }: SortableEvent): void {
    // Where elements stand is for the template to say: it is put back, and drawn anew where it belongs.
    from.insertBefore(item, this.#behind);
    this.#behind = null;
    const block = to.dataset["block"];
    this.#dragged({
      id: Number(item.dataset["id"]),
      block: block === undefined ? undefined : Number(block),
      index: newDraggableIndex ?? 0,
    });
  }
}
