/** A camera, opened when a person wants a picture, and closed right after. */
import { msg } from "../../words/msg.js";

/** Opens a camera. Errors are sentences. */
export async function openCamera(): Promise<MediaStream> {
  // Pages that did not come over https have no media devices.
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  if (!devices)
    throw new Error(sentences(msg("This browser gives this page no camera: that takes an address with https.")));
  try {
    // The one at the back, where there are several.
    return await devices.getUserMedia({ video: { facingMode: { ideal: "environment" } } });
  } catch (thrown) {
    throw new Error(sentences(why((thrown as DOMException).name)), { cause: thrown });
  }
}

export function closeCamera(stream: MediaStream | null): void {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

/** What is wrong, and what can be done. */
function sentences(wrong: string): string {
  return `${wrong} ${msg("An image file does as well.")}`;
}

function why(name: string): string {
  switch (name) {
    case "NotAllowedError":
    case "SecurityError":
      return msg("The camera was not allowed: allow it for this page in the browser's settings, and ask again.");
    case "NotFoundError":
    case "OverconstrainedError":
      return msg("There is no camera here.");
    default:
      return msg("The camera could not be started: another program may be using it.");
  }
}

/** Settles when a camera has a frame to be taken: a press before that is not lost. */
export async function firstFrame(video: HTMLVideoElement): Promise<void> {
  if (video.videoWidth > 0) return;
  await new Promise((resolve) => video.addEventListener("loadeddata", resolve, { once: true }));
}
