"""What is kept no longer than promised."""

from datetime import timedelta

import pytest

from notices.models import Notice
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle
from tickets.models import Contact, EventWords, Photo, TicketEvent

pytestmark = pytest.mark.django_db
YEARS = timedelta(days=366)


def test_names_and_words_are_erased_after_five_years_and_the_history_stays(report):
    old = report(contact_phone="13812345678")
    lifecycle.withdraw(ticket_id=old.pk, at=WEDNESDAY, words="不用了")
    running = report(contact_phone="13812345678")
    Notice.objects.filter(reader=f"ticket:{old.pk}").update(state="failed")
    events = TicketEvent.objects.count()

    assert lifecycle.erase(at=WEDNESDAY + 4 * YEARS) == lifecycle.Erased(0, 0)
    assert lifecycle.erase(at=WEDNESDAY + 5 * YEARS) == lifecycle.Erased(1, 0)
    assert lifecycle.erase(at=WEDNESDAY + 5 * YEARS) == lifecycle.Erased(0, 0)

    old.text.refresh_from_db()
    assert (old.text.title, old.text.words) == ("", "")
    assert list(Contact.objects.values_list("ticket", flat=True)) == [running.pk]
    assert not EventWords.objects.filter(event__ticket=old).exists()
    assert TicketEvent.objects.count() == events
    addresses = Notice.objects.filter(channel="sms").values_list("reader", "address").distinct()
    assert dict(addresses) == {f"ticket:{old.pk}": "", f"ticket:{running.pk}": "13812345678"}


def test_photos_and_their_files_go_after_three(
    report, settings, tmp_path, django_capture_on_commit_callbacks
):
    settings.MEDIA_ROOT = tmp_path
    ticket = report()
    lifecycle.withdraw(ticket_id=ticket.pk, at=WEDNESDAY)
    (tmp_path / "photos").mkdir()
    (tmp_path / "photos" / "a.jpg").write_bytes(b"picture")
    Photo.objects.create(
        ticket=ticket, purpose="report", state="ready", file="photos/a.jpg",
        sent_sha256="0" * 64, added_at=WEDNESDAY,
    )  # fmt: skip

    with django_capture_on_commit_callbacks(execute=True):
        assert lifecycle.erase(at=WEDNESDAY + 3 * YEARS).photos == 1
    assert not Photo.objects.exists()
    assert not (tmp_path / "photos" / "a.jpg").exists()
