// A helper's script in a browser.

import { obey, type Post } from "./assistant.js";
import type { Question } from "./crew.js";

const scope = globalThis as unknown as { onmessage: (event: MessageEvent<Question>) => void; postMessage: Post };
scope.onmessage = ({ data }) => obey(data, (reply, transfer) => scope.postMessage(reply, transfer));
