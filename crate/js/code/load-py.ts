// `load.py`: a person's own images as Bunsen makes them of files, in 60 lines of Python.

import type { ImageFit } from "../custom-dataset-keys.js";
import type { OwnImages } from "./recipe.js";

/** White lies behind what is transparent. */
const COMPOSITED = "    rgb = [(plane * alpha + 255 * (255 - alpha) + 127) // 255 for plane in rgb]  # on white";
const WHOLE = `    *rgb, alpha = np.moveaxis(np.array(image.convert("RGBA"), np.uint16), 2, 0)
${COMPOSITED}`;
/** How much each pixel of an image covers of each pixel of a picture's side. */
const shares = (side: string): string =>
  `np.diff(np.clip(np.arange(SIZE + 1.0)[:, None] * ${side} - np.arange(${side}) * SIZE, 0, SIZE), axis=0)`;
const SHRUNK = `    share = ${shares("side")}
    red, green, blue = rgb = [(2 * (share @ plane @ share.T) + side**2) // (2 * side**2) for plane in rgb]`;

/** How a picture becomes a square of few pixels, as `images/src/resize.rs` does it. */
const SQUARE: Record<ImageFit, string> = {
  crop: `    side, (left, top) = min(image.size), ((length - min(image.size)) // 2 for length in image.size)
    *rgb, alpha = np.moveaxis(np.array(image.crop((left, top, left + side, top + side)).convert("RGBA"), np.uint16), 2, 0)
${COMPOSITED}
${SHRUNK}`,
  pad: `${WHOLE}
    side, edges = max(image.size), [np.concatenate([*plane[[0, -1]], *plane.T[[0, -1]]]) for plane in rgb]
    margins = [((side - length) // 2, (side - length + 1) // 2) for length in rgb[0].shape]  # in the edge's mean colour
    rgb = [np.pad(plane, margins, constant_values=(2 * edge.sum() + edge.size) // (2 * edge.size)) for plane, edge in zip(rgb, edges)]
${SHRUNK}`,
  squash: `${WHOLE}
    down, across = (${shares("side")} for side in rgb[0].shape)
    red, green, blue = rgb = [(2 * (down @ plane @ across.T) + plane.size) // (2 * plane.size) for plane in rgb]`,
};

/** The beginning of the bytes that the digest is of: `images/src/collection.rs` describes them. */
function headOf(fit: ImageFit): string {
  const numbers = "SIZE, images.shape[1], len(names), len(images)";
  if (fit === "crop") return String.raw`b"bunsen images %d\n" % (1 + split) + struct.pack("<4I", ${numbers})`;
  return String.raw`b"bunsen images 3\n" + struct.pack("<5I", ${numbers}, split + ${fit === "pad" ? 2 : 4})`;
}

/**
 * The whole file. It is `images/src` once more, in NumPy: `paths`, `classes`, `split`, `duplicates`, `resize` and `collection`; and the
 * split of `crate/src/data/custom_dataset`. Collections that came to be by a rule it does not have are told by their digest.
 */
export const loadPy = ({ size, colour, fit, folder, seed, digest }: OwnImages): string =>
  String.raw`"""Reads images as Bunsen does: of a folder or a zip with a folder for each class, or of the own.npz that Bunsen saves."""
import hashlib, io, itertools, os, pathlib, struct, sys, unicodedata, zipfile
import numpy as np
from PIL import Image, ImageOps
SIZE, COLOUR, SEED, DIGEST = ${size}, ${colour ? "True" : "False"}, ${seed}, "${digest}"  # of the link
OTHER = "JPEG files may differ by a few levels, as Pillow decodes them; of bursts only own.npz has the split. It is exact."
ROLES = dict(train=1, training=1, test=2, testing=2, val=3, valid=3, validation=3)
def files(folder, *path):  # The path and the bytes of each file. A zip in a folder is a folder.
    for entry in folder.iterdir():
        name = unicodedata.normalize("NFC", entry.name)
        if name[0] == "." or name in ("__MACOSX", "Thumbs.db", "desktop.ini"): continue
        elif entry.is_dir(): yield from files(entry, *path, name)
        elif name.lower().endswith(".zip"): yield from files(zipfile.Path(entry.open("rb")), *path, name[:-4])
        else: yield [*path, name], entry.read_bytes()
def prepared(path, data):  # An image as a network sees it, [channels, SIZE, SIZE]: means, by sums of integers.
    try: image = ImageOps.exif_transpose(Image.open(io.BytesIO(data), formats=["PNG", "JPEG", "WEBP", "GIF", "BMP"]))
    except Exception as why: return print(f"{'/'.join(path)} is left out: {why}", file=sys.stderr)
    if image.mode[0] == "I":  # 16 bits, or 12 of them
        grey = np.array(image, np.uint32)
        image = Image.fromarray(np.uint8(((grey << 4 | grey >> 8 if 255 < grey.max() < 4096 else grey) + 128) // 257))
${SQUARE[fit]}
    pixels = rgb if COLOUR else [255 - (19595 * red + 38470 * green + 7471 * blue + 32768) // 65536]  # ink on paper
    return [*hashlib.sha256(data).digest()], path, np.uint8(pixels)
def places(folders):  # Of each file whether it is tested with (None: the seed decides) and its class, its ${folder === "outer" ? "outermost" : "innermost"} folder.
    depth = len(os.path.commonprefix(folders))
    roles = [ROLES.get("".join(folder[depth : depth + 1]).lower(), 0) for folder in folders]
    if 0 in roles or not {1} < set(roles): roles = [0] * len(folders)
    places = [(role, "".join(folder[depth + (role > 0) :]${folder === "outer" ? "[:1]" : "[-1:]"})) for role, folder in zip(roles, folders)]
    has = {role for role, name in places if name}
    return [(role > 1 if {1} < has else None, name * (role < 3 or not {1, 2} <= has)) for role, name in places]
def load(source):  # Images and labels to train on, images and labels to test with, and the names of the classes.
    if str(source).endswith(".npz"):
        hashes, labels, test, images, names, split = map(np.load(source).get, "hashes labels test images names split".split())
    else:
        root, same = zipfile.Path(source) if os.path.isfile(source) else pathlib.Path(source), {}
        read = [image for image in itertools.starmap(prepared, files(root)) if image]
        for (hash, path, pixels), (test, name) in zip(read, places([path[:-1] for _, path, _ in read])):
            if name: same.setdefault(pixels.tobytes(), []).append((test, hash, path, name, pixels))
        once = [min(equal, key=lambda it: it[:3]) for equal in same.values() if len({name for *_, name, _ in equal}) == 1]
        if len(names := sorted({name for *_, name, _ in once})) < 2: sys.exit(f"{source} has no folders of images for two classes.")
        test, hashes, _, labels, images = zip(*sorted(once, key=lambda it: it[1]))
        labels, images, split = np.array([names.index(name) for name in labels]), np.array(images), test[0] is not None
    head = ${headOf(fit)}
    head += b"".join(struct.pack("<I", len(name.encode())) + name.encode() for name in names)
    rows = np.column_stack([hashes, labels, test])[:, : 33 + split].astype(np.uint8)
    digest = hashlib.sha256(head + rows.tobytes() + images.tobytes()).hexdigest()[:16]
    if DIGEST not in ("", digest): print(f"{source} has {digest}, not {DIGEST}: {OTHER}", file=sys.stderr)
    keys = [hashlib.sha256(struct.pack("<20sQ32s", b"bunsen own images 1\n", SEED, bytes(hash))).digest() for hash in hashes]
    order = np.array(sorted(range(len(keys)), key=lambda at: keys[at][:8]))
    test = np.array(test if split else [int.from_bytes(key[8:16], "big") % 5 == 0 for key in keys])
    for members in [] if split else [order[labels[order] == label] for label in range(len(names))]:
        many = [keys[at] for at in members].count(keys[members[0]]) % len(members) or 1  # those of a burst are moved together
        test[members[:many]] ^= test[members].all() or not test[members].any()  # each class is in both
    return *(part[at] for at in (order[~test[order]], order[test[order]]) for part in (images, labels)), [str(n) for n in names]
`;
