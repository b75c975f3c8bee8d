"""Every notice the platform can send, listed here and nowhere else.

A notice keeps its code and its params: numbers, codes and times. The sentence is made when it is
read, in the reader's language, by templates/notices/<code>.txt. To add one: a line here, the
template, its translation; tests/notices/test_wording.py covers it untouched.
"""

from dataclasses import dataclass, field
from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Param(StrEnum):
    """What a param holds, and so how it is shown."""

    PLAIN = "plain"  # a number or code, shown or tested as it is
    TIME = "time"  # ISO 8601, shown in local time
    UNIT = "unit"  # these four are looked up: settings.NOTICE_NAMES
    TYPE = "type"
    AREA = "area"
    REASON = "reason"


class Readers(models.TextChoices):
    """Whom a notice is written for."""

    STAFF = "staff", _("Staff")
    REPORTER = "reporter", _("Reporter")
    BOTH = "both", _("Staff and reporter")


P, T = Param.PLAIN, Param.TIME


@dataclass(frozen=True)
class Entry:
    """One kind of notice: whom it tells, which params it must have and which it may have."""

    readers: Readers
    needs: dict[str, Param] = field(default_factory=dict)
    may_have: dict[str, Param] = field(default_factory=dict)

    @property
    def params(self) -> dict[str, Param]:
        return self.needs | self.may_have


def _staff(needs: dict[str, Param] | None = None, **may_have: Param) -> Entry:
    return Entry(Readers.STAFF, {"number": P} | (needs or {}), may_have)


def _reporter(needs: dict[str, Param] | None = None, **may_have: Param) -> Entry:
    return Entry(Readers.REPORTER, {"number": P} | (needs or {}), {"code": P} | may_have)


def _both(needs: dict[str, Param] | None = None, **may_have: Param) -> Entry:
    # The reporter's has the receipt's code: that is how the template tells them apart.
    return Entry(Readers.BOTH, {"number": P} | (needs or {}), {"code": P} | may_have)


CATALOGUE: dict[str, Entry] = {
    # To the reporter
    "report_received": _reporter({"code": P}, unit=Param.UNIT, resolve_by=T),
    "refused": _reporter({"reason": Param.REASON}),
    "merged": _reporter({"other": P}),
    "progress": _reporter({"state": P}),
    "answered": _reporter(),
    "photo_refused": _reporter(),
    "question": _reporter({"code": P}),
    # To those who work on it
    "new_work": _staff({"type": Param.TYPE, "area": Param.AREA}, sign_by=T),
    "to_accept": _staff({"area": Param.AREA}, type=Param.TYPE, accept_by=T),
    "to_check": _staff(),
    "dispatched": _staff({"unit": Param.UNIT}),
    "sent_back": _staff(due=T),
    "reminder": _staff({"share": P, "clock": P}, due=T),
    "overdue": _staff({"clock": P}, share=P, due=T),
    "climbed": _staff({"unit": Param.UNIT}, area=Param.AREA),
    "supervised": _staff({"grade": P}, due=T),
    "asked": _staff({"kind": P}, decide_by=T),
    "rated_low": _staff(),
    "withdrawn": _staff(),
    "replied": _staff(),
    "reopened": _both(),
    # To either
    "undone": _both(),
    "decided": _both({"kind": P, "granted": P}),
    "commented": _both(),
    "deadline_moved": _both(due=T),
}
