import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from notices import outbox, reading
from notices.models import Notice
from people.models import User
from tests.notices.conftest import MONDAY

pytestmark = pytest.mark.django_db


@pytest.fixture
def inbox(client, reader):
    client.force_login(reader)
    return client


def post(user, count=1, start=0, **change):
    for n in range(start, start + count):
        outbox.post_to_users(
            **{"users": [user], "happening": f"event:{n}", "template": "to_check",
               "params": {"number": f"N-{n}"}, "link": f"/tickets/N-{n}/",
               "at": MONDAY + timedelta(minutes=n)} | change
        )  # fmt: skip


def numbers(response) -> list[int]:
    return [int(n) for n in re.findall(r"Ticket N-(\d+) is reported", response.text)]


def test_an_empty_inbox_says_what_will_be_there(inbox):
    text = inbox.get("/inbox/").text

    assert "Nothing here yet" in text
    assert "Mark all as read" not in text


def test_the_newest_is_first_and_unread_is_marked(inbox, reader):
    post(reader, 3)
    Notice.objects.filter(happening="event:1").update(read_at=MONDAY)

    response = inbox.get("/inbox/")

    assert numbers(response) == [2, 1, 0]
    assert response.text.count("notice-unread") == 2
    assert "2026-03-02 10:02" in response.text


def test_reading_a_notice_marks_it_and_leads_to_its_ticket(inbox, reader):
    post(reader)
    notice = Notice.objects.get()

    response = inbox.post(f"/inbox/{notice.pk}/read/")

    assert response.url == "/tickets/N-0/"
    notice.refresh_from_db()
    first = notice.read_at
    assert first is not None
    inbox.post(f"/inbox/{notice.pk}/read/", {"stay": "1"})
    notice.refresh_from_db()
    assert notice.read_at == first


@pytest.mark.parametrize("link", ["", "https://evil.example/", "//evil.example/"])
def test_a_notice_leads_nowhere_else(inbox, reader, link):
    post(reader, link=link)

    assert inbox.post(f"/inbox/{Notice.objects.get().pk}/read/").url == "/inbox/"


def test_all_are_marked_read_but_what_came_meanwhile(inbox, reader):
    post(reader, 3)
    up_to = (MONDAY + timedelta(minutes=1)).isoformat()

    inbox.post("/inbox/read/", {"up_to": up_to})

    unread = Notice.objects.filter(read_at=None).values_list("happening", flat=True)
    assert list(unread) == ["event:2"]
    inbox.post("/inbox/read/", {"up_to": "rubbish"})
    assert not Notice.objects.filter(read_at=None).exists()


def test_another_persons_notice_is_not_found(inbox, reader):
    other = User.objects.create_user("other")
    post(other)
    notice = Notice.objects.get()

    assert numbers(inbox.get("/inbox/")) == []
    assert inbox.post(f"/inbox/{notice.pk}/read/").status_code == 404
    inbox.post("/inbox/read/")
    notice.refresh_from_db()
    assert notice.read_at is None


def test_a_text_message_to_a_reporter_is_in_nobodys_inbox(inbox, told):
    told()

    assert "N-7" not in inbox.get("/inbox/").text


def test_the_pages_are_without_gap_or_repeat_even_at_one_moment(inbox, reader):
    post(reader, 70)
    post(reader, 5, start=70, at=MONDAY)
    expected = [*range(69, 0, -1), 74, 73, 72, 71, 70, 0]

    seen, address = [], "/inbox/"
    while address:
        response = inbox.get(address)
        seen += numbers(response)
        found = re.search(r'rel="next" href="([^"]+)"', response.text)
        address = found.group(1).replace("&amp;", "&") if found else ""

    assert seen == expected


@pytest.mark.parametrize(
    "place", ["x", "~", "2026-03-02~1", "2026-03-02T10:00:00+08:00~" + "9" * 30]
)
def test_a_place_that_is_none_is_the_beginning(inbox, reader, place):
    post(reader)

    assert numbers(inbox.get("/inbox/", {"after": place})) == [0]


def test_the_header_counts_what_is_unread(inbox, reader):
    assert reading.unread_label(reader) == ""
    post(reader, 3)
    assert reading.unread_label(reader) == "3"
    assert re.search(r'class="count">.*3</span>', inbox.get("/inbox/").text)
    post(reader, 100, start=3)
    assert reading.unread_label(reader) == "99+"


def test_the_inbox_is_in_the_readers_language(inbox, reader):
    post(reader)
    reader.language = "zh-hans"
    reader.save()

    assert '<html lang="zh-hans"' in inbox.get("/inbox/").text


def test_the_inbox_asks_the_database_equally_often_for_1_10_and_1000(inbox, reader, clock_stands):
    def queries() -> int:
        inbox.get("/inbox/")  # what is kept, and that somebody is there
        with CaptureQueriesContext(connection) as asked:
            assert inbox.get("/inbox/").status_code == 200
        return len(asked)

    counts = []
    for start, count in [(0, 1), (1, 9), (10, 990)]:
        post(reader, count, start)
        counts.append(queries())

    assert counts == [counts[0]] * 3


def test_a_page_that_shows_no_count_asks_for_none(client):
    with CaptureQueriesContext(connection) as asked:
        client.get("/healthz")

    assert len(asked) == 0


def test_years_that_no_database_reckons_with_are_no_place(inbox):
    odd = "0001-01-01T00:00:00+08:00"
    assert inbox.get("/inbox/", {"after": f"{odd}~1"}).status_code == 200
    assert inbox.post("/inbox/read/", {"up_to": odd}).status_code == 302
