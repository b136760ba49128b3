"""Writes formats/: images in every form that is read, and what Pillow makes of each, as <name>.expected.png; and browser-formats/: some that
only browsers read.

    pip install pillow==13.0.0
    python formats.py

Forms that Pillow does not write, interlaced PNG and YCCK JPEG, are put together here.
"""

import struct
import zlib
from pathlib import Path

from PIL import Image, ImageOps

OUT = Path(__file__).parent / "formats"
BROWSERS = Path(__file__).parent / "browser-formats"
WIDTH, HEIGHT = 21, 13


def picture(channels=3, shift=0):
    """Smooth, so that JPEG keeps it, and unlike itself in any mirror."""
    def pixel(x, y):
        return (10 * x + 20 + shift, 15 * y + 30, 255 - 6 * x - 6 * y, 255 - 20 * min(y, 12))[:channels]
    image = Image.new({3: "RGB", 4: "RGBA"}[channels], (WIDTH, HEIGHT))
    image.putdata([pixel(x, y) for y in range(HEIGHT) for x in range(WIDTH)])
    return image


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def interlaced_png(image):
    """Adam7: seven passes, each a picture of its own."""
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    lines = b""
    for left, top, right, down in passes:
        for y in range(top, HEIGHT, down):
            row = b"".join(bytes(image.getpixel((x, y))) for x in range(left, WIDTH, right))
            lines += b"\0" + row if row else b""
    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 8, 2, 0, 0, 1)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(lines)) + chunk(b"IEND", b"")


def ycck_jpeg(cmyk, path):
    """The components of YCCK saved as if they were those of CMYK, and Adobe's marker changed to say what they are."""
    c, m, y, k = cmyk.split()
    ycc = Image.merge("RGB", [ImageOps.invert(band) for band in (c, m, y)]).convert("YCbCr")
    bands = [ImageOps.invert(band) for band in (*ycc.split(), ImageOps.invert(k))]
    Image.merge("CMYK", bands).save(path, quality=98, subsampling=0)
    data = path.read_bytes()
    adobe = data.index(b"Adobe")
    path.write_bytes(data[: adobe + 11] + b"\x02" + data[adobe + 12 :])


def on_white(image):
    image = ImageOps.exif_transpose(image)
    if "A" in image.getbands() or "transparency" in image.info:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, (255, 255, 255, 255))
        image = Image.alpha_composite(white, image)
    return image.convert("RGB")


def main():
    OUT.mkdir(exist_ok=True)
    rgb, rgba = picture(), picture(4)
    palette = rgb.quantize(16)
    palette.save(OUT / "palette.gif")
    clear = palette.copy()
    clear.save(OUT / "transparent.gif", transparency=3, interlace=1)
    frames = [picture(shift=shift).quantize(32) for shift in (0, 7)]
    frames[0].save(OUT / "animated.gif", save_all=True, append_images=frames[1:])
    rgb.save(OUT / "24-bits.bmp")
    palette.save(OUT / "palette.bmp")
    rgb.convert("1").save(OUT / "1-bit.bmp")
    rgb.save(OUT / "animated.webp", save_all=True, append_images=[picture(shift=7)], lossless=True)
    rgba.save(OUT / "transparent.webp", lossless=True, exact=True)
    (OUT / "interlaced.png").write_bytes(interlaced_png(rgb))
    palette.save(OUT / "palette.png", transparency=bytes(range(255, 95, -10)))
    rgba.save(OUT / "transparent.png")
    rgb.convert("L").save(OUT / "grey.png")
    rgb.convert("1").save(OUT / "1-bit.png")
    cmyk = rgb.convert("CMYK")
    black = Image.new("L", cmyk.size)
    black.putdata([5 * x for _ in range(HEIGHT) for x in range(WIDTH)])
    cmyk = Image.merge("CMYK", (*cmyk.split()[:3], black))
    cmyk.save(OUT / "cmyk.jpg", quality=98, subsampling=0)
    ycck_jpeg(cmyk, OUT / "ycck.jpg")
    rgb.convert("L").save(OUT / "grey.jpg", quality=98)
    rgb.save(OUT / "progressive.jpg", quality=98, subsampling=0, progressive=True)
    for orientation in range(1, 9):
        exif = Image.Exif()
        exif[0x0112] = orientation
        rgb.save(OUT / f"orientation-{orientation}.jpg", quality=98, subsampling=0, exif=exif)
        if orientation == 6:
            rgb.save(OUT / "orientation-6.png", exif=exif)
            rgb.save(OUT / "orientation-6.webp", lossless=True, exif=exif)
    for path in sorted(OUT.iterdir()):
        if not path.name.endswith(".expected.png"):
            image = Image.open(path)
            image.seek(0)
            on_white(image).save(OUT / f"{path.name}.expected.png")
    # Two classes of what browsers read and nothing here does.
    for name, shifts in (("light", (0, 40, 80)), ("dark", (-60, -100, -140))):
        folder = BROWSERS / name
        folder.mkdir(parents=True, exist_ok=True)
        for number, shift in enumerate(shifts):
            image = picture(4 if number == 2 else 3).point(lambda value, by=shift: value + by)
            image.resize((63, 39)).save(folder / f"{number}.avif", quality=90)


main()
