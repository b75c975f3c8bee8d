"""Past messages sent again: placed, moved to the present, sent, handled; and `manage.py climb`."""

import csv
from collections import Counter
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from grids.locate import locate
from people.models import User
from tests.land import MILL, TINY, WILLOW_BRIDGE
from tests.tickets.archive import HEADER, INVENTED, NOW, written
from tickets.models import DueStep, Ticket, TicketEvent
from tickets.simulation.messages import ZONE, read
from tickets.simulation.replaying import twins
from tickets.simulation.spreading import Spread, shift

# --- When and where -------------------------------------------------------------------------------


def test_times_move_by_whole_weeks_so_that_the_last_is_the_present():
    last, now = datetime(2020, 1, 25, 9, 7, tzinfo=ZONE), datetime(2026, 11, 24, 8, tzinfo=ZONE)
    moved = last + shift(last, now)

    assert (moved.weekday(), moved.hour, moved.minute) == (last.weekday(), 9, 7)
    assert timedelta() <= now - moved < timedelta(weeks=1)


def test_messages_without_a_place_are_spread_by_population(tiny):
    spread = Spread.over_the_district()
    drawn = Counter(spread.village(f"1:{n}").code for n in range(2000))

    # 4,500 people of 10,000 live in Willow Bridge, 1,000 in Mill Village.
    assert 800 < drawn[WILLOW_BRIDGE] < 1000
    assert 140 < drawn[MILL] < 260


def test_a_place_is_the_same_for_the_same_seed_and_lies_in_the_village(tiny):
    spread = Spread.over_the_district()
    for seed in ("1:7001", "1:7004", "2:7001"):
        lat, lng = spread.point(seed)

        assert spread.point(seed) == (lat, lng)
        assert locate(lat=lat, lng=lng).village.code == spread.village(seed).code
    assert spread.point("1:7001") != spread.point("2:7001")


def test_villages_without_populations_are_all_alike():
    villages = [SimpleNamespace(code=str(n), population=0) for n in range(4)]

    drawn = Counter(Spread(villages).village(str(n)).code for n in range(400))
    assert all(60 < drawn[str(n)] < 140 for n in range(4))


def test_messages_about_the_same_thing_are_found(tmp_path):
    rows = [
        "1,丽发小区门口的井盖不见了,请来看看,2021/3/1 10:00",
        "2,老街路灯不亮,请来看看,2021/3/1 11:00",
        "3,丽发小区门口井盖不见了,很危险,2021/3/2 10:00",
        "4,丽发小区门口的井盖不见了,又来反映,2021/6/2 10:00",
    ]
    sent, _rejects, _columns = read(written(tmp_path / "m.csv", HEADER + "\n".join(rows)))

    assert {number: first.number for number, first in twins(sent).items()} == {"3": "1"}


# --- Sending --------------------------------------------------------------------------------------


def replayed(path: Path, **options) -> str:
    out = StringIO()
    call_command("replay", path, **{"pack": TINY, "stdout": out, "at": NOW.isoformat()} | options)
    return out.getvalue()


def some(tmp_path: Path, count: int) -> Path:
    lines = INVENTED.read_text(encoding="utf-8").splitlines()
    return written(tmp_path / "some.csv", "\n".join(lines[: count + 1]))


def test_every_message_is_sent_and_handled_in_the_order_of_time(district, tmp_path):
    replayed(some(tmp_path, 12))
    tickets = Ticket.objects.all()

    assert tickets.count() == 12
    assert all(t.is_demonstration and t.channel == "replay" for t in tickets)
    assert all(t.reported_at <= NOW for t in tickets)
    assert NOW - max(t.reported_at for t in tickets) < timedelta(weeks=1)
    assert tickets.filter(state="closed").count() >= 2
    assert TicketEvent.objects.filter(by__isnull=False).count() >= 25
    for ticket in tickets:
        times = list(ticket.events.order_by("pk").values_list("at", flat=True))
        assert times == sorted(times)
        assert times[-1] <= NOW
    overdue = DueStep.objects.filter(done_at=None, void_at=None, due_at__lte=NOW)
    assert overdue.count() == 0


def test_the_same_file_again_adds_nothing(district, tmp_path):
    path = some(tmp_path, 8)
    replayed(path)
    events = TicketEvent.objects.count()
    replayed(path)

    assert (Ticket.objects.count(), TicketEvent.objects.count()) == (8, events)


def test_without_handling_they_wait(district, tmp_path):
    replayed(some(tmp_path, 6), no_handling=True)

    assert set(Ticket.objects.values_list("state", flat=True)) <= {"submitted", "dispatched"}
    assert not TicketEvent.objects.filter(by__isnull=False).exists()


def test_only_the_days_asked_for_are_sent(district, tmp_path):
    sent = read(INVENTED)[0]
    days = {message.sent_at.date() for message in sent}
    wanted = sum(message.sent_at.date() == min(days) for message in sent)
    replayed(INVENTED, since=min(days), until=min(days), no_handling=True)

    assert Ticket.objects.count() == wanted


def test_where_nobody_is_on_post_invented_people_step_in(tiny, tmp_path):
    said = replayed(some(tmp_path, 2))

    assert User.objects.filter(is_demonstration=True).exists()
    assert not any(user.has_usable_password() for user in User.objects.all())
    assert str(User.objects.count()) in said


def test_rows_with_a_place_or_type_of_their_own(district, tmp_path):
    rows = (
        "number,text,time,lat,lng,area,type,contact\n"
        "1,井盖,2021/3/1 10:00,25.02,110.11,,,王五 13800138000\n"
        f"2,井盖,2021/3/1 10:01,,,{MILL},0104,\n"
        "3,井盖,2021/3/1 10:02,30.00,110.11,,,\n"
        "4,井盖,2021/3/1 10:03,110.11,25.02,,,\n"
        "5,井盖,2021/3/1 10:04,,,990101999999,,\n"
        "6,井盖,2021/3/1 10:05,,,,9999,\n"
    )
    path = written(tmp_path / "m.csv", rows)
    replayed(path, no_handling=True)
    tickets = Ticket.objects.order_by("pk")
    with (tmp_path / "m.csv.rejects.csv").open(encoding="utf-8-sig") as file:
        rejected = {row["number"]: row["reason"] for row in csv.DictReader(file)}

    assert [(t.area_code, t.exact) for t in tickets] == [("990101001001001", True), (MILL, False)]
    assert tickets[1].event_type.code == "0104"
    # A name is kept; nobody is called about an old message.
    assert (tickets[0].contact.name, tickets[0].contact.phone) == ("王五", "")
    assert list(rejected) == ["3", "4", "5", "6"]
    assert all(rejected.values())


def test_a_read_only_archive_gets_its_rejects_elsewhere(district, tmp_path, settings):
    archive, elsewhere = tmp_path / "archive", tmp_path / "data"
    archive.mkdir()
    elsewhere.mkdir()
    settings.DATA_DIR = elsewhere
    path = written(archive / "m.csv", HEADER + "1,,,2021/3/1 10:00\n")
    # In place of a directory that cannot be written: the name is taken by a directory.
    (archive / "m.csv.rejects.csv.part").mkdir()
    replayed(path, no_handling=True)

    assert (elsewhere / "m.csv.rejects.csv").exists()


def test_real_people_do_not_get_old_messages(tiny, tmp_path, settings):
    settings.PRODUCTION = True
    with pytest.raises(CommandError):
        replayed(some(tmp_path, 1))

    assert Ticket.objects.count() == 0


def test_before_a_pack_is_loaded_it_says_what_to_do(db, tmp_path):
    with pytest.raises(CommandError):
        replayed(some(tmp_path, 1))


def test_sent_as_they_come_in_now(district, tmp_path):
    started = timezone.now()
    replayed(some(tmp_path, 3), per_minute=6000, no_handling=True)

    assert all(started <= t.reported_at <= timezone.now() for t in Ticket.objects.all())
    assert Ticket.objects.count() == 3


# --- manage.py climb ------------------------------------------------------------------------------


def test_climb_does_what_is_due_by_the_time_given(district, tmp_path):
    replayed(some(tmp_path, 5), no_handling=True)
    out = StringIO()
    call_command("climb", at="2020-01-01T00:00", stdout=out)
    before = TicketEvent.objects.filter(kind="reminded").count()
    call_command("climb", stdout=out)

    assert before == 0
    assert TicketEvent.objects.filter(kind="reminded").exists()


def test_climb_needs_a_time_it_can_read(db):
    with pytest.raises(CommandError):
        call_command("climb", at="at noon")
