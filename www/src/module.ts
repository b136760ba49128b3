/** The module's own types, so that the page writes none of them a second time. */
export type * from "../../crate/js/api.js";
