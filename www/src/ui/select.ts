import { html, nothing } from "lit";

export interface Option {
  value: string;
  label: string;
}

export interface SelectOptions {
  id?: string;
  options: readonly Option[];
  value: string;
  onChange: (value: string) => void;
  disabled?: boolean;
  /** Its accessible name, where no label is beside it. */
  name?: string;
  /** What stands there while `value` is none of the options. */
  placeholder?: string;
  title?: string;
  /** The id of the element that explains it. */
  describedBy?: string;
  /** Whether its value is refused. */
  invalid?: boolean;
}

/** A list to choose one of. */
export function select({
  id,
  options,
  value,
  onChange,
  disabled,
  name,
  placeholder,
  title,
  describedBy,
  invalid = false,
}: SelectOptions) {
  const known = options.some((option) => option.value === value);
  return html`
    <select
      id=${id ?? nothing}
      aria-label=${name ?? nothing}
      title=${title ?? nothing}
      aria-describedby=${describedBy ?? nothing}
      aria-invalid=${invalid ? "true" : nothing}
      ?disabled=${disabled}
      .value=${value}
      @change=${(event: Event) => onChange(valueOf(event))}
    >
      ${placeholder === undefined || known ? nothing : html`<option value=${value} selected disabled>${placeholder}</option>`}
      ${options.map((option) => html`<option value=${option.value} ?selected=${option.value === value}>${option.label}</option>`)}
    </select>
  `;
}

/** What an input, a list or a text area holds at its event. */
export function valueOf(event: Event): string {
  return (event.target as HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement).value;
}
