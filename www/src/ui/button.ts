import { html, nothing } from "lit";

export interface ButtonOptions {
  /** Whether a press does anything. */
  enabled?: boolean;
  onPress: () => void;
  /** Whether the second click of a double one does nothing: it would undo what the first has done. */
  once?: boolean;
  /** Whether it is the one that stands out. */
  primary?: boolean;
  id?: string;
  /** What more there is to say of it. */
  title?: string;
}

/**
 * A button that may be unavailable for now. It says so with `aria-disabled` and is never `disabled`: a disabled button
 * loses the focus, and whoever pressed it by the keyboard would have to find the place again.
 */
export function button(
  label: unknown,
  { enabled = true, onPress, once = false, primary = false, id, title }: ButtonOptions,
) {
  const press = ({ detail: clicks }: MouseEvent): void => {
    if (enabled && !(once && clicks > 1)) onPress();
  };
  return html`
    <button
      type="button"
      id=${id ?? nothing}
      title=${title ?? nothing}
      class=${primary ? "primary" : nothing}
      aria-disabled=${enabled ? "false" : "true"}
      @click=${press}
    >
      ${label}
    </button>
  `;
}
