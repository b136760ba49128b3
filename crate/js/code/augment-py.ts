// `bunsen_augment.py`: Bunsen's augmentation in NumPy, to the byte. `crate/src/data/augment` once more: a rule that changes there changes here.

/** The file's text. It is the same for every recipe that augments. */
export const AUGMENT_PY = String.raw`"""Bunsen's augmentation: the same change of the same image at the same step, for a whole batch at a time."""

import numpy as np

from bunsen_streams import Drawn, between, normal, unit

F = np.float32


def alternate(seed, epoch, indices, images):
    """Mirrors each image in every other epoch; which half begins is drawn once."""
    begins = Drawn(seed, "alternation", indices, 16).below(2)
    return np.where(((begins + epoch) % 2 == 1)[:, None, None, None], images[..., ::-1], images)


def augment(names, reflects, seed, first, images):
    """Changes images [count, channels, height, width] at random. first: the position of the first in the run."""
    height, width = images.shape[2:]
    drawn = Drawn(seed, "augmentation", np.arange(first, first + len(images), dtype=np.uint64), 128)
    # All of these are drawn, whichever are used.
    top, left = drawn.below(9), drawn.below(9)
    mirrored = drawn.below(2) == 1
    shift = between(-2, 2, drawn.take(2))
    angle = between(-10, 10, drawn.take(1))[:, 0] * (F(np.pi) / F(180))
    centre = unit(drawn.take(2))
    if {"shift", "rotate", "elastic"} & set(names):
        nodes = normal(drawn.take(98)) * F(0.09) if "elastic" in names else None
        images = warp(images, shift * ("shift" in names), angle * ("rotate" in names), nodes)
    if "crop" in names:
        mode = {"mode": "reflect"} if reflects else {}
        padded = np.pad(images, ((0, 0), (0, 0), (4, 4), (4, 4)), **mode)
        images = np.stack([image[:, t : t + height, l : l + width] for image, t, l in zip(padded, top, left)])
    if "flip" in names:
        images = np.where(mirrored[:, None, None, None], images[..., ::-1], images)
    if "cutout" in names:
        rows, columns = (inside(side, centre[:, at]) for at, side in enumerate((height, width)))
        images = images * ~(rows[:, None, :, None] & columns[:, None, None, :])
    return images


def inside(side, centre):
    """Which rows or columns the erased square covers: [count, side]."""
    middle, half = (centre * F(side)).astype(np.int64)[:, None], side // 4
    at = np.arange(side)
    return (at >= middle - half) & (at < middle + side // 2 - half)


def warp(images, shift, angle, nodes):
    """Takes each pixel from its source: shifted, turned and, by the displacements of 7x7 nodes, distorted."""
    count, _, height, width = images.shape
    sine, cosine = (of(angle.astype(np.float64)).astype(F)[:, None, None] for of in (np.sin, np.cos))
    middle_y, middle_x = ((F(side) - F(1)) / F(2) for side in (height, width))
    y = np.arange(height, dtype=F)[None, :, None] - middle_y - shift[:, 0, None, None]
    x = np.arange(width, dtype=F)[None, None, :] - middle_x - shift[:, 1, None, None]
    source_y = middle_y + cosine * y - sine * x
    source_x = middle_x + sine * y + cosine * x
    if nodes is not None:
        nodes = nodes.reshape(count, 7, 7, 2)
        first, weights = spline(height)
        lines = np.zeros((count, height, 7, 2), F)
        for at in range(4):
            lines += nodes[:, first + at] * weights[:, at, None, None]
        first, weights = spline(width)
        for at in range(4):
            moved = lines[:, :, first + at] * weights[:, at, None]
            source_y = source_y + moved[..., 0] * F(height)
            source_x = source_x + moved[..., 1] * F(width)
    return bilinear(images, source_y, source_x)


def spline(side):
    """The uniform cubic B-spline: the first of four nodes that each place of a side depends on, and their weights."""
    position = (np.arange(side, dtype=F) + F(0.5)) / F(side) * F(4)
    first = np.minimum(position.astype(np.int64), 3)
    t = position - first.astype(F)
    s, t2, t3 = F(1) - t, t * t, t * t * t
    weights = [s * s * s, F(3) * t3 - F(6) * t2 + F(4), F(-3) * t3 + F(3) * t2 + F(3) * t + F(1), t3]
    return first, np.stack(weights, 1) / F(6)


def bilinear(images, y, x):
    """Between the four pixels around each point; outside of the image they are 0."""
    height, width = images.shape[2:]
    top, left = np.floor(y), np.floor(x)
    v, u = (y - top)[:, None], (x - left)[:, None]
    each = np.arange(len(images))[:, None, None]

    def pixel(row, column):
        known = (row >= 0) & (column >= 0) & (row < height) & (column < width)
        rows, columns = (np.where(known, place, 0).astype(np.int64) for place in (row, column))
        found = images.transpose(0, 2, 3, 1)[each, rows, columns].transpose(0, 3, 1, 2)
        return np.where(known[:, None], found, 0).astype(F)

    upper = pixel(top, left) * (F(1) - u) + pixel(top, left + 1) * u
    lower = pixel(top + 1, left) * (F(1) - u) + pixel(top + 1, left + 1) * u
    return (upper * (F(1) - v) + lower * v + F(0.5)).astype(np.uint8)
`;
