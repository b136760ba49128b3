import { msg } from "../words/msg.js";

// What the place where the page stands keeps from it.

/** The place, as far as it matters here. */
export interface Place {
  /** "null" in a sandbox without `allow-same-origin`, and in a file. */
  readonly origin: string;
  /** Whether the page came over https, or from this machine itself. */
  readonly isSecureContext: boolean;
}

/** A sentence for whoever trains there; empty where nothing is kept from the page. */
export function hostNote({ origin, isSecureContext }: Place): string {
  if (origin === "null")
    return msg("This page stands in a frame to which the browser gives no storage: nothing is kept when you leave it.");
  if (!isSecureContext)
    return msg(
      "This page came over plain http. Over https the browser would also keep runs and data, lend the camera and the clipboard, and compute on the GPU (WebGPU).",
    );
  return "";
}

/** The same in few words, for an embed: it keeps nothing in any place, and asks for neither camera nor clipboard. */
export function embedNote({ origin, isSecureContext }: Place): string {
  if (origin === "null") return msg("This frame has no storage: experiments in it do not wait for each other.");
  if (!isSecureContext) return msg("Over https the browser would also compute on the GPU.");
  return "";
}
