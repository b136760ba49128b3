// The script of a decoder pool's worker in a browser.

import type { DecoderRequest } from "./decoder-pool.js";
import { handle } from "./decoder-worker.js";

self.onmessage = ({ data }: MessageEvent<DecoderRequest>) =>
  void handle(data, (response, transfer) => self.postMessage(response, { transfer }));
