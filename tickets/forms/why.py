"""The question "who sees what": a person, and a ticket's number or an area."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Area
from people.models import User
from tickets.models import Ticket


class WhyForm(forms.Form):
    """After is_valid(): `person` (or None), and either `ticket` or `area`."""

    who = forms.CharField(
        label=_("Person"), max_length=150, required=False,
        help_text=_("user name or full name; empty: only who sees it at all"),
    )  # fmt: skip
    what = forms.CharField(
        label=_("Ticket or area"), max_length=80,
        help_text=_("a ticket's number, an area's code or name"),
    )  # fmt: skip

    person: User | None = None
    ticket: Ticket | None = None
    area: Area | None = None

    def clean_who(self) -> str:
        who: str = self.cleaned_data["who"]
        if not who:
            return who
        found = list(User.objects.filter(Q(username=who) | Q(full_name=who)).order_by("pk")[:9])
        exact = [user for user in found if user.username == who]
        if not found:
            raise ValidationError(_("Nobody has this name. Look for it under users."))
        if len(found) > 1 and not exact:
            names = ", ".join(user.username for user in found)
            raise ValidationError(
                _("Several people have this name. Take one of the user names: %(names)s"),
                params={"names": names},
            )
        self.person = (exact or found)[0]
        return who

    def clean_what(self) -> str:
        what: str = self.cleaned_data["what"]
        self.ticket = Ticket.objects.filter(number=what).select_related("centre", "handler").first()
        if self.ticket is None:
            areas = Area.objects.filter(Q(code=what) | Q(name=what) | Q(full_name=what))
            self.area = areas.defer("boundary").order_by("code").first()
        if self.ticket is None and self.area is None:
            raise ValidationError(_("There is no ticket with this number, and no such area."))
        return what

    def subject(self) -> dict[str, Any]:
        """Return what was asked about as the audit may keep it: codes and numbers."""
        about = {"ticket": self.ticket.number} if self.ticket else {}
        return about | ({"area": self.area.code} if self.area else {})
