// @ts-check
// What the long test has in addition.

/** Whether this is the long test: `cargo xtask test --long`. */
export const isLong = Boolean(process.env["BUNSEN_LONG"]);

/** For `skip`: why a test is left out, but for the long one. @param {string} why @returns {false | string} */
export const unlessLong = (why) => (isLong ? false : `${why}: \`cargo xtask test --long\``);

/** Pages that train on a software adapter: the engine's own tests and one panel's hold the others to it. */
export const ON_SOFTWARE_GPU = "a software adapter compiles its kernels for most of a minute";
