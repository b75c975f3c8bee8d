"""From an upload that waits to a photo that is ready: once, whatever goes wrong."""

import threading
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from PIL import Image

from tests.patience import PATIENCE
from tests.tickets import two_towns
from tests.tickets.corpus import (
    BROKEN,
    JPEG,
    NOW,
    files_below,
    from_a_phone,
    prepared,
    reported,
    saved,
    two_coloured,
    upload,
)
from tickets import photos, tasks
from tickets.models import Photo

pytestmark = pytest.mark.usefixtures("media")


@pytest.fixture
def district(db):
    two_towns.settle()


@pytest.mark.django_db(transaction=True)
def test_a_waiting_photo_becomes_ready_and_its_upload_is_deleted(media):
    two_towns.settle()
    photo = prepared(reported(from_a_phone()))
    assert (photo.state, photo.upload, photo.width, photo.height) == ("ready", "", 200, 300)
    small = photo.file.replace(".jpg", ".small.jpg")
    assert files_below(media) == sorted([photo.file, small])
    with photos.open_ready(photo) as file:
        assert Image.open(file).size == (200, 300)
    # A second run, of a message that came twice, changes nothing.
    again = prepared(photo)
    assert (again.file, again.attempts) == (photo.file, 1)
    assert files_below(media) == sorted([photo.file, small])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("name", BROKEN)
def test_a_photo_that_is_none_is_refused_and_deleted(name, media):
    two_towns.settle()
    photo = prepared(reported(BROKEN[name]))
    assert (photo.state, photo.upload, photo.file) == ("refused", "", "")
    assert files_below(media) == []
    with pytest.raises(FileNotFoundError):
        photos.open_ready(photo)


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_make_one_photo(media):
    two_towns.settle()
    photo = reported(saved(two_coloured((3000, 2000)), "JPEG"))
    together = threading.Barrier(2)
    failures = []

    def work():
        try:
            together.wait(PATIENCE)
            photos.prepare(photo_id=photo.pk)
        except Exception as failure:  # told below, in the test's own thread
            failures.append(failure)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert failures == []
    photo.refresh_from_db()
    assert photo.state == "ready"
    assert len(files_below(media)) == 2


@pytest.mark.django_db
def test_a_photo_whose_upload_is_gone_waits_and_is_given_up_in_the_end(district, media):
    photo = reported()
    (media / photo.upload).unlink()
    for _ in range(photos.MOST_ATTEMPTS):
        assert prepared(photo).state == "waiting"
    assert prepared(photo).state == "refused"


@pytest.mark.django_db
def test_a_photo_that_kills_its_worker_is_given_up_in_the_end(district):
    photo = reported(attempts=photos.MOST_ATTEMPTS)
    assert prepared(photo).state == "refused"


@pytest.mark.django_db
def test_a_full_disk_does_not_cost_the_photo(district, media):
    photo = reported()
    (media / "photos").write_text("a file where the folder should be")
    with pytest.raises(photos.CannotKeep):
        photos.prepare(photo_id=photo.pk)
    photo.refresh_from_db()
    assert (photo.state, photo.attempts) == ("waiting", 0)
    tasks.prepare_waiting_photos()
    (media / "photos").unlink()
    assert prepared(photo).state == "ready"


@pytest.mark.django_db
def test_an_unknown_photo_is_nobodys_work(district):
    photos.prepare(photo_id=uuid4())


@pytest.mark.django_db
def test_the_sweep_prepares_what_a_lost_task_left_and_one_bad_row_does_not_stop_it(
    district, media, django_assert_num_queries
):
    bad, good, broken = reported(), reported(), reported(BROKEN["half.png"])
    # An upload that cannot even be read as a file.
    (media / bad.upload).unlink()
    (media / bad.upload).mkdir()
    tasks.prepare_waiting_photos()
    states = dict(Photo.objects.values_list("pk", "state"))
    assert states == {bad.pk: "waiting", good.pk: "ready", broken.pk: "refused"}


@pytest.mark.django_db
def test_a_photo_on_its_way_through_the_queue_is_left_to_its_task(district):
    photo = reported()
    assert photos.waiting(before=NOW) == []
    assert photos.waiting(before=NOW + timedelta(seconds=1)) == [photo.pk]


@pytest.mark.django_db(transaction=True)
def test_files_that_no_row_names_are_deleted_after_a_day(media):
    two_towns.settle()
    ready, waiting = prepared(reported()), reported()
    photos.receive([upload("forgotten.jpg", JPEG)])
    (media / "photos/ab").mkdir(exist_ok=True)
    (media / "photos/ab/left.jpg").write_bytes(JPEG)
    (media / "photos/ab/left.small.jpg").write_bytes(JPEG)
    kept = sorted([waiting.upload, ready.file, ready.file.replace(".jpg", ".small.jpg")])
    assert len(files_below(media)) == 6
    now = datetime.now(UTC)
    assert photos.sweep_orphans(at=now + timedelta(hours=23)) == 0
    assert photos.sweep_orphans(at=now + timedelta(hours=25)) == 3
    assert files_below(media) == kept
