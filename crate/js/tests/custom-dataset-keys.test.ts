import { expect, test } from "vitest";

import { customDatasetLink, customDatasetValues, imageOptions, imagesLink } from "../custom-dataset-keys.js";

const classes = ["cats", "dogs", "owls"];
const digest = "0123456789abcdef";

test("a custom data set is named by its digest, and by what a network must know of its images", () => {
  const dataset = { digest, classes, size: 28, channels: "grey", fit: "pad" };
  expect(customDatasetValues(dataset)).toEqual({
    data: "own",
    own: digest,
    classes: "3",
    size: "28",
    channels: "grey",
    fit: "pad",
  });
  expect(customDatasetLink(dataset)).toBe(`data=own&own=${digest}&classes=3&size=28&channels=grey&fit=pad`);
});

test("a link leaves out what is the fields' default", () => {
  const dataset = { digest, classes, size: 32, channels: "colour", fit: "crop", folder: "auto" };
  expect(customDatasetLink(dataset)).toBe(`data=own&own=${digest}&classes=3`);
  expect(customDatasetLink({ ...dataset, folder: "inner" })).toBe(`data=own&own=${digest}&classes=3&folder=inner`);
});

test("the images of a recipe are named without its other values, and without the digest", () => {
  expect(imagesLink({ data: "mnist", classes: "3", seed: "7" })).toBe("data=mnist");
  expect(imagesLink({ data: "own", own: digest, classes: "3", size: "28", seed: "7" })).toBe(
    "data=own&classes=3&size=28",
  );
});

test("a recipe says what images are made into, and one that does not has the fields' defaults", () => {
  expect(imageOptions({ size: "28", channels: "grey" })).toEqual({
    size: 28,
    channels: "grey",
    fit: "crop",
    folder: "auto",
  });
  expect(imageOptions({ folder: "outer" }).folder).toBe("outer");
  expect(imageOptions({ fit: "squash" }).fit).toBe("squash");
  expect(imageOptions({})).toEqual({ size: 32, channels: "colour", fit: "crop", folder: "auto" });
});
