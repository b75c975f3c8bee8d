"""No room for files, as the system itself says it: a sentence, and no row without its file."""

import gc
import logging
import resource
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from random import Random

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.tickets import two_towns
from tests.tickets.public.residents import RUBBISH, browser, errors_on, filled, text_of
from tickets.models import Photo, Ticket

pytestmark = [
    pytest.mark.django_db,
    # There the database is a file too: that one is full as well, which is another matter.
    pytest.mark.skipif(not settings.REDIS_URL, reason="needs a database outside of this process"),
]
ROOM = 256 * 1024  # bytes that a file of this process may have


@pytest.fixture(autouse=True)
def _half_written_files_are_swept_up() -> Iterator[None]:
    """Django leaves them to whoever sweeps up: here it is done, whenever it happens by itself."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        yield
        gc.collect()


@contextmanager
def no_room() -> Iterator[None]:
    """While it lasts, the system writes no file of this process beyond ROOM."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def picture(size: tuple[int, int]) -> SimpleUploadedFile:
    """Return a photo of noise: hardly smaller than its pixels."""
    content = BytesIO()
    noise = Random(7).randbytes(size[0] * size[1] * 3)
    Image.frombytes("RGB", size, noise).save(content, "JPEG", quality=95)
    return SimpleUploadedFile("noise.jpg", content.getvalue(), "image/jpeg")


@pytest.fixture
def media(settings, tmp_path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    two_towns.settle()
    return tmp_path


def files(media: Path) -> list[Path]:
    return [path for path in media.rglob("*") if path.is_file()]


def test_a_photo_without_room_is_refused_in_a_sentence_and_the_words_are_kept(media):
    photo = picture((600, 500))
    assert ROOM < photo.size < settings.FILE_UPLOAD_MAX_MEMORY_SIZE

    with no_room():
        answer = browser().post("/report/", filled(photos=[photo]))

    assert any("Photos cannot be stored at the moment." in line for line in errors_on(answer))
    assert RUBBISH in text_of(answer)
    assert (Ticket.objects.count(), Photo.objects.count(), files(media)) == (0, 0, [])


def test_the_report_is_taken_without_its_photo(media):
    with no_room():
        answer = browser().post("/report/", filled())

    assert answer.status_code == 302
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("path", ["/report/", "/api/v1/reports/"])
def test_an_upload_too_large_for_memory_is_told_that_the_disk_is_full(media, path):
    photo = picture((2000, 1500))
    assert photo.size > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    visitor = Client(raise_request_exception=False, headers={"accept-language": "en"})

    # A line of the log would keep the request, and with it the half-written file.
    logging.disable(logging.ERROR)
    try:
        with no_room():
            answer = visitor.post(path, filled(photos=[photo]))
    finally:
        logging.disable(logging.NOTSET)

    assert answer.status_code == 507
    assert "nothing was stored" in answer.content.decode()
    assert (Ticket.objects.count(), Photo.objects.count(), files(media)) == (0, 0, [])
    assert answer["Content-Type"].startswith("application/json" if "/api/" in path else "text/html")
