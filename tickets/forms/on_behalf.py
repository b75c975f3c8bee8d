"""The report that staff make: for a resident who came or rang, or of what they found."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from people.models import User
from tickets.forms.placed import own_areas
from tickets.forms.public import ReportForm
from tickets.models import Ticket


class OnBehalfForm(ReportForm):
    """The residents' form, and how it came to us."""

    channel = forms.ChoiceField(
        label=_("How it came"), widget=forms.RadioSelect,
        choices=[
            (Ticket.Channel.STAFF, _("A resident told us")),
            (Ticket.Channel.GRID, _("Found on a round")),
        ],
    )  # fmt: skip
    language = forms.ChoiceField(
        label=_("Language of the text messages"), choices=settings.LANGUAGES, required=False
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = self.fields["area_code"]
        assert isinstance(places, forms.ChoiceField)
        assert isinstance(places.widget, forms.Select)
        # A worker's own grids stand before the towns.
        own = [option for option in own_areas(user) if option[0]]
        empty, *towns = list(places.widget.choices)
        places.choices = [empty, (_("Your grids"), own), *towns] if own else [empty, *towns]
        self.fields["contact_phone"].help_text = _(
            "The reporter is told by text message what becomes of it."
        )

    def report(self) -> dict[str, Any]:
        data = self.cleaned_data
        return super().report() | {
            "channel": data["channel"],
            "language": data["language"] or settings.LANGUAGE_CODE,
        }
