import { describe, expect, test } from "vitest";
import {
  addClass,
  addPhotos,
  filesOf,
  missingOf,
  NO_PHOTOS,
  numberOf,
  removeClass,
  removePhoto,
  renameClass,
  type Photos,
} from "./photos.js";

const file = (name: string, type = "image/jpeg"): File => new File(["x"], name, { type });

/** What has to go well. */
function of(result: Photos | string): Photos {
  if (typeof result === "string") throw new Error(result);
  return result;
}

function cats(): Photos {
  const one = of(addClass(NO_PHOTOS, " cat "));
  return of(addPhotos(one, 1, [file("IMG_1.jpg"), file("IMG_1.jpg"), file("no ending", "image/png")]));
}

describe("photos that are collected", () => {
  test("become files in a folder for each class, whatever the camera called them", () => {
    expect(filesOf(cats()).map(({ path }) => path)).toEqual(["cat/1.jpg", "cat/2.jpg", "cat/3.png"]);
  });

  test("keep an ending that only the name tells", () => {
    const photos = of(addPhotos(of(addClass(NO_PHOTOS, "x")), 1, [file("a.HEIC", ""), file("b", "")]));
    expect(filesOf(photos).map(({ path }) => path)).toEqual(["x/1.heic", "x/2"]);
  });

  test("are removed and moved to another name", () => {
    const photos = of(renameClass(cats(), 1, "Katze"));
    const [first] = photos.classes[0]?.photos ?? [];
    const fewer = removePhoto(photos, first?.id ?? 0);
    expect(filesOf(fewer).map(({ path }) => path)).toEqual(["Katze/1.jpg", "Katze/2.png"]);
    expect(numberOf(fewer)).toBe(2);
    expect(removeClass(fewer, 1).classes).toEqual([]);
  });

  test("have numbers of their own, also those that are added after others went", () => {
    let photos = cats();
    for (const { id } of photos.classes[0]?.photos ?? []) photos = removePhoto(photos, id);
    photos = of(addPhotos(of(addClass(photos, "dog")), 1, [file("a"), file("b")]));
    const ids = photos.classes.flatMap((one) => [one.id, ...one.photos.map(({ id }) => id)]);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test.each([
    ["", "A class needs a name."],
    ["   ", "A class needs a name."],
    ["x".repeat(61), "A class's name has 60 characters at most."],
    ["a/b", "A class's name has none of / \\ : in it and does not begin with a point."],
    ["a\\b", "A class's name has none of / \\ : in it and does not begin with a point."],
    [".hidden", "A class's name has none of / \\ : in it and does not begin with a point."],
    ["a\nb", "A class's name has none of / \\ : in it and does not begin with a point."],
    ["a\u202eb", "A class's name has none of / \\ : in it and does not begin with a point."],
    ["CAT", "There is a class “CAT” already."],
  ])("no class is called %j", (name, why) => {
    expect(addClass(cats(), name)).toBe(why);
  });

  test("a class keeps its own name when that is written anew", () => {
    expect(of(renameClass(cats(), 1, "Cat")).classes[0]?.name).toBe("Cat");
  });

  test("say what is missing", () => {
    expect(missingOf(cats())).toBe("A network tells classes apart: add two at least.");
    const two = of(addClass(cats(), "dog"));
    const dog = two.classes[1]?.id ?? 0;
    const few = of(addPhotos(two, dog, [file("a")]));
    expect(missingOf(few)).toMatch(/^“dog” has too few photos/);
    expect(missingOf(of(addPhotos(few, dog, [file("b")])))).toBe("");
  });

  test("are 2,000 at most", () => {
    const many = Array.from({ length: 1_998 }, () => file("a.jpg"));
    expect(addPhotos(cats(), 1, many)).toMatch(/^More than 2,000 photos/);
    expect(numberOf(of(addPhotos(cats(), 1, many.slice(1))))).toBe(2_000);
  });
});
