"""The demonstration month: what residents report on each of its days, ending at the present."""

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils import timezone

from grids import organisation
from grids.locate import locate
from grids.models import Area, District
from people.models import User
from tickets import calendar
from tickets.deadlines import Calendar, Limit, start_clock
from tickets.models import EventType, Ticket
from tickets.simulation.character import CALM, Character, draw
from tickets.simulation.course import Report
from tickets.simulation.desk import Desk
from tickets.simulation.script import Script, Text
from tickets.simulation.spreading import Spread
from tickets.simulation.staff import shares

# How many of a day's reports come in each hour: few at night, most in the morning.
_HOURS = (1, 1, 0, 0, 0, 1, 3, 7, 11, 13, 12, 9, 6, 7, 9, 10, 10, 9, 8, 8, 7, 5, 3, 2)
_WEEKEND = 70  # of 100 on a working day
_LEAST_TODAY = 35
# Every so manieth report is about the same thing as the one before it.
_TWICE = 45
# One in so many is among the newest, which show something of every kind (see _lively); and one in
# so many stays overdue at the end.
_NEWEST, _OVERDUE = 16, 96
_CHOSE_TYPE = 0.6
_CHANNELS = (Ticket.Channel.WEB, Ticket.Channel.GRID, Ticket.Channel.STAFF)
_CHANNEL_WEIGHTS = (70, 18, 12)


def start_of(script: Script, now: datetime) -> datetime:
    """Return when the district's month begins: its first report's time, if it was begun before.

    The first report comes to the minute as many days ago as the month has: so a month that was
    cut off goes on as it was planned, whenever that is.
    """
    first = Ticket.objects.filter(key=_key(0)).values_list("reported_at", flat=True).first()
    return first or now - timedelta(days=script.days - 1)


def plan(script: Script, start: datetime, desk: Desk) -> list[Report]:
    """Return the month's reports in the order of time: the cases of the script among the rest."""
    return _Month(script, start, desk).reports()


class _Month:
    def __init__(self, script: Script, start: datetime, desk: Desk) -> None:
        self.script, self.start, self.desk = script, start, desk
        self.end = start + timedelta(days=script.days - 1)
        self.calendar = calendar.current()
        self.types = {kind.code: kind for kind in EventType.objects.filter(in_use=True)}
        everywhere = Spread.over_the_district()
        self.spreads = {"": everywhere} | {
            kind: Spread(found)
            for kind in (Area.Kind.COMMUNITY, Area.Kind.VILLAGE)
            if (found := [village for village in everywhere.villages if village.kind == kind])
        }

    def reports(self) -> list[Report]:
        cases = [self._case(place, case) for place, case in enumerate(self.script.cases, 1)]
        times = self._times(self.script.reports - len(cases))
        texts = self._texts(len(times))
        first = 1 + len(cases)
        plain = [
            # The very first keeps the beginning of the month.
            self._report(first + place if place else 0, at, text)
            for place, (at, text) in enumerate(zip(times, texts, strict=True))
        ]
        for place in range(_TWICE, len(plain), _TWICE):
            plain[place] = self._again(plain[place], plain[place - 1])
        self._enliven(plain)
        return sorted([*plain, *cases], key=lambda report: report.at)

    def _enliven(self, plain: list[Report]) -> None:
        """Let the wall show something of everything at the end, whatever hour that is."""
        newest, wanted = len(plain) // _NEWEST, max(len(plain) // _OVERDUE, 1)
        for place, report in enumerate(reversed(plain[-newest:])):
            plain[-1 - place] = replace(report, character=_lively(place, report.character))
        overdue = [n for n, report in enumerate(plain) if self._is_over(report)]
        for place in overdue[: -2 * wanted : -2]:
            stuck = replace(Character(), late="resolve", stuck=True)
            plain[place] = replace(plain[place], character=stuck)

    def _is_over(self, report: Report) -> bool:
        """Whether the report's limit has passed by the end of the month."""
        kind = report.event_type or report.meant
        if kind is None or kind.restricted or report.same_as:
            return False
        limit = Limit.parse(kind.resolve_limit)
        return start_clock(limit=limit, start=report.at, calendar=self.calendar).due < self.end

    def _times(self, count: int) -> list[datetime]:
        """Return so many times, the first at the start, the last not after the end."""
        chance = random.Random("times")
        first, last = (self.calendar.local(moment) for moment in (self.start, self.end))
        days = [first.date() + timedelta(days=n) for n in range(self.script.days)]
        weights = [
            (100 if self.calendar.is_workday(day) else _WEEKEND) + chance.randint(-18, 18)
            for day in days
        ]
        passed = sum(_HOURS[: last.hour + 1]) / sum(_HOURS)
        weights[-1] = max(round(100 * passed), _LEAST_TODAY)
        times = [self.start]
        for day, on_that_day in zip(days, shares(weights, count - 1), strict=True):
            latest = last if day == last.date() else datetime.combine(day, time.max)
            earliest = first if day == first.date() else datetime.combine(day, time.min)
            times += [self._time(day, earliest, latest, chance) for _ in range(on_that_day)]
        return sorted(times)

    def _time(
        self, day: date, earliest: datetime, latest: datetime, chance: random.Random
    ) -> datetime:
        for _try in range(40):
            hour = chance.choices(range(24), _HOURS)[0]
            drawn = datetime.combine(day, time(hour, chance.randrange(60), chance.randrange(60)))
            if earliest < drawn <= latest:
                return self.calendar.moment(drawn)
        # Shortly after midnight: what there is came in between then and now.
        earliest = max(earliest, datetime.combine(day, time.min))
        return self.calendar.moment(earliest + (latest - earliest) * chance.random())

    def _texts(self, count: int) -> list[Text]:
        """Return so many texts, every one before any comes again."""
        chance = random.Random("texts")
        drawn: list[Text] = []
        while len(drawn) < count:
            once = list(self.script.texts)
            chance.shuffle(once)
            drawn += once
        return drawn[:count]

    def _report(self, index: int, at: datetime, text: Text) -> Report:
        key = _key(index)
        chance = random.Random(f"report {key}")
        spread = self.spreads.get(text.where) or self.spreads[""]
        lat, lng = spread.point(f"place {key}")
        kind = self.types.get(text.type)
        chosen = kind if chance.random() < _CHOSE_TYPE and not text.unclear else None
        channel = chance.choices(_CHANNELS, _CHANNEL_WEIGHTS)[0]
        by = self._reporter(channel, lat, lng, chance)
        return Report(
            key=key, at=at, words=_filled(text.words, self.script.slots, chance),
            character=draw(str(key), CALM), lat=lat, lng=lng, event_type=chosen, meant=kind,
            contact_name=self.script.name(chance) if chance.random() < 0.5 else "",
            channel=channel if by else Ticket.Channel.WEB, by=by,
        )  # fmt: skip

    def _reporter(self, channel: str, lat: float, lng: float, chance: random.Random) -> User | None:
        if channel == Ticket.Channel.WEB:
            return None
        place = locate(lat=lat, lng=lng)
        if channel == Ticket.Channel.GRID:
            return self.desk.worker((place.grid or place.village).code, chance)
        return self.desk.officer(organisation.centre_of(place.village.code), chance)

    def _again(self, report: Report, first: Report) -> Report:
        """Somebody else reports what was reported before, on the same day and at the same place."""
        chance = random.Random(f"again {report.key}")
        words = self.script.say("again", chance)
        return replace(
            report, words=words.replace("{words}", first.words) if words else first.words,
            lat=first.lat, lng=first.lng, event_type=first.event_type, meant=first.meant,
            same_as=first.key,
            at=min(first.at + timedelta(minutes=chance.randint(2, 6)), self.end),
        )  # fmt: skip

    def _case(self, place: int, case: Mapping[str, Any]) -> Report:
        """One of the article's cases: on a working day, at its own hour and place."""
        key = _key(place)
        day = _workdays_before(self.calendar, self.end, case["workdays_ago"])
        clock = time.fromisoformat(case["time"])
        officer = None
        if case["channel"] == Ticket.Channel.STAFF:
            centre = organisation.centre_of(case["area"][:12])
            officer = self.desk.officer(centre, random.Random(f"case {key}"))
        return Report(
            key=key,
            at=self.calendar.moment(datetime.combine(day, clock)),
            words=case["text"],
            character=Character().with_case(case),
            area_code=case["area"],
            event_type=self.types.get(case["type"]),
            contact_name=case.get("contact", ""),
            channel=case["channel"] if officer else Ticket.Channel.WEB,
            by=officer,
        )


def _lively(place: int, character: Character) -> Character:
    """Some of the newest reports are late, passed up or watched over: the wall shows all of it."""
    late = {1: "sign", 3: "accept", 5: "resolve", 8: "sign"}.get(place % 11)
    if late:
        return replace(character, late=late, patience=3, withdrawn=False, refused="")
    if place % 11 == 7:
        return replace(character, supervised=True)
    return character


def _key(index: int) -> UUID:
    """Return the key of the month's report with this number: 0 begins it, then the cases."""
    return uuid5(NAMESPACE_URL, f"demonstration:{District.current().code}:{index}")


def _filled(words: str, slots: Mapping[str, Sequence[str]], chance: random.Random) -> str:
    for name in sorted(slots):
        words = words.replace(f"{{{name}}}", chance.choice(list(slots[name])))
    return words


def _workdays_before(now: Calendar, moment: datetime, count: int) -> date:
    """Return a working day that long ago, with a working day right after it."""
    day = timezone.localdate(moment)
    while count > 0 or not (now.is_workday(day) and now.is_workday(day + timedelta(days=1))):
        day -= timedelta(days=1)
        count -= now.is_workday(day)
    return day
