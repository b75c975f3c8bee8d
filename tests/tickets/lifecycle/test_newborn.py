"""A new report goes over in one statement: exactly the rows that the verbs write one by one."""

import json
from datetime import date
from uuid import uuid4

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from grids.locate import locate
from notices import live
from notices.models import Notice
from people.models import Post
from tickets import broadcast, receipts, routing
from tickets.lifecycle import finding, reporting
from tickets.lifecycle.first_look import look
from tickets.lifecycle.newborn import Line
from tickets.models import Contact, Ticket, TicketSearch
from tickets.on_post import OnPost

WORDS = '路口 "井盖" \\ 松了，100% 危险\n已三天'


def columns(thing) -> dict:
    return {column.attname: getattr(thing, column.attname) for column in thing._meta.concrete_fields
            if column.name != "recorded_at"}  # fmt: skip


def found_by(ticket: Ticket) -> str:
    with connection.cursor() as cursor:
        table = TicketSearch._meta.db_table
        cursor.execute(f"SELECT found_by FROM {table} WHERE ticket_id = %s", [ticket.pk])
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["village", "department", "restricted", "unclear", "held"])
def test_what_is_written_is_what_the_verbs_said(report, types, told, monkeypatch, way):
    said: list[Line] = []
    monkeypatch.setattr(broadcast, "born", lambda ticket, lines: said.extend(lines))
    given = {"event_type": getattr(types, way)} if hasattr(types, way) else {"held": way == "held"}

    ticket = report(words=WORDS, contact_phone="13812345678", **given)

    assert ticket.newborn is None
    assert columns(Ticket.objects.get()) == columns(ticket)
    lines = list(ticket.events.order_by("pk"))
    assert [columns(line) for line in lines] == [line.row for line in said]
    assert [(line.pk, line.ticket, line.at) for line in lines] == [
        (line.pk, line.ticket, line.at) for line in said
    ]
    assert broadcast.news_of(lines) == broadcast.news_of(said)
    assert ticket.version == len(lines)
    assert all(line.recorded_at for line in lines)
    assert ticket.text.words == WORDS
    written = found_by(ticket)
    finding.index_again(ticket)
    assert found_by(ticket) == written
    clocks = {"accept", "resolve"} if ticket.state == "submitted" else {"sign", "resolve"}
    steps = ticket.steps.filter(done_at=None, void_at=None)
    assert {step.clock for step in steps} == clocks
    assert steps.filter(kind="climb").count() == 2
    assert told()["report_received"] == ["the reporter"]
    assert Contact.objects.get().phone == "13812345678"
    assert Notice.objects.filter(user=None).count() == 1


@pytest.mark.django_db(transaction=True)
def test_a_plain_report_takes_few_round_trips_and_is_told_as_it_stands(report, types, monkeypatch):
    report(event_type=types.village)
    sent: list[tuple] = []
    monkeypatch.setattr(live, "_send", lambda *given: sent.append(given))
    with CaptureQueriesContext(connection) as asked:
        ticket = report(event_type=types.department)

    # The handbook's note, the look, the writing. On SQLite each table is a statement of its own,
    # and so is each question.
    exactly = 3 if connection.vendor == "postgresql" else 12
    assert len(asked.captured_queries) == exactly
    (frame,) = broadcast.frames_of({ticket.pk: list(ticket.events.order_by("pk"))})
    told = (sorted(frame.topics), frame.body, frame.for_visitors)
    assert json.dumps(sent[0][:3]) == json.dumps(told)


@pytest.mark.django_db
def test_a_look_finds_what_the_questions_find_one_by_one(report, types, cast, spot):
    around = routing.Around(locate(lat=spot.lat, lng=spot.lng), types.department)
    asked = {"units": around.unit_ids, "area_codes": around.area_codes}
    Post.objects.filter(user=cast.worker).update(starts=date(2020, 1, 1), ends=date(2099, 1, 1))

    key = uuid4()
    seen = look(key, code=receipts.code_of(key), lines=4, **asked)

    assert vars(seen.on_post) == vars(OnPost(**asked))
    assert not seen.came_before
    assert len(set(seen.event_ids)) == 4
    ticket = report(event_type=types.department)
    again = look(ticket.key, code=ticket.code, lines=4, **asked)
    assert (again.came_before, again.ticket_id, again.event_ids) == (True, 0, ())


@pytest.mark.django_db
def test_a_report_that_cannot_be_written_leaves_nothing(report, types, monkeypatch):
    key = uuid4()
    report(key=key, event_type=types.village)
    # As when the other one comes between the look and the writing; then its ticket is not found.
    monkeypatch.setattr(reporting, "look", lambda _key, **what: look(uuid4(), **what))
    monkeypatch.setattr(reporting, "made_before", lambda *given: None)

    with pytest.raises(IntegrityError):
        report(key=key, event_type=types.village)

    assert Ticket.objects.count() == 1
