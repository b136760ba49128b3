/** Which build of the package this is: files of two builds do not work together. `cargo xtask build` puts a digest of all of them here. */
export const build: string = "development";
