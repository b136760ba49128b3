// `bunsen_streams.py`: Bunsen's random numbers in NumPy, and what is drawn by them. `crate/src/random.rs`, `zoo/initializer.rs`, `zoo/dropout.rs`
// and `lab/train` once more: a rule that changes there changes here.

/** The file's text. It is the same for every recipe. */
export const STREAMS_PY = String.raw`"""Bunsen's random numbers: what a run draws, drawn again with NumPy.

A stream is a function of a seed, a purpose and an index, and of nothing else: any process can open any stream, and no order
of events changes what it gives. The generator is ChaCha with 8 rounds; its key is the seed and the purpose's name.
"""

import struct

import numpy as np
import torch


def words(seed, purpose, indices, count):
    """The first 32-bit words of the streams with these indices: [streams, count]."""
    indices = np.asarray(indices, np.uint64).reshape(-1)
    blocks = -(-count // 16)
    start = np.empty((16, len(indices), blocks), np.uint32)
    key = np.frombuffer(b"expand 32-byte k" + struct.pack("<Q24s", seed, purpose.encode()), "<u4")
    start[:12] = key[:, None, None]
    start[12], start[13] = np.arange(blocks, dtype=np.uint32), 0
    start[14] = (indices & np.uint64(0xFFFFFFFF)).astype(np.uint32)[:, None]
    start[15] = (indices >> np.uint64(32)).astype(np.uint32)[:, None]
    a, b, c, d = (start[at : at + 4].copy() for at in range(0, 16, 4))
    for _ in range(4):
        quarter_rounds(a, b, c, d)
        b, c, d = b[[1, 2, 3, 0]], c[[2, 3, 0, 1]], d[[3, 0, 1, 2]]
        quarter_rounds(a, b, c, d)
        b, c, d = b[[3, 0, 1, 2]], c[[2, 3, 0, 1]], d[[1, 2, 3, 0]]
    start += np.concatenate([a, b, c, d])
    return start.transpose(1, 2, 0).reshape(len(indices), -1)[:, :count]


def quarter_rounds(a, b, c, d):
    """Four quarter rounds at once, in place."""
    for x, y, z, bits in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        x += y
        z ^= x
        high = z >> np.uint32(32 - bits)
        z <<= np.uint32(bits)
        z |= high


def unit(drawn):
    """Words as multiples of 2**-24 in [0, 1)."""
    return (drawn >> np.uint32(8)).astype(np.float32) * np.float32(2**-24)


def between(low, high, drawn):
    """Words as numbers between two others, rounded as Bunsen rounds them."""
    low, high = np.float32(low), np.float32(high)
    return low + (high - low) * unit(drawn)


def normal(drawn):
    """Words, an even number in each row, as normally distributed numbers (Box and Muller)."""
    u = (drawn[..., 0::2].astype(np.float64) + 1) / 2**32
    v = drawn[..., 1::2].astype(np.float64) / 2**32
    radius = np.sqrt(-2 * np.log(u))
    pairs = np.stack([radius * np.cos(2 * np.pi * v), radius * np.sin(2 * np.pi * v)], -1)
    return pairs.astype(np.float32).reshape(*drawn.shape)


def permutation(seed, purpose, index, count):
    """The numbers from 0 up to count in random order (Fisher and Yates, from the end)."""
    order = list(range(count))
    # A word that would favour some results is thrown away, so a few more are drawn.
    drawn = iter(words(seed, purpose, [index], count + count // 32 + 64)[0].tolist())
    for last in range(count - 1, 0, -1):
        bound = last + 1
        for word in drawn:
            if (word * bound & 0xFFFFFFFF) >= 2**32 % bound:
                break
        other = word * bound >> 32
        order[last], order[other] = order[other], order[last]
    return np.array(order, np.int64)


class Drawn:
    """Words of some streams, which are taken one after the other."""

    def __init__(self, seed, purpose, indices, count):
        self.words = words(seed, purpose, indices, count)
        self.rows = np.arange(len(self.words))
        self.at = np.zeros(len(self.words), np.int64)

    def take(self, count):
        """The next words of each stream: [streams, count]."""
        taken = self.words[self.rows[:, None], self.at[:, None] + np.arange(count)]
        self.at += count
        return taken

    def below(self, bound):
        """A whole number below the bound of each stream."""
        result, left = np.empty(len(self.rows), np.int64), self.rows
        while len(left):
            product = self.words[left, self.at[left]].astype(np.uint64) * np.uint64(bound)
            result[left] = product >> np.uint64(32)
            self.at[left] += 1
            left = left[(product & np.uint64(0xFFFFFFFF)) < 2**32 % bound]
        return result


def weights(seed, parameters):
    """Initial weights by name. parameters: (name, shape, how they are drawn, an amount, whether PyTorch has it transposed)."""
    values = {}
    for index, (name, shape, how, amount, transposed) in enumerate(parameters):
        count = int(np.prod(shape))
        drawn = words(seed, "weights", [index], count + count % 2)[0]
        if how == "uniform":
            flat = between(-amount, amount, drawn[:count])
        elif how == "normal":
            flat = normal(drawn)[:count] * np.float32(amount)
        elif how == "dirac":
            # As many filters as there are input channels pass one of them on.
            flat = between(-amount, amount, drawn[:count]).reshape(shape)
            passing = range(min(shape[0], shape[1]))
            flat[passing] = 0
            flat[passing, passing, shape[2] // 2, shape[3] // 2] = 1
        else:
            flat = np.full(count, amount, np.float32)
        value = torch.from_numpy(np.ascontiguousarray(flat.reshape(shape)))
        values[name] = value.T.contiguous() if transposed else value
    return values


class Masks:
    """Dropout masks: a function of the seed, an example's position in the run and the layer."""

    seed = first = layer = 0

    def start(self, seed, first):
        """Before a forward pass of the examples from position first on."""
        self.seed, self.first, self.layer = seed, first, 0

    def next(self, shape, probability):
        """What the next dropout layer multiplies by."""
        indices = (self.first + np.arange(shape[0], dtype=np.uint64)) * np.uint64(256) + np.uint64(self.layer)
        self.layer += 1
        drawn = words(self.seed, "dropout", indices, int(np.prod(shape[1:])))
        scale = np.float32(1 / (1 - probability))
        return torch.from_numpy(np.where(drawn < np.uint64(probability * 2**32), np.float32(0), scale)).reshape(shape)


MASKS = Masks()


def dropout(x, probability, training):
    """Dropout with Bunsen's masks."""
    if not training:
        return x
    mask = MASKS.next(tuple(x.shape), probability)
    return x * mask.to(x.device) if probability else x


class Dropout(torch.nn.Module):
    """Dropout with Bunsen's masks, as a layer."""

    def __init__(self, probability):
        super().__init__()
        self.probability = probability

    def forward(self, x):
        return dropout(x, self.probability, self.training)
`;
