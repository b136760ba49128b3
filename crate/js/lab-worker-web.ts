// The script of a lab's worker in a browser.

import type { LabRequest } from "./lab-messages.js";
import { LabWorker } from "./lab-worker.js";

const worker = new LabWorker((response, transfer) => self.postMessage(response, { transfer }));

self.onmessage = ({ data }: MessageEvent<LabRequest>) => worker.receive(data);
