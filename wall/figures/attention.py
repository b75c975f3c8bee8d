"""What a brief draws its reader's eye to: a few sentences about units, areas and types."""

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tickets.statistics import RATES, Counts, LeftOver
from wall.figures.sheet import Row
from wall.figures.shown import said

# Fewer cases than these say nothing about a rate; so much below the whole is worth a sentence.
_ENOUGH, _BELOW, _MOST = 5, 10, 3
# A type is reported unusually often: twice as often as before, and at least so often.
_OFTEN, _TWICE = 5, 2


def of(
    counts: Counts,
    left: LeftOver,
    *,
    areas: Sequence[Row],
    units: Sequence[Row],
    types: Sequence[Row],
    types_before: dict[str, Counts],
    target: int,
) -> list[str]:
    """Return the sentences, the gravest first; [] if nothing needs an eye."""
    return [
        *_late(left, units),
        *_below_target(counts, target),
        *_behind(counts, areas),
        *_more_often(types, types_before),
    ]


def _late(left: LeftOver, units: Sequence[Row]) -> Iterator[str]:
    if left.late:
        yield ngettext(
            "%(count)s matter is past its promise and not done.",
            "%(count)s matters are past their promise and not done.",
            left.late,
        ) % {"count": left.late}
    late = sorted((row for row in units if row.left and row.left.late), key=_latest_first)[:_MOST]
    if late:
        named = [
            _("%(unit)s (%(count)s)") % {"unit": row.name, "count": row.left.late}
            for row in late
            if row.left
        ]
        yield _("Most of them lie with %(units)s.") % {"units": _(", ").join(named)}


def _latest_first(row: Row) -> tuple[int, str]:
    return -(row.left.late if row.left else 0), row.code


def _below_target(counts: Counts, target: int) -> Iterator[str]:
    satisfied, rated = RATES["satisfaction"].of(counts), RATES["rated"].of(counts)
    if satisfied is not None and counts["rated"] >= _ENOUGH and satisfied < target:
        yield _("Satisfaction is %(rate)s, below the target of %(target)s %%.") % {
            "rate": said(RATES["satisfaction"], satisfied), "target": target
        }  # fmt: skip
    if rated is not None and counts["answered"] >= _ENOUGH and rated < 50:
        yield _("Only %(share)s of those who were answered have rated.") % {
            "share": said(RATES["rated"], rated)
        }


def _behind(counts: Counts, areas: Sequence[Row]) -> Iterator[str]:
    """Areas whose on-time rate lies well below the whole's."""
    rate = RATES["on_time"]
    whole = rate.of(counts)
    if whole is None:
        return
    behind = [
        (value, row)
        for row in areas
        if row.counts[rate.below] >= _ENOUGH
        and (value := rate.of(row.counts)) is not None
        and value <= whole - _BELOW
    ]
    for value, row in sorted(behind, key=lambda pair: (pair[0], pair[1].code))[:_MOST]:
        yield _("%(area)s is on time in %(rate)s of its matters, all together in %(whole)s.") % {
            "area": row.name, "rate": said(rate, value), "whole": said(rate, whole)
        }  # fmt: skip


def _more_often(types: Sequence[Row], before: dict[str, Counts]) -> Iterator[str]:
    for row in types:
        now, then = row.counts["reported"], before.get(row.code, Counts())["reported"]
        if row.code and now >= _OFTEN and now >= _TWICE * max(then, 1):
            yield _("“%(type)s” was reported %(now)s times, before that %(then)s times.") % {
                "type": row.name, "now": now, "then": then
            }  # fmt: skip
