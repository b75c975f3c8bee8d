"""What is left of a picture when it was made anew: only what it shows."""

import io
import subprocess
import sys

import pytest
from PIL import Image, ImageFile
from PIL.JpegImagePlugin import JpegImageFile

from tests.tickets.corpus import (
    BLUE,
    BROKEN,
    RED,
    REFUSED,
    TAKEN,
    TOO_MANY_PIXELS,
    exif_of_a_phone,
    saved,
    two_coloured,
)
from tickets import photos, pictures


def made_of(content: bytes, edge: int = photos.EDGE) -> Image.Image:
    (made,) = pictures.make_anew(io.BytesIO(content), [edge])
    image = Image.open(io.BytesIO(made.data))
    assert (made.width, made.height) == image.size
    return image


def close_to(pixel, colour) -> bool:
    return all(abs(a - b) < 30 for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("name", TAKEN)
def test_the_new_picture_is_a_jpeg_with_nothing_but_pixels(name):
    (made,) = pictures.make_anew(io.BytesIO(TAKEN[name]), [photos.EDGE])
    image = Image.open(io.BytesIO(made.data))
    assert (image.format, image.mode) == ("JPEG", "RGB")
    assert max(image.size) <= photos.EDGE
    assert set(image.info) == {
        "jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive", "progression",
    }  # fmt: skip
    assert not image.getexif()
    # Nothing is hidden before, in or behind it.
    assert b"Secret" not in made.data
    assert made.data.endswith(b"\xff\xd9")
    assert isinstance(image, JpegImageFile)
    assert {kind for kind, _data in image.applist} == {"APP0"}


def test_a_photo_taken_on_its_side_is_turned_upright():
    image = made_of(TAKEN["phone.jpg"])
    assert image.size == (200, 300)
    # What lay left is on top.
    assert close_to(image.getpixel((100, 20)), RED)
    assert close_to(image.getpixel((100, 280)), BLUE)


@pytest.mark.parametrize(("form", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("WEBP", "RGB")])
def test_other_formats_are_turned_upright_too(form, mode):
    image = made_of(saved(two_coloured(mode=mode), form, exif=exif_of_a_phone(8)))
    assert image.size == (200, 300)
    assert close_to(image.getpixel((100, 20)), BLUE)


def test_what_is_transparent_becomes_white():
    clear = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    clear.paste((*BLUE, 255), (0, 0, 20, 40))
    image = made_of(saved(clear, "PNG"))
    assert close_to(image.getpixel((5, 20)), BLUE)
    assert close_to(image.getpixel((35, 20)), (255, 255, 255))
    palette = saved(clear.convert("P"), "PNG", transparency=clear.convert("P").getpixel((35, 20)))
    assert close_to(made_of(palette).getpixel((35, 20)), (255, 255, 255))


def test_sixteen_bits_keep_their_brightness():
    assert close_to(made_of(TAKEN["sixteen.png"]).getpixel((5, 5)), (156, 156, 156))


def test_a_large_photo_is_made_smaller_and_keeps_its_shape():
    large = saved(two_coloured((6000, 3000)), "JPEG")
    assert made_of(large).size == (2048, 1024)
    assert made_of(large, 320).size == (320, 160)
    assert made_of(TAKEN["long.png"]).size == (2048, 1)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF data:UserWarning")
def test_broken_metadata_does_not_break_the_photo():
    broken = saved(two_coloured(), "JPEG", exif=b"Exif\x00\x00MM\x00*\x00\x00\xff\xff")
    assert made_of(broken).size == (300, 200)


@pytest.mark.parametrize("name", [*REFUSED, *BROKEN])
def test_what_cannot_be_decoded_whole_is_no_picture(name, monkeypatch):
    # As the maker of PDFs leaves it behind.
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(pictures.NotAPicture):
        pictures.make_anew(io.BytesIO({**REFUSED, **BROKEN}[name]), [photos.EDGE])


@pytest.mark.parametrize("name", TOO_MANY_PIXELS)
def test_a_bomb_is_not_decoded_in_the_task_either(name):
    with pytest.raises(pictures.TooManyPixels):
        pictures.make_anew(io.BytesIO(TOO_MANY_PIXELS[name]), [photos.EDGE])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("form", "mode", "size"),
    [
        ("JPEG", "RGB", (7900, 5000)),
        ("PNG", "RGBA", (7900, 5000)),
        ("PNG", "P", (7900, 5000)),
        ("WEBP", "RGBA", (5000, 4000)),
    ],
)
def test_the_largest_picture_needs_less_than_half_a_gigabyte(tmp_path, form, mode, size):
    image = Image.radial_gradient("L").resize(size).convert(mode)
    image.save(tmp_path / "large", form, **({"method": 0} if form == "WEBP" else {}))
    # The peak of a fresh process: rusage would count what the tests used before it was made.
    program = (
        "import sys; from tickets import pictures;"
        "pictures.make_anew(open(sys.argv[1], 'rb'), [2048, 320]);"
        "peak = next(line for line in open('/proc/self/status') if line.startswith('VmHWM'));"
        "print(int(peak.split()[1]) // 1024)"
    )
    command = [sys.executable, "-c", program, str(tmp_path / "large")]
    run = subprocess.run(command, capture_output=True, check=True, text=True, timeout=240)
    assert int(run.stdout) < 512
