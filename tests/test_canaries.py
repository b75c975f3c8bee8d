"""A report's whole life, and where its reporter's name, number and words are found afterwards.

Of every address × actor test_doors.py asks the same.
"""

import io
import json
import logging
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.utils import timezone
from openpyxl import Workbook

from notices import outbox
from notices.senders.base import Message, Sender
from people import reveal
from tests.canaries import CONTACTS, PLANTED, found_in
from tests.cast import GRID
from tests.on_air import on_air
from tests.tickets.public.residents import browser, filled
from tickets import lifecycle
from tickets.models import Ticket
from tonglianggov import logs

__all__ = ["on_air"]

NAME, PHONE = PLANTED["contact of own"]
WORDS, AMONG_STAFF = PLANTED["words of own"][0], PLANTED["words among the staff"][0]
# Words lie in rows that retention can erase: what was reported and said, and what finds it again.
ROOMS_OF_WORDS = {"tickets_tickettext", "tickets_eventwords", "tickets_searchtext"}


class Post:
    """Notes what is handed to the senders, and hands it on."""

    def __init__(self, sender_of: Callable[[str], Sender]) -> None:
        self.sent: list[Message] = []
        self._sender_of = sender_of

    def __call__(self, path: str) -> "Post":
        self._path = path
        return self

    def send(self, message: Message) -> None:
        self.sent.append(message)
        self._sender_of(self._path).send(message)


@pytest.fixture
def log():
    """What production writes into its log, at its most talkative."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter(json=True))
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield written
    root.setLevel(level)
    root.removeHandler(handler)


@pytest.fixture
def post(monkeypatch) -> Post:
    noting = Post(outbox._sender)
    monkeypatch.setattr("notices.outbox._sender", noting)
    return noting


@pytest.fixture
def ticket(cast, units, post) -> Ticket:
    """A report that lived: sent, commented, handled, its reporter called, told and heard."""
    resident = browser()
    sent = filled(
        words=f"路灯坏了 {WORDS}", area_code=GRID[:12], event_type="0102", contact_name=NAME,
        contact_phone=PHONE,
    )  # fmt: skip
    assert resident.post("/report/", sent).status_code == 302
    ticket = Ticket.objects.select_related("contact").get()
    at = timezone.now()
    said = {"ticket_id": ticket.pk, "by": cast.village, "at": at}
    lifecycle.sign(**said)
    lifecycle.start(**said)
    lifecycle.comment(**said, words=AMONG_STAFF)
    seen = reveal.reveal(
        contact=ticket.contact, subject=f"ticket:{ticket.pk}", area_code=ticket.area_code,
        actor=cast.village, reason="call_back", at=at,
    )  # fmt: skip
    assert (seen.name, seen.phone) == (NAME, PHONE)
    lifecycle.resolve(**said, words="修好了", evidence="现场照片")
    lifecycle.feed_back(**said, words="已修好")
    lifecycle.rate(ticket_id=ticket.pk, at=at, stars=2, solved=False, words=f"还是不亮 {WORDS}")
    outbox.deliver_due(at=at + timedelta(days=1))
    return ticket


@pytest.mark.django_db(transaction=True)
def test_in_the_database_a_contact_is_encrypted_and_words_can_be_erased(on_air, ticket):  # noqa: F811
    found = {table: found_in(text) for table, text in tables().items()}
    found = {table: planted for table, planted in found.items() if planted}

    assert {table for table, planted in found.items() if planted & CONTACTS} == set()
    assert set(found) <= ROOMS_OF_WORDS
    assert found["tickets_tickettext"] == {"words of own"}
    sessions = [json.dumps(session.get_decoded()) for session in Session.objects.all()]
    assert [found_in(text) for text in sessions] == [set()] * len(sessions)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_it_is_in_the_log_nor_on_the_air(log, on_air, ticket):  # noqa: F811
    assert ticket.code in log.getvalue() or ticket.number in log.getvalue()
    assert found_in(log.getvalue()) == set()
    assert len(on_air.frames) >= 6
    assert found_in(json.dumps(on_air.heard, ensure_ascii=False)) == set()


@pytest.mark.django_db(transaction=True)
def test_what_is_sent_names_nobody(on_air, post, ticket):  # noqa: F811
    # The reporter's own number is the address, and nothing else of theirs goes along.
    assert {message.address for message in post.sent if message.address} == {PHONE}
    texts = [f"{message.text_with_link} {message.params} {message.key}" for message in post.sent]
    assert len(texts) >= 3
    assert [text for text in texts if found_in(text)] == []


def test_what_is_pressed_on_paper_or_packed_in_a_workbook_is_read():
    # Not above: it needs the system's Pango from the first line on.
    from weasyprint import HTML

    words = PLANTED["words of own"][0]
    book, packed = Workbook(), io.BytesIO()
    book.active.append([words])
    book.save(packed)

    assert found_in(HTML(string=f"<p>路灯坏了 {words}").write_pdf()) == {"words of own"}
    assert found_in(packed.getvalue()) == {"words of own"}


def tables() -> dict[str, str]:
    """Return what stands in each table, as the database itself has it."""
    with connection.cursor() as cursor:
        found = {}
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            found[table] = repr(cursor.fetchall())
    return found
