"""Bombs go off in a process apart: the photo is refused, its sender is told, the worker lives."""

import io
import logging
import os
import struct
from dataclasses import replace
from functools import cache

import pytest
from django.conf import settings
from PIL import Image

from tests.tickets import two_towns
from tests.tickets.corpus import BROKEN, JPEG, TAKEN, reported, saved
from tickets import darkroom, photos, pictures, tasks
from tickets.darkroom import Limits

pytestmark = pytest.mark.skipif(
    bool(settings.REDIS_URL), reason="decoders know no database: one lane is enough"
)
EDGES = (photos.EDGE, photos.SMALL_EDGE)
ROOMY = Limits()


def developed(content: bytes, tmp_path, limits: Limits = ROOMY) -> list[pictures.Made]:
    (tmp_path / "upload").write_bytes(content)
    with (tmp_path / "upload").open("rb") as upload:
        return darkroom.develop(upload, EDGES, limits)


@cache
def thousands_of_scans() -> bytes:
    """A progressive JPEG below ten megabytes that is drawn over and over for minutes."""
    plain = saved(Image.new("L", (6_000, 6_000), 128), "JPEG", progressive=True, quality=50)
    # The last scan (its head and its few bytes), again and again before the end.
    start, end = plain.rindex(b"\xff\xda"), plain.rindex(b"\xff\xd9")
    scan = plain[start:end]
    assert len(scan) < 20_000
    return plain[:end] + scan * (9_000_000 // len(scan)) + plain[end:]


def thirty_thousand_square() -> bytes:
    """Nine hundred million real pixels in less than a megabyte."""
    bomb = saved(Image.new("1", (30_000, 30_000)), "PNG", compress_level=1)
    assert len(bomb) < 1_000_000
    assert struct.unpack(">II", bomb[16:24]) == (30_000, 30_000)
    return bomb


@pytest.mark.parametrize("name", ["phone.jpg", "alpha.png", "modern.webp", "archive.jpg"])
def test_what_is_made_apart_is_what_would_be_made_here(name, tmp_path):
    assert developed(TAKEN[name], tmp_path) == pictures.make_anew(io.BytesIO(TAKEN[name]), EDGES)


def test_nine_hundred_million_pixels_are_refused_before_they_are_unpacked(tmp_path):
    with pytest.raises(pictures.TooManyPixels) as fault:
        developed(thirty_thousand_square(), tmp_path)
    assert fault.value.most == pictures.MOST_PIXELS


@pytest.mark.parametrize("name", BROKEN)
def test_what_is_broken_is_refused(name, tmp_path):
    with pytest.raises(pictures.NotAPicture):
        developed(BROKEN[name], tmp_path)


def test_a_picture_that_wants_too_much_memory_is_refused(tmp_path):
    large = saved(Image.new("RGBA", (5_000, 4_000)), "PNG", compress_level=1)
    with pytest.raises(pictures.NotAPicture):
        developed(large, tmp_path, replace(ROOMY, memory=100 * 1024**2))


def test_a_picture_that_is_drawn_for_minutes_is_ended(tmp_path):
    with pytest.raises(pictures.NotAPicture, match="ended with -"):
        developed(thousands_of_scans(), tmp_path, replace(ROOMY, processor=1))


def test_a_machine_that_does_not_come_to_it_is_not_the_picture_s_fault(tmp_path, monkeypatch):
    # A python that waits: the clock of whoever asked, and no other, ends it.
    slow = tmp_path / "slow"
    slow.write_text("#!/bin/sh\nexec sleep 600\n")
    slow.chmod(0o700)
    monkeypatch.setattr("tickets.darkroom.sys.executable", str(slow))
    with pytest.raises(darkroom.OutOfTime):
        developed(JPEG, tmp_path, replace(ROOMY, clock=1))


def test_no_key_of_the_platform_is_in_the_process_apart(tmp_path, monkeypatch):
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path}/seen\n")
    spy.chmod(0o700)
    monkeypatch.setenv("SECRET_KEY", "not for decoders")
    monkeypatch.setattr("tickets.darkroom.sys.executable", str(spy))
    with pytest.raises(ValueError, match="Expecting value"):
        developed(JPEG, tmp_path)
    assert "not for decoders" not in (tmp_path / "seen").read_text()


@pytest.mark.django_db
def test_a_bomb_costs_its_photo_and_nothing_else(media, monkeypatch, caplog):
    two_towns.settle()
    bomb, good = reported(thousands_of_scans()), reported()
    develop, file_of_the_bomb = darkroom.develop, bomb.upload

    def in_little_time(upload, edges):
        # The bomb alone: to begin takes a slow machine longer than this.
        hurried = str(upload.name).endswith(file_of_the_bomb)
        return develop(upload, edges, replace(ROOMY, processor=1) if hurried else ROOMY)

    monkeypatch.setattr(darkroom, "develop", in_little_time)
    before = os.getpid()

    tasks.prepare_waiting_photos()

    bomb.refresh_from_db()
    good.refresh_from_db()
    assert (bomb.state, good.state) == ("refused", "ready")
    assert os.getpid() == before
    assert not [line for line in caplog.records if line.levelno >= logging.ERROR]
    # Its sender is told, and the upload is gone.
    event = bomb.ticket.events.get(kind="photo")
    assert event.data == {"photo": str(bomb.pk), "refused": True}
    assert bomb.upload == ""


@pytest.mark.django_db
def test_a_photo_that_had_no_time_is_tried_again(media, monkeypatch):
    two_towns.settle()
    photo = reported()

    def late(*given):
        raise darkroom.OutOfTime

    with monkeypatch.context() as patch:
        patch.setattr(darkroom, "develop", late)
        photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.attempts) == ("waiting", 1)
    photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    assert photo.state == "ready"
