// @ts-check
// Python programs of the tests of own images as code: they make files, and read what `load.py` and the script give.

/** What `load.py` gives of a source, as bytes. */
export const DUMP = `
import sys
from load import load
*arrays, names = load(sys.argv[1])
open("arrays.bin", "wb").write(b"".join(array.astype("u1").tobytes() for array in arrays))
print([len(array) for array in arrays], names)
`;

/** Two classes of every kind of file that Pillow and the images crate read to the same byte. */
export const KINDS = `
import pathlib, numpy as np
from PIL import Image
random = np.random.default_rng(1)
for name in ("a", "b"):
    folder = pathlib.Path("kinds", name)
    folder.mkdir(parents=True, exist_ok=True)
    def noise(*shape, most=256):
        return random.integers(0, most, shape)
    def save(file, image, **options):
        image.save(folder / file, **options)
    def rgb():
        return Image.fromarray(np.uint8(noise(45, 70, 3)))
    save("rgb.png", rgb())
    save("rgb.bmp", rgb())
    save("palette.bmp", rgb().quantize(99))
    save("still.gif", rgb().quantize(77))
    save("grey.png", rgb().convert("L"))
    save("rgba.png", Image.fromarray(np.uint8(noise(64, 33, 4))))
    save("grey-alpha.png", Image.fromarray(np.uint8(noise(31, 33, 2)), "LA"))
    save("palette.png", rgb().quantize(200))
    save("palette-4.png", rgb().quantize(11), bits=4)
    save("palette-transparent.png", rgb().quantize(16), transparency=bytes(range(0, 256, 16)))
    save("one-transparent.png", Image.fromarray(np.uint8(noise(40, 40, 3, most=3) * 99)), transparency=(99, 0, 198))
    save("grey-transparent.png", Image.fromarray(np.uint8(noise(40, 40, most=3) * 99)), transparency=99)
    save("bits.png", rgb().convert("1"))
    save("sixteen.png", Image.fromarray(np.uint16(noise(50, 60, most=65536))))
    save("twelve.png", Image.fromarray(np.uint16(noise(50, 60, most=4096))))
    save("eight-of-sixteen.png", Image.fromarray(np.uint16(noise(50, 60, most=256))))
    save("lossless.webp", Image.fromarray(np.uint8(noise(40, 52, 4))), lossless=True, exact=True)
    save("small.png", Image.fromarray(np.uint8(noise(5, 9, 3))))
    for turn in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = turn
        save(f"turned-{turn}.png", Image.fromarray(np.uint8(noise(40, 52 + turn, 3))), exif=exif)
        save(f"turned-{turn}.webp", Image.fromarray(np.uint8(noise(40, 52 + turn, 3))), exif=exif, lossless=True)
`;

/** Two classes of JPEGs with and without thinner colours, plain and progressive: a soft ground, sharp shapes and noise. */
export const JPEGS = `
import pathlib, numpy as np
from PIL import Image, ImageDraw
random = np.random.default_rng(3)
for name in ("a", "b"):
    folder = pathlib.Path("jpegs", name)
    folder.mkdir(parents=True, exist_ok=True)
    for width, height in ((640, 480), (97, 64)):
        for quality in (50, 75, 90):
            for thinner in (0, 1, 2):
                image = Image.fromarray(np.uint8(random.integers(0, 256, (8, 10, 3)))).resize((width, height))
                draw = ImageDraw.Draw(image)
                for _ in range(25):
                    x, y, side = (int(random.integers(0, most)) for most in (width, height, width // 4))
                    draw.ellipse([x, y, x + side, y + side], fill=tuple(random.integers(0, 256, 3).tolist()))
                noise = random.integers(-6, 7, (height, width, 3))
                image = Image.fromarray(np.uint8(np.clip(np.array(image) + noise, 0, 255)))
                image.save(folder / f"{width}-{quality}-{thinner}.jpg", quality=quality, subsampling=thinner, progressive=thinner == 1)
                # Another image: of two that are nearly the same one has the other's hash.
                image.transpose(Image.Transpose.ROTATE_90).save(folder / f"{width}-{quality}-{thinner}.webp", quality=quality)
`;

/** How far the images of load.py are from those of own.npz, by the kind of file. */
export const APART = `
import json, pathlib, numpy as np, load
own = np.load("own.npz")
at = {bytes(hash): index for index, hash in enumerate(own["hashes"])}
apart = {".jpg": [], ".webp": []}
for file in pathlib.Path("jpegs").rglob("*.*"):
    hash, _, pixels = load.prepared([file.name], file.read_bytes())
    apart[file.suffix].append(np.abs(np.int16(pixels) - own["images"][at[bytes(hash)]]))
kinds = {kind: np.concatenate([each.ravel() for each in all]) for kind, all in apart.items()}
print(json.dumps({kind[1:]: [int(all.max()), float((all > 0).mean()), float((all > 1).mean())] for kind, all in kinds.items()}))
`;

/** The script's logits of the test images, and the numbers that it scales by. */
export const LOGITS = `
import importlib, sys, torch
from safetensors.torch import load_file
script = importlib.import_module("lenet5")
network = script.Network()
network.load_state_dict(load_file("weights.safetensors"))
network.eval()
(images, labels), test = script.read(sys.argv[1])
if script.MEAN is None:
    script.MEAN, script.DEVIATION = script.measure(images)
with torch.no_grad():
    network(script.scale(test[0])).numpy().tofile("logits.bin")
torch.cat([script.MEAN.flatten(), script.DEVIATION.flatten()]).numpy().tofile("scale.bin")
`;

/** Which layers the script takes from a file as they are there. */
export const STARTED = `
import importlib, sys
from safetensors.torch import load_file
script = importlib.import_module("lenet5")
network = script.Network()
script.start(network, sys.argv[1])
own, given = network.state_dict(), load_file(sys.argv[1])
taken = [name for name in given if own[name].shape == given[name].shape and bool((own[name] == given[name].float()).all())]
print("widened", sorted({name.split(".")[0] for name in taken}))
`;

/** A file as PyTorch's wrappers save LeNet-5 for MNIST: in 16 bits, with names of theirs. */
export const WRAPPED = `
import torch
from safetensors.torch import save_file
shapes = {"conv1": (6, 1, 5, 5), "conv2": (16, 6, 5, 5), "fc1": (120, 400), "fc2": (84, 120), "fc3": (10, 84)}
weights = {f"module.{name}.weight": torch.randn(shape) / 10 for name, shape in shapes.items()}
weights |= {f"module.{name}.bias": torch.zeros(shape[0]) for name, shape in shapes.items()}
save_file({name: tensor.bfloat16() for name, tensor in weights.items()}, "wrapped.safetensors")
`;
