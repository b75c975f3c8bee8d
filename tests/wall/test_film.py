"""The film of a day: played to any moment it shows what the wall showed then."""

import random
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from people.models import User
from people.scope import within
from tests.land import EAST_CREEK, WEST_HILL
from tickets import lifecycle
from tickets.dots import FIELDS, Facts, dot_from, of_today
from tickets.lifecycle import MoveRefused
from tickets.models import Request, Ticket
from tickets.requests_table import RequestKind
from wall import film
from wall.scope import Scope, scope_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
# From one evening to the next: midnight lies between.
EVENING = datetime(2026, 3, 3, 18, 0, tzinfo=SHANGHAI)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
FILM = "/api/v1/wall/film/"
ELSEWHERE = {"lat": 25.08, "lng": 110.01}


def played(answer: dict[str, Any], at: datetime) -> dict[int, dict]:
    """Return the dots that a screen shows which plays the film to this moment."""
    dots = {dot["id"]: dot for dot in rows(answer["start"])}
    for change in rows(answer["changes"]):
        if change.pop("at") > at.timestamp():
            break
        if change.pop("gone"):
            del dots[change["id"]]
        else:
            dots[change["id"]] = change
    for dot in dots.values():
        if dot["turns"]:
            dot["light"] = light_at(dot["turns"], at.timestamp())
    return dots


def rows(columns: dict[str, list]) -> list[dict]:
    return [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]


def light_at(turns: list[int | None], second: float) -> str:
    """As the screen does it by itself."""
    lights = zip(("red", "orange", "yellow"), reversed(turns), strict=True)
    return next((light for light, turn in lights if turn and turn <= second), "green")


def seen(scope: Scope, at: datetime) -> dict[int, dict]:
    """Return the dots that the wall shows now, without what a film does not tell.

    With those of restricted tickets: the film asks the door of its own time.
    """
    here = of_today(Ticket.objects.filter(within(scope.codes(), "area_code")), at)
    facts = [Facts(*row) for row in here.order_by("pk").values_list(*FIELDS)]
    dots = [dot_from(one, at, visitor=scope.visitor) for one in facts]
    return {dot["id"]: {k: v for k, v in dot.items() if k != "version"} for dot in dots}


class Life:
    """A district in which something happens every few minutes, by the dice."""

    def __init__(self, seed: int, cast, types, report) -> None:
        self.dice = random.Random(seed)
        self.cast, self.types, self.report = cast, types, report

    def happen(self, at: datetime) -> None:
        if self.dice.random() < 0.3 or not Ticket.objects.exists():
            kinds = (self.types.village, self.types.town, self.types.department,
                     self.types.critical, self.types.restricted, None)  # fmt: skip
            self.report(event_type=self.dice.choice(kinds), at=at,
                        **self.dice.choice([{}, ELSEWHERE]))  # fmt: skip
            return
        ticket = self.dice.choice(list(Ticket.objects.order_by("pk")))
        who = self.dice.choice([v for v in vars(self.cast).values() if isinstance(v, User)])
        try:
            self.dice.choice(self.verbs(ticket, who, at))()
        except MoveRefused:
            self.go_on(ticket, at)

    def verbs(self, ticket: Ticket, who: User, at: datetime) -> list:
        mine = {"ticket_id": ticket.pk, "by": who, "at": at}
        kind, words = self.dice.choice(list(RequestKind)), {"words": "因为下雨，请再等等"}
        request = Request.objects.filter(ticket=ticket, state=Request.State.OPEN).first()
        until = {"until": at + timedelta(days=3)} if kind == RequestKind.SUSPENSION else {}
        return [
            lambda: lifecycle.accept(**mine, event_type=self.types.restricted),
            lambda: lifecycle.supervise(**mine, **words, grade="key"),
            lambda: lifecycle.climb(**mine, **words),
            lambda: lifecycle.withdraw(ticket_id=ticket.pk, at=at),
            lambda: lifecycle.ask(**mine, **words, kind=kind, reason="", **until),
            lambda: lifecycle.decide(
                request_id=request.pk, by=who, at=at, grant=self.dice.random() < 0.8, words="好"
            ) if request else None,
            lambda: lifecycle.rate(ticket_id=ticket.pk, at=at, stars=4, solved=True),
        ]  # fmt: skip

    def go_on(self, ticket: Ticket, at: datetime) -> None:
        """Do the next thing in a report's life, by whoever may."""
        c = self.cast
        for who in (c.village, c.town, c.department, c.district, c.supervisor, c.outsider):
            mine = {"ticket_id": ticket.pk, "by": who, "at": at}
            for verb, given in (
                (lifecycle.accept, {"event_type": self.types.village}), (lifecycle.sign, {}),
                (lifecycle.start, {}), (lifecycle.resolve, {"words": "清运完毕"}),
                (lifecycle.feed_back, {"words": "已清运"}), (lifecycle.archive, {}),
            ):  # fmt: skip
                try:
                    verb(**mine, **given)
                except MoveRefused:
                    continue
                return


@pytest.mark.parametrize("seed", range(2))
def test_the_film_shows_at_each_moment_what_the_wall_showed_then(cast, types, report, seed):
    life, at = Life(seed, cast, types, report), EVENING - timedelta(hours=6)
    scopes = [scope_of(cast.leader), scope_of(cast.leader, WEST_HILL), scope_of(cast.town),
              scope_of(cast.leader, visitor=True)]  # fmt: skip
    showed: list[tuple[int, datetime, dict]] = []
    while at <= EVENING + DAY:
        life.happen(at)
        lifecycle.sweep(at=at)
        if at >= EVENING:
            showed += [(number, at, seen(scope, at)) for number, scope in enumerate(scopes)]
        at += timedelta(minutes=life.dice.randint(20, 60))

    films = [film.take(scope, EVENING, EVENING + DAY).as_json() for scope in scopes]

    assert Ticket.objects.count() > 10
    assert len({len(dots) for _number, _at, dots in showed}) > 5
    for number, moment, dots in showed:
        door = set(scopes[number].tickets().values_list("pk", flat=True))
        place = {"number", "lat", "lng", "area", "type"}
        shown = played(films[number], moment)
        assert shown.keys() == dots.keys() & door
        for pk, dot in shown.items():
            # What it is about may have been understood later.
            assert {k: v for k, v in dot.items() if k not in place} == {
                k: v for k, v in dots[pk].items() if k not in place
            }, (moment, pk)


def test_a_line_that_was_recorded_late_shows_when_it_was_recorded(cast, types, report):
    ticket = report(event_type=types.village, at=EVENING)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=EVENING + 60 * MINUTE)
    # A step that was truly due earlier, made up after a standstill.
    lifecycle.start(ticket_id=ticket.pk, by=cast.village, at=EVENING + 30 * MINUTE)

    answer = film.take(scope_of(cast.leader), EVENING - MINUTE, EVENING + DAY - MINUTE).as_json()

    assert answer["changes"]["at"] == [
        int(moment.timestamp()) for moment in (EVENING, EVENING + 60 * MINUTE)
    ]
    assert answer["changes"]["stage"] == ["dispatched", "handling"]


def test_a_history_that_does_not_say_how_the_dot_was_is_played_as_one_knows_it(
    cast, types, report
):  # fmt: skip
    from tests.conftest import append_only_lifted

    ticket = report(event_type=types.village, at=EVENING)
    lifecycle.sign(ticket_id=ticket.pk, by=cast.village, at=EVENING + MINUTE)
    with append_only_lifted():
        ticket.events.update(dot_was=None)

    answer = film.take(scope_of(cast.leader), EVENING - MINUTE, EVENING + 60 * MINUTE).as_json()

    assert answer["changes"]["stage"] == ["dispatched", "handling"]
    assert len({str(turns) for turns in answer["changes"]["turns"]}) == 1


def test_what_is_restricted_now_was_never_in_the_film(cast, types, report):
    ticket = report(words="这是什么", at=EVENING)
    lifecycle.accept(
        ticket_id=ticket.pk, by=cast.village, at=EVENING + MINUTE, event_type=types.restricted
    )

    found = film.take(scope_of(cast.leader), EVENING - MINUTE, EVENING + DAY - MINUTE)

    assert (found.start, found.changes) == ([], [])


def test_too_many_changes_cut_the_film_and_it_says_so(cast, types, report, monkeypatch):
    monkeypatch.setattr(film, "MOST_CHANGES", 2)
    for minute in range(4):
        report(event_type=types.village, at=EVENING + minute * MINUTE)

    found = film.take(scope_of(cast.leader), EVENING - MINUTE, EVENING + DAY - MINUTE)

    assert (found.complete, found.ends, len(found.changes)) == (False, EVENING + MINUTE, 2)


def test_too_many_dots_leave_the_oldest_out(cast, types, report, monkeypatch):
    tickets = [report(event_type=types.village, at=EVENING) for _ in range(4)]
    monkeypatch.setattr(film, "MOST_DOTS", 3)

    found = film.take(scope_of(cast.leader), EVENING + MINUTE, EVENING + 2 * MINUTE)

    assert (found.complete, [dot["id"] for dot in found.start]) == (
        False, [ticket.pk for ticket in tickets[1:]]
    )  # fmt: skip


@pytest.mark.parametrize("count", [1, 12])
def test_a_film_is_as_many_queries_for_one_as_for_many(
    cast, types, report, django_assert_max_num_queries, count
):
    for number in range(count):
        report(event_type=types.village, at=EVENING + number * MINUTE)
    scope = scope_of(cast.leader)

    with django_assert_max_num_queries(5):
        found = film.take(scope, EVENING - MINUTE, EVENING + DAY - MINUTE)

    assert len(found.changes) == count


# --- Over the API ---------------------------------------------------------------------------------


@pytest.fixture
def leader(client, cast):
    client.force_login(cast.leader)
    return client


def test_without_times_it_is_the_last_day_and_has_an_etag(leader, report, types, clock_stands):
    report(event_type=types.village, at=clock_stands - 60 * MINUTE)

    answer = leader.get(FILM)
    film_told = answer.json()
    again = leader.get(
        FILM,
        {"from": film_told["from"], "to": film_told["to"]},
        headers={"If-None-Match": answer.headers["ETag"]},
    )

    begins, ends = (datetime.fromisoformat(film_told[name]) for name in ("from", "to"))
    assert ends - begins == DAY
    assert timedelta(0) <= clock_stands - ends < timedelta(seconds=20)
    assert film_told["changes"]["stage"] == ["dispatched"]
    assert (again.status_code, again.content) == (304, b"")


def test_an_area_narrows_the_film_and_visitors_see_villages(leader, report, types):
    report(event_type=types.village, at=timezone.now() - 60 * MINUTE, **ELSEWHERE)
    here = report(event_type=types.village, at=timezone.now() - 60 * MINUTE)

    changes = leader.get(FILM, {"area": EAST_CREEK}).json()["changes"]
    blurred = leader.get(FILM, {"area": EAST_CREEK, "visitor": "1"}).json()["changes"]

    assert (changes["id"], changes["number"]) == ([here.pk], [here.number])
    assert (blurred["number"], blurred["area"]) == ([""], [here.area_code[:12]])


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "yesterday"}, "from"),
        ({"to": "2026-13-45T00:00:00Z"}, "to"),
        ({"from": "2026-02-30T00:00"}, "from"),
        ({"to": "0001-01-01T00:00:00"}, "to"),
        ({"from": "2099-01-01T00:00:00Z"}, "from"),
        ({"from": "2020-01-01T00:00:00Z", "to": "2020-01-01T08:00:00Z"}, "to"),
        ({"from": "1"}, "from"),
    ],
)
def test_times_that_make_no_film_get_a_sentence(leader, query, field):
    answer = leader.get(FILM, query)

    assert (answer.status_code, list(answer.json()["fields"])) == (400, [field])


def test_more_than_a_day_gets_a_sentence(leader):
    start = timezone.now() - timedelta(hours=30)

    assert leader.get(FILM, {"from": start.isoformat()}).status_code == 400


def test_another_towns_film_does_not_exist(client, cast):
    client.force_login(cast.town)

    assert client.get(FILM, {"area": WEST_HILL}).status_code == 404
