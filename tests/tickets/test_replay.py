"""Past messages sent again: read, placed, moved to the present, sent, handled."""

import csv
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from grids.locate import locate
from people.models import User
from tests.land import MILL, TINY, WILLOW_BRIDGE
from tickets.models import DueStep, Ticket, TicketEvent
from tickets.simulation import messages, staff
from tickets.simulation.character import Temper, draw
from tickets.simulation.course import Course
from tickets.simulation.desk import Desk
from tickets.simulation.messages import ZONE, BadFile, moment, read
from tickets.simulation.replaying import Replay, grouped, twins
from tickets.simulation.script import of_the_district
from tickets.simulation.spreading import Spread, shift

INVENTED = Path(__file__).parents[1] / "data" / "messages.csv"
HEADER = "number,title,text,sent_at\n"
# A Thursday afternoon with working days before it.
NOW = moment("2026-06-11T15:30")


def written(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def reasons(path: Path) -> list[tuple[int, str]]:
    return [(reject.line, reject.reason) for reject in read(path)[1]]


# --- Reading --------------------------------------------------------------------------------------


def test_all_invented_messages_can_be_read():
    sent, rejects, columns = read(INVENTED)

    assert (len(sent), rejects) == (200, [])
    assert columns == ["number", "user", "title", "time", "text"]
    assert sent == sorted(sent, key=lambda message: message.sent_at)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_files_come_in_many_shapes(tmp_path, encoding, separator):
    rows = ["time|text|title", "2019/8/19 11:48:23|路灯不亮|路灯"]
    text = "\r\n".join(rows).replace("|", separator)
    sent, rejects, _columns = read(written(tmp_path / "m.csv", text, encoding))

    assert rejects == []
    assert [(m.words, m.sent_at, m.number) for m in sent] == [
        ("路灯不亮", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE), "#2")
    ]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2019/8/19 11:48:23", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE)),
        ("2019/8/9 1:02", datetime(2019, 8, 9, 1, 2, tzinfo=ZONE)),
        ("2019-08-19 11:48:23", datetime(2019, 8, 19, 11, 48, 23, tzinfo=ZONE)),
        ("2019-08-19T03:48:23Z", datetime(2019, 8, 19, 3, 48, 23, tzinfo=UTC)),
        ("2019年8月19日11时48分", datetime(2019, 8, 19, 11, 48, tzinfo=ZONE)),
        ("2019-08-19", datetime(2019, 8, 19, tzinfo=ZONE)),
    ],
)
def test_times_come_in_many_shapes(text, meant):
    assert moment(text) == meant


@pytest.mark.parametrize("text", ["", "soon", "2019/13/1 1:00:00", "2019/2/30 1:00", "19/8/2019"])
def test_what_is_no_time_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        moment(text)


def test_each_bad_row_is_told_with_its_line_and_reason(tmp_path, settings):
    settings.LANGUAGE_CODE = "en"
    path = written(
        tmp_path / "m.csv",
        "number,title,text,time,lat,lng\n"
        "1,,井盖不见了,2021/3/1 10:00:00,,\n"
        "2,,,2021/3/1 10:00:00,,\n"
        '3,,"两行\n的话",yesterday,,\n'
        "1,,又来了,2021/3/1 10:00:00,,\n"
        "5,,只有纬度,2021/3/1 10:00:00,25.02,\n"
        "6,,北纬,2021/3/1 10:00:00,north,110.1\n"
        "7,,很久以前,1066/3/1 10:00:00,,\n",
    )

    assert reasons(path) == [
        (3, "It has no text."),
        (4, "“yesterday” is not a time."),
        (6, "The number 1 stands in line 2 already."),
        (7, "Of latitude and longitude only one is given."),
        (8, "“north” is not a number of degrees."),
        (9, "The year 1066 cannot be right."),
    ]


def test_a_text_too_long_and_a_null_byte(tmp_path):
    path = written(
        tmp_path / "m.csv",
        HEADER + f"1,,{'长' * 20_001},2021/3/1 10:00\n2,,有\x00一个空字节,2021/3/1 10:00\n",
    )

    sent, rejects, _columns = read(path)

    assert [message.words for message in sent] == ["有一个空字节"]
    assert [reject.line for reject in rejects] == [2]


@pytest.mark.parametrize(
    "content",
    [b"title,body\n1,2\n", b"", b"\xff\xff\xff\xff", b"\xff\xfe" + "text".encode("utf-16-le")],
)
def test_a_file_that_is_no_table_of_messages_is_refused_whole(tmp_path, content):
    path = tmp_path / "m.csv"
    path.write_bytes(content)

    with pytest.raises(BadFile):
        read(path)


def test_a_missing_file_is_refused(tmp_path):
    with pytest.raises(BadFile):
        read(tmp_path / "nowhere.csv")


def test_rejects_are_written_whole(tmp_path):
    path = written(tmp_path / "m.csv", HEADER + "1,题,,2021/3/1 10:00\n2,,,2021/3/1 10:00\n")
    _sent, rejects, columns = read(path)
    messages.write_rejects(tmp_path / "out.csv", rejects, columns)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))

    assert [(row["line"], row["number"], bool(row["reason"])) for row in rows] == [("3", "2", True)]
    assert sorted(p.name for p in tmp_path.iterdir()) == ["m.csv", "out.csv"]


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


@pytest.fixture
def district(tiny):
    """The tiny district with somebody on every post."""
    staff.make(of_the_district(TINY))
    return tiny


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


# --- The course of events -------------------------------------------------------------------------


def history() -> list[tuple]:
    """What happened to all tickets, without ids."""
    events = TicketEvent.objects.order_by("pk").select_related("by", "ticket")
    return [(e.ticket.key, e.kind, e.move, e.after, e.at, e.by and e.by.username) for e in events]


@pytest.fixture
def course(district) -> Course:
    return Course(desk=Desk(timezone.now()), script=of_the_district(TINY))


def reports(count: int, temper: Temper):
    """The first messages as they were sent, in March 2021, and a day long after."""
    sent = read(INVENTED)[0][:count]
    replay = Replay(
        seed="1", shift=timedelta(), spread=Spread.over_the_district(), temper=temper
    )  # fmt: skip
    return [replay.report(message) for message in sent], sent[-1].sent_at + timedelta(days=60)


def test_one_seed_is_one_course(course):
    sent, now = reports(4, Temper(late_sign=0.5, unhappy=0.5))
    told = []
    for _turn in range(2):
        with transaction.atomic():
            for group in grouped(sent):
                course.play(group, until=now)
            told.append(history())
            transaction.set_rollback(True)

    assert told[0] == told[1]
    assert len(told[0]) > 20


def test_cut_off_and_continued_is_the_same_as_never_cut_off(course):
    sent, now = reports(3, Temper())
    told = []
    for breaks in ([], [timedelta(hours=30), timedelta(hours=70)]):
        with transaction.atomic():
            for group in grouped(sent):
                for pause in breaks:
                    course.play(group, until=group[0].at + pause)
                course.play(group, until=now)
            told.append(history())
            transaction.set_rollback(True)

    assert told[0] == told[1]


def test_whoever_is_late_is_reminded_and_the_ticket_climbs(course):
    sent, now = reports(3, Temper(late_accept=0, late_sign=1, late_resolve=0, refused=0,
                                  withdrawn=0, returned=0, patience=0))  # fmt: skip
    for group in grouped(sent):
        course.play(group, until=now)

    moves = set(TicketEvent.objects.values_list("kind", "move"))
    assert {("reminded", ""), ("moved", "climb"), ("moved", "sign")} <= moves
    assert course.played.refused == []


def test_the_unhappy_get_it_reopened_and_rate_again(course):
    sent, now = reports(4, Temper(rated=1, unhappy=1, unsolved=1, refused=0, withdrawn=0,
                                  late_accept=0, late_sign=0, late_resolve=0))  # fmt: skip
    for group in grouped(sent):
        course.play(group, until=now)

    reopened = Ticket.objects.filter(reopenings=1)
    assert reopened.exists()
    assert [t.ratings.count() for t in reopened.filter(state="closed")] == [2] * reopened.filter(
        state="closed"
    ).count()


def test_a_temper_is_kept_over_many_reports():
    drawn = [draw(str(n), Temper(rated=0.5, unhappy=0.2)) for n in range(2000)]
    rated = [character for character in drawn if character.stars is not None]
    unhappy = [character for character in rated if character.stars < 3]

    assert 900 < len(rated) < 1100
    assert 0.15 < len(unhappy) / len(rated) < 0.25
    assert all(character.solved for character in rated if character.stars >= 3)


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
