"""Photos come in: what is taken, what is refused, and with which words."""

import errno
import hashlib
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils import translation
from PIL import Image, ImageFile

from tests.tickets.corpus import (
    JPEG,
    REFUSED,
    TAKEN,
    TOO_MANY_PIXELS,
    files_below,
    saved,
    upload,
)
from tickets import photos

pytestmark = pytest.mark.usefixtures("media")


@pytest.mark.parametrize("name", TAKEN)
def test_a_picture_is_taken_in_and_waits_as_it_was_sent(name, media):
    (received,) = photos.receive([upload(name, TAKEN[name])])
    assert received.sha256 == hashlib.sha256(TAKEN[name]).hexdigest()
    assert received.size == len(TAKEN[name])
    assert files_below(media) == [received.path]
    assert (media / received.path).read_bytes() == TAKEN[name]
    assert received.path.startswith("inbox/")
    assert Path(name).stem not in received.path


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_not_a_picture_is_refused_by_its_name(name, media):
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload("fine.jpg", JPEG), upload(name, REFUSED[name])])
    assert str(refused.value) == (
        f"“{name}” is not a photo in JPEG, PNG or WebP format. Choose another."
        if REFUSED[name]
        else f"“{name}” is empty. Choose the photo again."
    )
    assert files_below(media) == []


@pytest.mark.parametrize("name", TOO_MANY_PIXELS)
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(name, media, monkeypatch):
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: pytest.fail("it is decoded"))
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload(name, TOO_MANY_PIXELS[name])])
    assert str(refused.value) == (f"“{name}” has more than 40 million pixels. Send a smaller one.")
    assert files_below(media) == []


def test_a_webp_picture_may_have_half_as_many_pixels(media):
    large = saved(Image.new("RGB", (5001, 4000)), "WEBP")
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload("large.webp", large)])
    assert str(refused.value) == (
        "“large.webp” has more than 20 million pixels. Send a smaller one."
    )


def test_eight_photos_are_taken_and_nine_are_not(media):
    assert len(photos.receive([upload(f"{n}.jpg", JPEG) for n in range(8)])) == 8
    with translation.override("en"), pytest.raises(photos.BadPhotos) as refused:
        photos.receive([upload(f"{n}.jpg", JPEG) for n in range(9)])
    assert str(refused.value) == "At most 8 photos can be sent; you chose 9."
    assert len(files_below(media)) == 8


def test_ten_megabytes_are_taken_and_eleven_are_not(media):
    def padded(size: int) -> TemporaryUploadedFile:
        file = TemporaryUploadedFile("large.jpg", "image/jpeg", size, None)
        file.write(JPEG + bytes(size - len(JPEG)))
        file.seek(0)
        return file

    with padded(10 * 1024 * 1024) as allowed:
        (received,) = photos.receive([allowed])
    assert received.size == 10 * 1024 * 1024
    with (
        padded(11 * 1024 * 1024) as too_large,
        translation.override("en"),
        pytest.raises(photos.BadPhotos) as refused,
    ):
        photos.receive([too_large])
    assert str(refused.value) == "“large.jpg” is larger than 10 MB. Send a smaller one."
    assert files_below(media) == [received.path]


def test_what_no_report_names_can_be_thrown_away(media):
    received = photos.receive([upload("a.jpg", JPEG), upload("b.jpg", JPEG)])
    photos.discard(received)
    photos.discard(received)
    assert files_below(media) == []


class FullDisk(SimpleUploadedFile):
    """A file whose copying finds no room left."""

    def chunks(self, chunk_size=None):
        yield JPEG[:10]
        raise OSError(errno.ENOSPC, "No space left on device")


def test_a_full_disk_is_said_in_a_sentence_and_leaves_nothing_behind(media):
    with translation.override("en"), pytest.raises(photos.CannotKeep) as refused:
        photos.receive([upload("a.jpg", JPEG), FullDisk("b.jpg", JPEG)])
    assert str(refused.value) == (
        "Photos cannot be stored at the moment. Send the report without them, or try again later."
    )
    assert files_below(media) == []


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(media):
    media.parent.mkdir(exist_ok=True)
    media.write_text("a file where the folder should be")
    with pytest.raises(photos.CannotKeep):
        photos.receive([upload("a.jpg", JPEG)])
