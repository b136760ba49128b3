/**
 * The scale of the learning rate's slider: logarithmic, around the usual rate. What is sensible reaches from a tenth of that to ten
 * times it; the slider from a thousandth to a thousand times, where the field allows it, and always to the rate that it has.
 */
import { asInLink } from "../../format.js";
import type { ParsedLink } from "../../module.js";

/** From one of the slider's places to the next, in decades: about 12 %. */
export const STEP = 0.05;
/** How far it reaches to either side of the usual rate, and what of that is sensible, in decades. */
const REACH = 3;
const SENSIBLE = 1;

/** What networks are usually trained with by each optimizer: for one that is not the network's own. */
const USUAL: Readonly<Record<string, number>> = { sgd: 0.1, adam: 0.002, adamw: 0.001, rmsprop: 0.001, muon: 0.02 };

/** The network's own rate, or that of the optimizer where another than the network's own was chosen. */
export function usualRate({ values, defaults }: Pick<ParsedLink, "values" | "defaults">): number {
  const { opt = "" } = values;
  return (opt !== defaults["opt"] && USUAL[opt]) || Number(defaults["lr"]);
}

/** The rates that are sensible, of those that are allowed. */
export function sensibleRates(usual: number, { min, max }: { min: number; max: number }): [number, number] {
  const [from, to] = [rateAt(-SENSIBLE, usual), rateAt(SENSIBLE, usual)];
  return [Math.max(min, Number(from)), Math.min(max, Number(to))];
}

/** Where a rate stands, in decades from the usual one. */
export function placeOf(rate: number, usual: number): number {
  return Math.log10(rate / usual);
}

/** From where to where the slider goes, on its places. @param rate what it has to reach */
export function endsOf(usual: number, { min, max }: { min: number; max: number }, rate: number): [number, number] {
  const reached = Number.isFinite(rate) ? Math.min(max, Math.max(min, rate)) : usual;
  const from = Math.min(Math.max(-REACH, placeOf(min, usual)), placeOf(reached, usual));
  const to = Math.max(Math.min(REACH, placeOf(max, usual)), placeOf(reached, usual));
  // Within what is allowed; without the error of the logarithm.
  const places = (decades: number): number => Math.round((decades / STEP) * 1e6) / 1e6;
  return [onPlace(Math.ceil(places(from))), onPlace(Math.floor(places(to)))];
}

/** The rate at a place, as a link has it: of two digits, and of those of the usual rate at whole decades from it. */
export function rateAt(place: number, usual: number): string {
  const at = onPlace(Math.round(place / STEP));
  return asInLink(usual * 10 ** at, Number.isInteger(at) ? digitsOf(usual) : 2);
}

function onPlace(places: number): number {
  return Math.round(places * STEP * 100) / 100;
}

/** How many digits a number is written with, without the noughts around it. */
function digitsOf(value: number): number {
  const [mantissa = ""] = value.toExponential().split("e");
  return mantissa.replace(".", "").length;
}
