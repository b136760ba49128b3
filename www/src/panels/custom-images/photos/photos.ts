/** Photos that a person collects class by class, before they are read: what is in which class, and what is wrong with that. */
import { count } from "../../../format.js";
import type { GivenFile } from "../../../protocol.js";
import { msg } from "../../../words/msg.js";

/** A photo as the camera or the gallery gave it. */
export interface Photo {
  id: number;
  file: File;
}

export interface PhotoClass {
  id: number;
  /** As it was written. */
  name: string;
  photos: readonly Photo[];
}

export interface Photos {
  classes: readonly PhotoClass[];
  /** Classes and photos are known by numbers that are used once. */
  next: number;
}

export const NO_PHOTOS: Photos = { classes: [], next: 1 };

/** A class's name becomes the name of a folder: longer ones do not fit into archives. */
const MOST_CHARACTERS = 60;
/** A class of one photo has none to test with. */
const FEWEST_PHOTOS = 2;
/** More are a data set, which is given as a folder. */
const MOST_PHOTOS = 2_000;

/** Adds a class, or says why that is no name for one. */
export function addClass(photos: Photos, name: string): Photos | string {
  const wrong = nameFault(photos, name, 0);
  if (wrong) return wrong;
  const added: PhotoClass = { id: photos.next, name: name.trim(), photos: [] };
  return { classes: [...photos.classes, added], next: photos.next + 1 };
}

/** Calls a class something else, or says why it cannot be called that. */
export function renameClass(photos: Photos, id: number, name: string): Photos | string {
  const wrong = nameFault(photos, name, id);
  return wrong || changed(photos, id, (one) => ({ ...one, name: name.trim() }));
}

export function removeClass(photos: Photos, id: number): Photos {
  return { ...photos, classes: photos.classes.filter((one) => one.id !== id) };
}

/** Adds photos to a class, or says why it takes no more. */
export function addPhotos(photos: Photos, id: number, files: readonly File[]): Photos | string {
  if (numberOf(photos) + files.length > MOST_PHOTOS) {
    return msg(
      "More than {most} photos are collected as a folder: put them into one folder for each class and choose it.",
      {
        most: count(MOST_PHOTOS),
      },
    );
  }
  const added = files.map((file, at) => ({ id: photos.next + at, file }));
  const more = changed(photos, id, (one) => ({ ...one, photos: [...one.photos, ...added] }));
  return { ...more, next: photos.next + files.length };
}

export function removePhoto(photos: Photos, id: number): Photos {
  const without = (one: PhotoClass): PhotoClass => ({ ...one, photos: one.photos.filter((photo) => photo.id !== id) });
  return { ...photos, classes: photos.classes.map(without) };
}

export function numberOf({ classes }: Photos): number {
  return classes.reduce((sum, { photos }) => sum + photos.length, 0);
}

/** What is missing before a network can learn from them; empty where nothing is. */
export function missingOf({ classes }: Photos): string {
  if (classes.length < 2) return msg("A network tells classes apart: add two at least.");
  const few = classes.find(({ photos }) => photos.length < FEWEST_PHOTOS);
  if (!few) return "";
  return msg(
    "“{class}” has too few photos: one is tested with, so each class needs {fewest} at least. Ten make a start.",
    {
      class: few.name,
      fewest: count(FEWEST_PHOTOS),
    },
  );
}

/** The photos as files in a folder for each class. */
export function filesOf({ classes }: Photos): GivenFile[] {
  return classes.flatMap(({ name, photos }) =>
    photos.map(({ file }, at) => ({ path: `${name}/${at + 1}${extensionOf(file)}`, file })),
  );
}

/** By what the file holds, as far as it says so: a camera's photos may all have the same name, and some have none. */
function extensionOf({ type, name }: File): string {
  const known: Record<string, string> = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/webp": ".webp",
    "image/gif": ".gif",
    "image/bmp": ".bmp",
  };
  return known[type] ?? /\.[a-z0-9]{1,5}$/i.exec(name)?.[0].toLowerCase() ?? "";
}

/** Why a class cannot be called so; empty where it can. @param id the class itself, which may keep its name */
function nameFault({ classes }: Photos, name: string, id: number): string {
  const wanted = name.trim();
  if (wanted === "") return msg("A class needs a name.");
  if (wanted.length > MOST_CHARACTERS)
    return msg("A class's name has {most} characters at most.", { most: count(MOST_CHARACTERS) });
  // It is a folder in the zip, and one that begins with a point is hidden.
  if (/[/\\:]|^\.|\p{Cc}|\p{Cf}/u.test(wanted))
    return msg("A class's name has none of / \\ : in it and does not begin with a point.");
  const same = (other: string): boolean =>
    other.normalize("NFC").toLowerCase() === wanted.normalize("NFC").toLowerCase();
  if (classes.some((other) => other.id !== id && same(other.name)))
    return msg("There is a class “{class}” already.", { class: wanted });
  return "";
}

function changed(photos: Photos, id: number, change: (one: PhotoClass) => PhotoClass): Photos {
  return { ...photos, classes: photos.classes.map((one) => (one.id === id ? change(one) : one)) };
}
