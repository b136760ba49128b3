/**
 * All that the page and its worker say to each other, in three kinds of messages:
 *
 * - **commands** go to the worker and are obeyed in the order they are sent, so the page may send `train` before the
 *   worker has opened;
 * - **requests** go to the worker too, wait their turn among the commands, and have one response each (`rpc/`); those with many
 *   files come in parts (`worker/file-parts.ts`);
 * - **events** come from the worker. Everything about a run carries the `id` of the `choose` that it came from: what is
 *   still under way when the page chooses again is told apart by it and dropped.
 *
 * Whoever is sent a message has a table with a function for each type, which the compiler holds to be complete.
 */
export type * from "./protocol/commands.js";
export type * from "./protocol/events.js";
export type * from "./protocol/requests.js";
export type * from "./protocol/types.js";
