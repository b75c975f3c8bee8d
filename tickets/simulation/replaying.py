"""From past messages to reports of today: each with a place, a time and a course of its own."""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import NAMESPACE_URL, UUID, uuid5

from django.utils.translation import gettext as _

from grids.locate import NotLocated, locate, place_of_area
from tickets.models import EventType
from tickets.simulation.character import Temper, draw
from tickets.simulation.course import Report
from tickets.simulation.messages import BadRow, Message
from tickets.simulation.spreading import Spread

# Two messages are about the same thing if their titles share so much and they lie so close in time.
_ALIKE = 0.6
_CLOSE = timedelta(days=14)
_LETTERS = re.compile(r"\w", re.UNICODE)
# What is longer than a name holds an address or a number: nobody is called about an old message.
_NAME_AT_MOST = 20
_NUMBER = re.compile(r"[\d+][\d\s()-]{5,}")


class Replay:
    """Turns messages into reports, the same for the same seed."""

    def __init__(self, *, seed: str, shift: timedelta, spread: Spread, temper: Temper) -> None:
        """Take the seed, by how much times are moved, where to spread, how handling goes."""
        self.seed, self.shift, self.spread, self.temper = seed, shift, spread, temper
        self.types = {kind.code: kind for kind in EventType.objects.filter(in_use=True)}

    def report(self, message: Message, twin: Message | None = None) -> Report:
        """Return the report that the message becomes.

        A message about the same thing as an earlier one without coordinates lies where that lies.

        :raises BadRow: if its place or type does not exist here
        """
        if message.type and message.type not in self.types:
            raise BadRow(_("There is no type of matter “%s” here.") % message.type[:20])
        key = self._key(message)
        place = self._place(message, twin)
        return Report(
            key=key,
            at=message.sent_at + self.shift,
            words=message.words,
            character=draw(str(key), self.temper),
            event_type=self.types.get(message.type),
            contact_name=_name_in(message.contact),
            same_as=self._key(twin) if twin else None,
            **place,
        )

    def _key(self, message: Message) -> UUID:
        words = hashlib.sha256(message.words.encode()).hexdigest()
        return uuid5(NAMESPACE_URL, f"replay:{self.seed}:{message.number}:{words}")

    def _place(self, message: Message, twin: Message | None) -> dict:
        try:
            if message.lat is not None and message.lng is not None:
                locate(lat=message.lat, lng=message.lng)
                return {"lat": message.lat, "lng": message.lng}
            if message.area:
                place_of_area(message.area)
                return {"area_code": message.area}
        except NotLocated as not_located:
            raise BadRow(str(not_located)) from None
        first = twin if twin and twin.lat is None and not twin.area else message
        lat, lng = self.spread.point(f"{self.seed}:{first.number}")
        return {"lat": lat, "lng": lng}


def grouped(reports: Sequence[Report]) -> list[list[Report]]:
    """Return the reports in the order of time, those about the same thing together."""
    first: dict[UUID, UUID] = {}
    groups: dict[UUID, list[Report]] = defaultdict(list)
    for report in sorted(reports, key=lambda r: r.at):
        root = first.get(report.same_as, report.same_as) if report.same_as else None
        if root not in groups:
            # Its twin was rejected, or is not played: it stands alone.
            root, report = report.key, replace(report, same_as=None)
        first[report.key] = root
        groups[root].append(report)
    return list(groups.values())


def twins(messages: Iterable[Message]) -> dict[str, Message]:
    """Return {number: the first message about the same thing}; messages in order of time.

    Titles are compared by their pairs of characters, each with those of the fortnight before.
    """
    by_pair: dict[str, list[int]] = defaultdict(list)
    seen: list[tuple[Message, set[str]]] = []
    found: dict[str, Message] = {}
    for message in messages:
        pairs = _pairs(message.title)
        shared: dict[int, int] = defaultdict(int)
        for pair in pairs:
            # What everybody writes tells nothing, and would compare everything with everything.
            for place in by_pair[pair][-200:]:
                shared[place] += 1
        best = max(shared, key=lambda place: (shared[place], -place), default=None)
        if best is not None:
            earlier, its_pairs = seen[best]
            alike = shared[best] / len(pairs | its_pairs)
            if alike >= _ALIKE and message.sent_at - earlier.sent_at <= _CLOSE:
                found[message.number] = found.get(earlier.number, earlier)
        for pair in pairs:
            by_pair[pair].append(len(seen))
        seen.append((message, pairs))
    return found


def _pairs(title: str) -> set[str]:
    letters = "".join(_LETTERS.findall(title[:60]))
    return {letters[i : i + 2] for i in range(len(letters) - 1)}


def _name_in(contact: str) -> str:
    return " ".join(_NUMBER.sub(" ", contact).split())[:_NAME_AT_MOST]
