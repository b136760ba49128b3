// `bunsen_run.py`: a run's options, and what it leaves. Its trace is held against the link's marks as `crate/src/lab/verify` does, and its run file is that of
// `crate/src/lab/files/run_file`: a rule that changes there changes here.

/** The file's text. It is the same for every recipe. */
export const RUN_PY = String.raw`"""What a run is asked for and what it leaves: its options, its trace against the link's marks, its run file, and its checkpoints."""

import argparse
import base64
import hashlib
import io
import json
import os
import struct

import numpy as np
import torch


class Refusal(Exception):
    """A sentence that says why a run does not start or go on, and what to do."""


def options_of(recipe, arguments):
    parser = argparse.ArgumentParser(description=f"Trains {recipe.NAME} on as many processes as torchrun starts.")
    parser.add_argument("--data", default=recipe.FOLDER, required=recipe.FOLDER is None, help=recipe.DATA_HELP)
    parser.add_argument("--out", default="run.bunsen.json", help="the run file that is written at the end")
    parser.add_argument("--checkpoint", help="a file that is renewed each minute; where it is there, the run goes on from it")
    parser.add_argument("--every", type=int, default=0, help="renew the checkpoint every so many steps instead")
    parser.add_argument("--steps", type=int, help="stop after so many steps")
    parser.add_argument("--device", choices=["cpu", "cuda"], help="cards where there are some, if nothing is said")
    parser.add_argument("--fast", action="store_true", help="sum gradients as they come: quicker, and rounds differently")
    return parser.parse_args(arguments)


def data_digest(classes, *splits):
    """SHA-256 of a data set in Bunsen's form. splits: images [count, channels, height, width] and labels of each."""
    images, _ = splits[0]
    form = hashlib.sha256(b"bunsen data set 1\n" + struct.pack("<4I", *images.shape[1:], classes))
    for images, labels in splits:
        form.update(struct.pack("<Q", len(images)) + labels.astype(np.uint8).tobytes() + images.tobytes())
    return form.hexdigest()


def marked_losses(marks, steps):
    """The losses that a checked link promises, by step. marks: seven digits of base 36 each."""
    bits = [int(marks[at : at + 7], 36) for at in range(0, len(marks), 7)]
    count = min(steps, 32)
    at = [1, *(1 + mark * (steps - 1) // (count - 1) for mark in range(1, count))]
    if len(bits) != count:
        raise Refusal(
            f"The marks in the link are the losses of {len(bits)} steps, but of a run of {steps} steps they are those of "
            f"{count}. The link was changed after it was shared, or these are not its images."
        )
    return {step: struct.unpack("<f", struct.pack("<I", each))[0] for step, each in zip(at, bits)}


def verdict(promised, trace, steps):
    """Whether the trace is within the band of the promised losses, and that in a sentence."""
    expected_sum = found_sum = 0.0
    compared = [(step, loss) for step, loss in promised.items() if step <= len(trace)]
    for step, expected in compared:
        got = float(trace[step - 1])
        expected_sum, found_sum = expected_sum + expected, found_sum + got
        if step <= 14:
            allowed = 1e-4 * abs(expected) * 2 ** (step - 1)
            if abs(got - expected) > allowed:
                return False, (
                    f"Outside the band at step {step}: expected loss {expected:.6f}, give or take {allowed:.2e}, got "
                    f"{got:.6f}. Rounding alone does not lead so far so soon."
                )
        else:
            excess = found_sum / max(expected_sum, 1e-300) - 1
            if abs(excess) > 0.25:
                return False, (
                    f"Outside the band at step {step}: up to there the compared losses are {100 * abs(excess):.0f} % "
                    f"{'higher' if excess > 0 else 'lower'} on average than promised. Rounding alone does not lead so far."
                )
    if not compared:
        return True, "Nothing is compared yet: the run has no step of a mark."
    if len(trace) < steps:
        return True, f"Within the band so far (step {compared[-1][0]}, {len(compared)} compared)."
    return True, (
        f"Within the band at all {len(compared)} steps that were compared: as near as rounding leads, which is no proof "
        "bit for bit."
    )


def digest_of(tensors):
    """SHA-256 of tensors, one after the other."""
    form = hashlib.sha256()
    for tensor in tensors:
        form.update(struct.pack("<Q", tensor.numel()) + tensor.detach().cpu().contiguous().numpy().tobytes())
    return form.hexdigest()


def run_file(recipe, steps, digest, trace, state, engine, scores, timings):
    """The text of run.bunsen.json. The check is the hash over the link, the data, the losses and the state."""
    losses = np.array(trace, "<f4").tobytes()
    chain = hashlib.sha256(f"bunsen-check-1\n{recipe.LINK}\n{digest}\n".encode()).digest()
    for at in range(0, len(losses), 4):
        chain = hashlib.sha256(chain + losses[at : at + 4]).digest()
    check = hashlib.sha256(chain + bytes.fromhex(state)).hexdigest()[:16]
    contents = {
        "format": "bunsen-run",
        "schema": 1,
        "link": recipe.LINK,
        "versions": {"bunsen": recipe.BUNSEN, "recipe": recipe.VERSION},
        "engine": engine,
        "data": {"name": recipe.DATA, "title": recipe.TITLE, "digest": digest},
        "steps": steps,
        "trace": base64.b64encode(losses).decode(),
        "scores": scores,
        "timings": timings,
        "state": state,
        "check": check,
    }
    return json.dumps(contents, indent=2) + "\n"


def write(path, contents):
    """Writes a file as a whole or not at all; gives the sentence of what went wrong, or nothing."""
    part = f"{path}.part"
    try:
        with open(part, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    except OSError as why:
        try:
            os.remove(part)
        except OSError:
            pass
        return f"{path} could not be written: {why.strerror}. Make room or give another place."
    return None


def try_out(path, overwrites):
    """Tries before the training that a file can be written; gives the sentence of what is wrong, or nothing."""
    if not overwrites and os.path.exists(path):
        return f"{path} is there already: move it away, or give another name with --out."
    part = f"{path}.part"
    try:
        open(part, "wb").close()
        os.remove(part)
    except OSError as why:
        return f"{path} could not be written: {why.strerror}. Give another place."
    return None


def packed(contents):
    """A checkpoint as bytes."""
    file = io.BytesIO()
    torch.save(contents, file)
    return file.getvalue()


def unpacked(path, data, device, recipe, digest):
    """A checkpoint of bytes; refused where it is damaged or of another run."""
    try:
        contents = torch.load(io.BytesIO(data), map_location=device, weights_only=True)
        found = contents["link"], contents["data"]
    except Exception as why:
        raise Refusal(f"{path} is no checkpoint of this program, or damaged ({type(why).__name__}): move it away.") from why
    if found != (recipe.LINK, digest):
        what = "link" if found[0] != recipe.LINK else "data"
        raise Refusal(f"{path} is the checkpoint of another run, whose {what} is another: give another --checkpoint.")
    return contents
`;
