"""Between a report and its photo: a real worker, and what happens when none can be reached."""

import io
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from celery import current_app
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from tests.patience import until
from tests.tickets import two_towns
from tickets import lifecycle, photos
from tickets.models import Photo

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"


def report_with_photos(count: int) -> list[Photo]:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "JPEG")
    lat, lng = two_towns.IN_REED
    files = [SimpleUploadedFile(f"{n}.jpg", out.getvalue()) for n in range(count)]
    ticket = lifecycle.report(
        key=uuid4(), words="井盖松动", at=NOW, lat=lat, lng=lng, photos=photos.receive(files)
    )
    return list(ticket.photos.order_by("position"))


def test_a_worker_prepares_a_report_s_photos_by_itself(celery_embedded):
    two_towns.settle()
    report_with_photos(3)
    until(lambda: not Photo.objects.exclude(state="ready").exists())
    assert list(Photo.objects.values_list("state", flat=True)) == ["ready"] * 3


@pytest.mark.django_db(transaction=True)
def test_without_a_broker_the_report_stands_and_nobody_waits(caplog, dialled):
    two_towns.settle()
    before = current_app.conf.broker_url
    current_app.conf.broker_url = current_app.conf.broker_write_url = "redis://127.0.0.1:1/0"
    try:
        found = report_with_photos(8)
    finally:
        current_app.conf.broker_url = current_app.conf.broker_write_url = before
    assert [photo.state for photo in found] == ["waiting"] * 8
    # One try for all of them: the sweep prepares what it did not reach.
    assert dialled.count(("127.0.0.1", 1)) == 1
    assert "Error calling" in caplog.text
