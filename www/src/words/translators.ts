/**
 * Browsers' translators put `<font>` elements in the place of text nodes. Lit keeps its place in a template by the nodes beside it, and sets
 * the data of the text node that it made: after that a number stands still, or an insertion throws. Here every place gets a comment at its end,
 * which no translator touches, and a text that was replaced is made anew when its value changes.
 *
 * Lit lets nobody have these classes but by what it renders. The names in them are kept from version to version, in production and in
 * development; the test under a translator tells where they are no more.
 */
import { html, render } from "lit";

/** A place for a child in a template. */
interface ChildPart {
  readonly startNode: Node | null;
  readonly endNode: Node | null;
  _$AI?: (...args: unknown[]) => void;
  _$setValue?: (...args: unknown[]) => void;
  _$AH?: unknown;
  _$committedValue?: unknown;
}

/** A template that was rendered. */
interface Instance {
  _$AD?: object;
  _$template?: object;
}

interface TemplateClass {
  createElement: (markup: string, options?: unknown) => HTMLTemplateElement;
}

/** Has to be called before anything is rendered: templates are made once. */
export function surviveTranslators(): void {
  const part = render(html`<p></p>`, document.createDocumentFragment()) as ChildPart;
  const { _$AD, _$template } = committedIn(part) as Instance;
  const template = (_$AD ?? _$template)?.constructor as unknown as TemplateClass;
  const create = template.createElement;
  template.createElement = (markup, options) => {
    const element = create.call(template, markup, options);
    closePlaces(element.content);
    return element;
  };
  const prototype = Object.getPrototypeOf(part) as ChildPart;
  const name = prototype._$AI ? "_$AI" : "_$setValue";
  const set = prototype[name];
  prototype[name] = function (this: ChildPart, ...args) {
    const before = committedIn(this);
    const isText = typeof before === "string" || typeof before === "number";
    if (isText && args[0] !== before) restoreText(this, String(before));
    set?.apply(this, args);
  };
}

const committedIn = ({ _$AH, _$committedValue }: ChildPart): unknown => _$AH ?? _$committedValue;

/** Puts a comment behind each place for a value that a text follows. */
function closePlaces(content: DocumentFragment): void {
  const places = document.createTreeWalker(content, NodeFilter.SHOW_COMMENT);
  const open: Comment[] = [];
  while (places.nextNode()) {
    const place = places.currentNode as Comment;
    if (place.data.startsWith("?lit$") && place.nextSibling?.nodeType === Node.TEXT_NODE) open.push(place);
  }
  for (const place of open) place.after(document.createComment(""));
}

/** Puts a text node back where a translator has put an element. */
function restoreText({ startNode, endNode }: ChildPart, text: string): void {
  const first = startNode?.nextSibling;
  if (first && first !== endNode && first.nodeName === "FONT") (first as Element).replaceWith(text);
}
