"""Pictures as bytes: proven to be pictures, and made anew without anything but what they show.

Only Pillow; no rows, no folders. Limits are trust.md 3.6's.
"""

import struct
import warnings
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from PIL import Image, ImageFile, ImageOps

FORMATS = ("JPEG", "PNG", "WEBP")
# WebP is decoded on several canvases at once: half as many pixels keep a worker below 512 MB.
MOST_PIXELS, MOST_PIXELS_WEBP = 40_000_000, 20_000_000
QUALITY = 82
_BAND = 256  # rows

# Pillow's own guard, as its manual advises: what claims more pixels is refused before decoding.
Image.MAX_IMAGE_PIXELS = MOST_PIXELS
warnings.simplefilter("error", Image.DecompressionBombWarning)

# What Pillow raises for files that are broken or pretend; each kind of file breaks in its own way.
_BROKEN = (
    OSError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    EOFError,
    MemoryError,
    struct.error,
    zlib.error,
)


class NotAPicture(Exception):
    """The bytes are not a JPEG, PNG or WebP picture, or a broken one."""


class TooManyPixels(NotAPicture):
    """The picture has, or says that it has, more pixels than its format may have (`most`)."""

    def __init__(self, most: int) -> None:
        super().__init__(f"more than {most:,} pixels")
        self.most = most


@dataclass(frozen=True)
class Made:
    """A picture made anew: JPEG bytes, and its size in pixels."""

    data: bytes
    width: int
    height: int


def measure(source: IO[bytes]) -> tuple[int, int]:
    """Return width and height in pixels, from the header alone.

    :raises NotAPicture: if the content, whatever its name, is not a picture we take
    :raises TooManyPixels: if it would be too big to decode
    """
    with _opened(source) as image:
        return image.size


def make_anew(source: IO[bytes], edges: Sequence[int]) -> list[Made]:
    """Return the picture once for each edge, no longer than that on either side.

    Upright, RGB, transparency on white, progressive JPEG; without any metadata: what a camera
    wrote about place, time and device is not in it, nor is what somebody hid behind it.

    :raises NotAPicture: if it cannot be decoded whole
    :raises TooManyPixels: if it would be too big to decode
    """
    # What makes PDFs lets Pillow fill up half a picture with grey, for the whole process.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with _opened(source) as image:
        try:
            # A JPEG can be decoded small at once: a quarter of the time and memory.
            image.draft(None, (max(edges), max(edges)))
            image.load()
            bare = _upright(_reduced(image, max(edges)))
            return [_encoded(bare, edge) for edge in edges]
        except _BROKEN as error:
            raise _named(error) from error


def _opened(source: IO[bytes]) -> Image.Image:
    source.seek(0)
    try:
        image = Image.open(source, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels(MOST_PIXELS) from error
    except _BROKEN as error:
        raise _named(error) from error
    most = MOST_PIXELS_WEBP if image.format == "WEBP" else MOST_PIXELS
    if image.width * image.height > most:
        raise TooManyPixels(most)
    return image


def _named(error: Exception) -> Exception:
    """Return what to raise: a failing disk is not the picture's fault."""
    if isinstance(error, OSError) and error.errno:
        return error
    return NotAPicture(str(error))


def _reduced(image: Image.Image, edge: int) -> Image.Image:
    if image.mode.startswith("I"):
        # 16 bits a pixel: keep the upper eight.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    elif image.has_transparency_data:
        image = _on_white(image)
    elif image.mode != "RGB":
        image = image.convert("RGB")
    image.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    return image


def _on_white(image: Image.Image) -> Image.Image:
    # In bands: a whole second copy with its transparency multiplied in would need the memory.
    canvas = Image.new("RGB", image.size, "white")
    canvas.info = dict(image.info)
    for top in range(0, image.height, _BAND):
        rows = (0, top, image.width, min(top + _BAND, image.height))
        band = image.crop(rows).convert("RGBA")
        canvas.paste(band, (0, top), mask=band.getchannel("A"))
    return canvas


def _upright(image: Image.Image) -> Image.Image:
    try:
        return ImageOps.exif_transpose(image)
    except _BROKEN:
        # The picture was decoded whole; its metadata is broken: it stays as it lies.
        return image


def _encoded(image: Image.Image, edge: int) -> Made:
    # A new image has no metadata; saving the old one would take its comment along.
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    bare.thumbnail((edge, edge), Image.Resampling.LANCZOS)
    out = BytesIO()
    bare.save(out, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return Made(out.getvalue(), bare.width, bare.height)
