"""The oracle: the same figures, counted slowly and plainly from the rows, ticket by ticket.

Written apart from tickets.statistics, one question at a time and without its fold.
"""

from collections import Counter
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.dateparse import parse_datetime

from tickets.models import Ticket, TicketEvent
from tickets.states import AT_WORK

SHANGHAI = ZoneInfo("Asia/Shanghai")
ENDED_WELL = {"resolved", "feedback", "closed"}


def day(moment: datetime) -> date:
    return moment.astimezone(SHANGHAI).date()


def recount(tickets: list[Ticket], since: date, until: date, known: datetime | None) -> Counter:
    """Return the counts of these tickets from `since` up to and without `until`."""
    counts: Counter[str] = Counter()
    for ticket in tickets:
        lines = [
            line
            for line in TicketEvent.objects.filter(ticket=ticket).order_by("pk")
            if known is None or line.at < known
        ]
        if not lines:
            continue
        for when, what, amount in counted(ticket, lines):
            if since <= when < until:
                counts[what] += amount
    return +counts


def counted(ticket: Ticket, lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    reported = day(ticket.reported_at)
    if ticket.restricted:
        return [(reported, "restricted", 1)]
    found = [(reported, what, 1) for what in of_the_report(lines)]
    found += [(day(line.at), what, 1) for line in lines for what in of_the_line(line)]
    found += of_the_answer(lines) + of_the_end(ticket, lines) + of_the_promise(lines)
    found += of_the_first_hand(lines) + of_the_hands(lines) + of_the_signing(lines)
    for line in lines:
        if line.before in AT_WORK and line.after in ENDED_WELL and line.move != "settle":
            took = int((line.at - ticket.reported_at).total_seconds() // 60)
            found += [(day(line.at), "resolved", 1), (day(line.at), "minutes", took)]
    return found


def state_after(lines: list[TicketEvent]) -> str:
    return [line.after for line in lines if line.after][-1]


def of_the_report(lines: list[TicketEvent]) -> list[str]:
    state = state_after(lines)
    taken_on = any(line.move == "accept" for line in lines) or state in ENDED_WELL
    names = {"refused": "refused", "merged": "merged", "withdrawn": "withdrawn"}
    names["closed"] = "finished"
    filed = ["filed"] if taken_on and state not in {"submitted", "refused"} else []
    return ["reported", *filed, *([names[state]] if state in names else [])]


def of_the_line(line: TicketEvent) -> list[str]:
    if line.kind == "moved":
        names = {"dispatch": "received", "climb": "climbed", "supervise": "supervised"}
        names["send_back"] = "reworked"
        return [names[line.move]] if line.move in names else []
    if line.kind == "decided" and line.data["granted"] and "step" not in line.data:
        names = {"return": "returned", "extension": "extended", "reopening": "reopened"}
        return [names[line.data["request"]]] if line.data["request"] in names else []
    return []


def of_the_answer(lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    answers = [line for line in lines if line.move == "feed_back"]
    if not answers:
        return []
    when = day(answers[-1].at)
    found = [(when, "answered", 1)]
    ratings = [line for line in lines if line.move == "rate" and line.pk > answers[-1].pk]
    if ratings:
        said = ratings[-1].data
        found.append((when, "rated", 1))
        found += [(when, "satisfied", 1)] if said["stars"] >= 3 else []
        found += [(when, "solved", 1)] if said["solved"] else []
    return found


def of_the_end(ticket: Ticket, lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    if state_after(lines) != "closed":
        return []
    last = [line for line in lines if line.after == "closed" and line.before != "closed"][-1]
    earlier = [line for line in lines if line.pk < last.pk]
    units = [line.data["unit"] for line in earlier if line.move == "dispatch"]
    climbed = any(line.move == "climb" for line in earlier)
    found = [(day(last.at), "closed", 1)]
    if units and units[-1].startswith("VC-") and not climbed:
        found.append((day(last.at), "on_the_spot", 1))
    return found


def of_the_promise(lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    """The work in stretches, each from when it began (again) until it was done or over."""
    found, late = [], False
    for line in lines:
        if line.after in AT_WORK and line.before not in AT_WORK:
            late = False
        passed = line.kind == "reminded" and line.data == {"clock": "resolve", "share": 100}
        if passed and not late:
            late = True
            found += [(day(line.at), "due", 1), (day(line.at), "late_in", 1)]
        if line.before in AT_WORK and line.after and line.after not in AT_WORK:
            if late:
                found.append((day(line.at), "late_out", 1))
            elif line.after in ENDED_WELL:
                found.append((day(line.at), "due", 1))
                due = parse_datetime(line.data.get("due", ""))
                if due is None or line.at <= due:
                    found.append((day(line.at), "on_time", 1))
        handed = line.move == "dispatch" or line.data.get("request") == "return"
        if late and handed and changes_hands(line, lines):
            found += [(day(line.at), "late_out", 1), (day(line.at), "late_in", 1)]
    return found


def of_the_hands(lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    found = []
    for line in lines:
        if line.after in AT_WORK and line.before not in AT_WORK:
            found.append((day(line.at), "work_in", 1))
        if line.before in AT_WORK and line.after and line.after not in AT_WORK:
            found.append((day(line.at), "work_out", 1))
        if changes_hands(line, lines):
            found += [(day(line.at), "work_in", 1), (day(line.at), "work_out", 1)]
    return found


def changes_hands(line: TicketEvent, lines: list[TicketEvent]) -> bool:
    return unit_of([other for other in lines if other.pk < line.pk]) != unit_of(
        [other for other in lines if other.pk <= line.pk]
    )


def unit_of(lines: list[TicketEvent]) -> str:
    unit = ""
    for line in lines:
        if line.kind == "moved" and line.move == "dispatch":
            unit = line.data["unit"]
        elif line.kind == "decided" and line.data["request"] == "return":
            unit = "" if line.data["granted"] and "step" not in line.data else unit
    return unit


def of_the_signing(lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    """Each dispatch until it is signed for, given to another, or late."""
    found, open_since = [], None
    for line in lines:
        if line.kind == "moved" and line.move == "dispatch":
            open_since = line
        elif open_since and line.data == {"clock": "sign", "share": 100}:
            found.append((day(line.at), "sign_due", 1))
            open_since = None
        elif open_since and line.move == "sign":
            due = parse_datetime(line.data["due"])
            found.append((day(line.at), "sign_due", 1))
            found += [(day(line.at), "signed", 1)] if line.at <= due else []
            open_since = None
    return found


def of_the_first_hand(lines: list[TicketEvent]) -> list[tuple[date, str, int]]:
    for line in lines:
        late = line.kind == "reminded" and line.data["share"] == 100
        if late and line.data["clock"] in {"accept", "sign"}:
            return [(day(line.at), "response_due", 1)]
        by_hand = line.by_id and line.move in {"accept", "refuse", "merge"}
        if line.move == "sign" or (by_hand and line.before != line.after):
            due = parse_datetime(line.data.get("due", ""))
            in_time = [(day(line.at), "responded", 1)] if due is None or line.at <= due else []
            return [(day(line.at), "response_due", 1), *in_time]
    return []
