"""Photos for tests: good ones, bad ones, and ones that pretend; and reports that carry them."""

import io
import os
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image, ImageCms, PngImagePlugin

from tests.tickets import two_towns
from tickets import lifecycle, photos
from tickets.models import Photo

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RED, BLUE = (200, 30, 30), (30, 30, 200)


@pytest.fixture
def media(settings, tmp_path) -> Path:
    """An empty folder for the files of this test."""
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def two_coloured(size=(300, 200), mode="RGB") -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def exif_of_a_phone(orientation: int) -> Image.Exif:
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Secretphone"
    exif.get_ifd(ExifTags.IFD.GPSInfo).update(
        {1: "N", 2: (29.0, 50.0, 24.0), 3: "E", 4: (106.0, 3.0, 10.8)}
    )
    return exif


def from_a_phone() -> bytes:
    """A JPEG that lies on its side, with place, device, profile and comment."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(
        two_coloured(), "JPEG", exif=exif_of_a_phone(6), icc_profile=profile,
        comment=b"Secretcomment", xmp=b"<x:xmpmeta>Secretxmp</x:xmpmeta>",
    )  # fmt: skip


def png_with_words() -> bytes:
    words = PngImagePlugin.PngInfo()
    words.add_text("Author", "Secretauthor")
    return saved(two_coloured(), "PNG", pnginfo=words, exif=exif_of_a_phone(1))


def png_header(width: int, height: int) -> bytes:
    """A PNG that says how large it is and has nothing in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + chunks


def bomb() -> bytes:
    """Fifty million real pixels, in a few kilobytes."""
    return saved(Image.new("1", (10_000, 5_000)), "PNG")


JPEG = saved(two_coloured(), "JPEG")
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
TAKEN = {
    "plain.jpg": JPEG,
    "phone.jpg": from_a_phone(),
    "grey.jpg": saved(two_coloured(mode="L"), "JPEG"),
    "print.jpg": saved(two_coloured(mode="CMYK"), "JPEG"),
    "words.png": png_with_words(),
    "alpha.png": saved(two_coloured(mode="RGBA"), "PNG"),
    "palette.png": saved(two_coloured(mode="P"), "PNG"),
    "bits.png": saved(Image.new("1", (30, 20)), "PNG"),
    "sixteen.png": saved(Image.new("I;16", (30, 20), 40_000), "PNG"),
    "modern.webp": saved(two_coloured(), "WEBP"),
    "moving.webp": saved(
        two_coloured(), "WEBP", save_all=True, append_images=[two_coloured().rotate(180)]
    ),
    "several.jpg": saved(two_coloured(), "MPO", save_all=True, append_images=[two_coloured()]),
    "one-pixel.png": saved(Image.new("RGB", (1, 1)), "PNG"),
    "long.png": saved(Image.new("RGB", (30_000, 3)), "PNG"),
    # A ZIP archive behind the picture, and a page inside its comment.
    "archive.jpg": JPEG + b"PK\x03\x04Secretzip" + b"PK\x05\x06" + bytes(18),
    "page.jpg": saved(two_coloured(), "JPEG", comment=b"<script>Secretscript</script>"),
    # The content decides, not the name.
    "really-a-jpeg.png": JPEG,
    "照片 1.jpg": JPEG,
}
REFUSED = {
    "empty.jpg": b"",
    "words.jpg": b"This is not a photo.",
    "nulls.jpg": bytes(1000),
    "drawing.svg": SVG,
    "drawing.jpg": SVG,
    "moving.gif": saved(two_coloured(), "GIF"),
    "moving.jpg": saved(two_coloured(), "GIF"),
    "old.bmp": saved(two_coloured(), "BMP"),
    "scan.tiff": saved(two_coloured(), "TIFF"),
    "icon.ico": saved(two_coloured((16, 16)), "ICO"),
    "script.eps": b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 1 1\n",
    "page.html": b"<html><script>alert(1)</script>",
    "document.pdf": b"%PDF-1.7\n",
    "archive.zip": b"PK\x03\x04" + bytes(100),
    "phone.heic": b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic" + bytes(100),
    "start-only.jpg": JPEG[:20],
    "start-only.png": png_header(10, 10)[:20],
    "no-size.png": png_header(0, 0),
    "start-only.webp": saved(two_coloured(), "WEBP")[:15],
    "half.webp": saved(two_coloured(), "WEBP")[:80],
}
TOO_MANY_PIXELS = {
    "bomb.png": bomb(),
    "claims-50-megapixels.png": png_header(10_000, 5_000),
    "claims-2-gigapixels.png": png_header(50_000, 50_000),
    "claims-everything.png": png_header(2**31 - 1, 2**31 - 1),
}
# Their header is a picture's; only decoding shows that there is none.
BROKEN = {
    "half.jpg": JPEG[: len(JPEG) // 2],
    "half.png": saved(two_coloured(), "PNG")[:200],
    "header-only.png": png_header(100, 100),
    "scrambled.png": saved(two_coloured(), "PNG")[:60] + os.urandom(300),
}


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def files_below(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def reported(content: bytes = JPEG, *, public: bool = True, **values) -> Photo:
    """A report with one photo, as lifecycle writes it."""
    lat, lng = two_towns.IN_REED
    ticket = lifecycle.report(
        key=uuid4(), words="井盖松动", at=NOW, lat=lat, lng=lng,
        photos=photos.receive([upload("photo.jpg", content)]),
    )  # fmt: skip
    photo = ticket.photos.get()
    if not public or values:
        Photo.objects.filter(pk=photo.pk).update(public=public, **values)
        photo.refresh_from_db()
    return photo


def prepared(photo: Photo) -> Photo:
    photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    return photo
