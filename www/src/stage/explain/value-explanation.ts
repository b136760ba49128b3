import { css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";

import { count, significantTo } from "../../format.js";
import { shared } from "../../styles/shared.js";
import { inlineStyle } from "../../ui/inline-style.js";
import { NOT_EXPLAINED, type ChannelProduct, type Explanation, type Patch, type Step } from "./explanation.js";
import { SignalElement } from "../../ui/signal-element.js";
import { msg, plural, rich } from "../../words/msg.js";
import { translated } from "../../words/translated.js";

/** Digits of sums, and of the numbers in a patch. */
const [SUM_DIGITS, CELL_DIGITS] = [4, 2];

/** Patches of more numbers are not written out. */
const MOST_CELLS = 81;

const sumOf = (value: number): string => significantTo(SUM_DIGITS, value).replace("-", "−");
const cellOf = (value: number): string => significantTo(CELL_DIGITS, value).replace("-", "−");

type Of<K extends Step["kind"]> = Extract<Step, { kind: K }>;

/** How a value of a layer comes about, step by step, in the network's own numbers. */
@customElement("value-explanation")
export class ValueExplanation extends SignalElement {
  static override styles = [
    shared,
    css`
      ol {
        margin: 0;
        padding: 0;
        list-style: none;
      }

      li {
        margin-bottom: 0.6rem;
      }

      .products {
        display: flex;
        flex-wrap: wrap;
        gap: 0.5rem 1.5rem;
        align-items: end;
      }

      .product {
        display: flex;
        flex-wrap: wrap;
        gap: 0.4rem;
        align-items: center;
        min-width: 0;
        max-width: 100%;
      }

      .product > div {
        min-width: 0;
        max-width: 100%;
        overflow-x: auto;
      }

      table {
        border-collapse: collapse;
        font-size: 0.6875rem;
        font-variant-numeric: tabular-nums;
      }

      caption {
        padding-bottom: 0.15rem;
        color: var(--ink-soft);
        text-align: left;
        white-space: nowrap;
      }

      td {
        min-width: 2.15rem;
        padding: 0.15rem 0.2rem;
        border: 1px solid var(--line);
        text-align: right;
        white-space: nowrap;
        forced-color-adjust: none;
      }

      .padding {
        color: var(--ink-soft);
      }

      .greatest {
        outline: 2px solid var(--ink);
        outline-offset: -2px;
      }

      .line {
        margin-top: 0.4rem;
        line-height: 1.5;
      }

      .terms {
        font-size: 0.8125rem;
      }

      .terms td,
      .terms th {
        padding: 0.15rem 0.5rem;
        border: 0;
        border-bottom: 1px solid var(--line);
        font-weight: 400;
        text-align: right;
      }
    `,
  ];

  @property({ attribute: false }) steps: Explanation = null;
  /** What the values are called that a layer takes, by number: "The image", "Convolution 1". */
  @property({ attribute: false }) names: readonly string[] = [];
  /** What the layer takes, which a convolution's channels are of. */
  @property() inputName = "";

  override render() {
    if (!this.steps) return html`<p class="soft">${translated(NOT_EXPLAINED)}</p>`;
    return html`
      <ol role="list" aria-label=${msg("How this value comes about")}>
        ${this.steps.map((step) => html`<li data-step=${step.kind}>${this.#step(step)}</li>`)}
      </ol>
    `;
  }

  #step(step: Step) {
    switch (step.kind) {
      case "convolution":
        return this.#convolution(step);
      case "pooling":
        return pooling(step);
      case "linear":
        return linear(step);
      case "function":
        return html`<p class="line">${translated(step.name)}(${sumOf(step.of)}) = <b>${sumOf(step.value)}</b></p>`;
      case "normalization":
        return normalization(step);
      case "sum":
        return this.#sum(step);
      case "copy":
        return html`<p class="line">
          ${rich("The same number as in map {map} of {layer}: {value}", {
            map: count(step.from.channel + 1),
            layer: this.#name(step.from.input),
            value: html`<b>${sumOf(step.value)}</b>`,
          })}
        </p>`;
      case "formula":
        return html`<p class="line">${translated(step.text)}</p>`;
    }
  }

  #name(input: number): string {
    return this.names[input] ?? "";
  }

  #convolution({ strongest, channels, rest, bias, value }: Of<"convolution">) {
    const others = channels - strongest.length;
    const products = html`<div class="products">${strongest.map((product) => this.#product(product, channels))}</div>`;
    // Of one product, to which nothing is added, it is said already.
    if (strongest.length === 1 && others === 0 && bias === null) return products;
    return html`
      ${products}
      <p class="line">
        ${strongest.map(({ sum }, at) => html`${at > 0 ? (sum < 0 ? " − " : " + ") : ""}${at > 0 ? sumOf(Math.abs(sum)) : sumOf(sum)}`)}
        ${others > 0 ? html`${signed(rest)} (${plural(others, "the other channel", "the other {count} channels")})` : nothing}
        ${bias === null ? nothing : html`${signed(bias)} (${msg("bias")})`} = <b>${sumOf(value)}</b>
      </p>
    `;
  }

  #product({ channel, patch, filter, sum }: ChannelProduct, channels: number) {
    const values = { channel: count(channel + 1) };
    const [patchTitle, filterTitle] =
      channels === 1
        ? [msg("Patch"), msg("Filter")]
        : [msg("Patch, channel {channel}", values), msg("Filter, channel {channel}", values)];
    return html`
      <div class="product">
        <div>${table(patchTitle, patch)}</div>
        <span>×</span>
        <div>${table(filterTitle, filter)}</div>
        <span>= ${sumOf(sum)}</span>
      </div>
    `;
  }

  #sum({ terms, value }: Of<"sum">) {
    return html`<p class="line">
      ${terms.map(({ input, of }, at) => html`${at > 0 ? signed(of) : sumOf(of)} (${this.#name(input)}) `)} =
      <b>${sumOf(value)}</b>
    </p>`;
  }
}

/** As a term that is added: "+ 0.5", "− 0.5". */
function signed(value: number): string {
  return `${value < 0 ? "−" : "+"} ${sumOf(Math.abs(value))}`;
}

function pooling({ how, patch, value }: Of<"pooling">) {
  const numbers = patch.flat().filter((number) => number !== null);
  const values = { numbers: count(numbers.length), value: html`<b>${sumOf(value)}</b>` };
  return html`
    ${numbers.length > MOST_CELLS ? nothing : table(msg("Patch"), patch, how === "max" ? value : undefined)}
    <p class="line">
      ${
        how === "max"
          ? rich("The greatest of {numbers} numbers = {value}", values)
          : rich("The mean of {numbers} numbers = {value}", values)
      }
    </p>
  `;
}

function linear({ strongest, inputs, rest, bias, value }: Of<"linear">) {
  const others = inputs - strongest.length;
  return html`
    <table class="terms">
      <caption class="heard">
        ${msg("The inputs that add most")}
      </caption>
      <tbody>
        ${strongest.map(
          ({ input, of, weight, product }) => html`
            <tr>
              <th scope="row">${msg("term|Input {number}", { number: count(input + 1) })}</th>
              <td>${sumOf(of)} × ${sumOf(weight)}</td>
              <td>${signed(product)}</td>
            </tr>
          `,
        )}
        ${
          others > 0
            ? html`<tr>
                <th scope="row">${plural(others, "The other {count} input", "The other {count} inputs")}</th>
                <td></td>
                <td>${signed(rest)}</td>
              </tr>`
            : nothing
        }
        ${
          bias === null
            ? nothing
            : html`<tr>
                <th scope="row">${msg("Bias")}</th>
                <td></td>
                <td>${signed(bias)}</td>
              </tr>`
        }
        <tr>
          <th scope="row">${msg("Sum")}</th>
          <td></td>
          <td><b>${sumOf(value)}</b></td>
        </tr>
      </tbody>
    </table>
  `;
}

function normalization({ of, mean, variance, epsilon, weight, bias, value }: Of<"normalization">) {
  return html`<p class="line">
    ${msg("Batch norm, by its running statistics: (x − mean) ÷ √(variance + ε) × weight + bias")}<br />
    = (${sumOf(of)} − ${sumOf(mean)}) ÷ √(${sumOf(variance)} + ${sumOf(epsilon)}) × ${sumOf(weight)} ${signed(bias)} =
    <b>${sumOf(value)}</b>
  </p>`;
}

/** @param marked the number that is marked: the first of these */
function table(caption: string, patch: Patch, marked?: number) {
  const numbers = patch.flat();
  const end = Math.max(...numbers.map((number) => Math.abs(number ?? 0))) || 1;
  const first = numbers.indexOf(marked ?? NaN);
  return html`
    <table>
      <caption>
        ${caption}
      </caption>
      <tbody>
        ${patch.map(
          (line, row) => html`
            <tr>
              ${line.map((number, column) => {
                if (number === null) return html`<td class="padding" title=${msg("Padding, which counts as 0")}>·</td>`;
                const strength = `${(45 * Math.sqrt(Math.abs(number) / end)).toFixed(0)}%`;
                const colour = number < 0 ? "var(--warm)" : "var(--flame)";
                return html`<td
                  class=${row * line.length + column === first ? "greatest" : nothing}
                  title=${sumOf(number)}
                  ${inlineStyle(`background: color-mix(in srgb, ${colour} ${strength}, var(--paper))`)}
                >
                  ${cellOf(number)}
                </td>`;
              })}
            </tr>
          `,
        )}
      </tbody>
    </table>
  `;
}
