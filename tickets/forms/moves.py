"""One form for each move that staff make: what the verb needs, and nothing else.

A form checks shapes and what may be chosen; whether the move is right is for the verb to say.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from people.models import User
from tickets.deadlines import Limit, limit_in_words
from tickets.forms.choices import GroupedChoice, event_types, name_what_is_missing
from tickets.forms.fields import PhotosInput, StaffWords
from tickets.forms.units import HelpersField, UnitChoice, candidates
from tickets.models import EventType, Ticket, TicketEvent, Urgency
from tickets.photos import Received
from tickets.requests_table import RefusalReason
from tickets.states import Move


class MoveForm(forms.Form):
    """A move without a word to it; the others add their fields."""

    def __init__(
        self,
        *args: Any,
        ticket: Ticket,
        user: User,
        at: datetime,
        received: Sequence[Received] = (),
        **kwargs: Any,
    ) -> None:
        self.ticket, self.user, self.at, self.received = ticket, user, at, received
        super().__init__(*args, **kwargs)
        name_what_is_missing(self)

    def arguments(self) -> dict[str, Any]:
        """Return what the verb is called with, besides who, when and which ticket."""
        return dict(self.cleaned_data)


class RemarkField(StaffWords):
    """What colleagues should know; the reporter does not see it."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Remark"))
        kwargs.setdefault("help_text", _("For colleagues; the reporter does not see it."))
        super().__init__(required=False, rows=3, **kwargs)


class PhotosField(forms.Field):
    """Where photos are put; the view receives them one by one, so that no form loses them."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("label", _("Photos"))
        kwargs.setdefault("help_text", _("At most 8, each up to 10 MB: JPEG, PNG or WebP."))
        super().__init__(required=False, widget=PhotosInput, **kwargs)


class RemarkForm(MoveForm):
    words = RemarkField()


class AcceptForm(MoveForm):
    event_type = GroupedChoice(
        queryset=EventType.objects.none(),
        label=_("Type"),
        required=False,
        empty_label=_("Choose what it is"),
        heading=lambda kind: kind.category.shown_name,
        says=lambda kind: type_in_words(kind),
    )
    words = RemarkField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["event_type"]
        assert isinstance(field, GroupedChoice)
        field.queryset = event_types()
        field.required = self.ticket.event_type_id is None
        field.initial = self.ticket.event_type_id or self._suggested()
        if field.initial and not self.ticket.event_type_id:
            field.help_text = _("Suggested from the words of the report. Please check it.")

    def _suggested(self) -> int | None:
        reported = self.ticket.events.filter(kind=TicketEvent.Kind.REPORTED).first()
        code = reported.data.get("suggested", "") if reported else ""
        return EventType.objects.filter(code=code, in_use=True).values_list("pk", flat=True).first()


class RefuseForm(MoveForm):
    reason = forms.ChoiceField(
        label=_("Reason"), choices=[("", _("Choose a reason")), *RefusalReason.choices]
    )
    words = StaffWords(
        label=_("Words to the reporter"),
        help_text=_("Say why, and who can help instead. The reporter reads this."),
    )
    number_given = forms.BooleanField(
        label=_("I have given the reporter the emergency number"),
        error_messages={"required": _("Give the reporter the emergency number first.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.ticket.urgency != Urgency.P1:
            del self.fields["number_given"]

    def arguments(self) -> dict[str, Any]:
        return {"reason": self.cleaned_data["reason"], "words": self.cleaned_data["words"]}


class MergeForm(MoveForm):
    into = forms.CharField(
        label=_("Number of the other ticket"),
        max_length=40,
        help_text=_("The report is about the same thing; its reporter follows the other one."),
    )
    words = RemarkField()

    def clean_into(self) -> Ticket:
        number = "".join(self.cleaned_data["into"].split())
        other = Ticket.objects.visible_to(self.user).filter(number__iexact=number).first()
        if other is None:
            raise forms.ValidationError(
                _("There is no ticket %(number)s that you can see."), params={"number": number}
            )
        return other

    def arguments(self) -> dict[str, Any]:
        return {"into_id": self.cleaned_data["into"].pk, "words": self.cleaned_data["words"]}


class DispatchForm(MoveForm):
    unit = UnitChoice(label=_("Lead unit"))
    helpers = HelpersField(label=_("Helping units"), required=False)
    words = RemarkField(label=_("Words to the unit"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        options = candidates(self.ticket, at=self.at)
        for name, initial in (("unit", options.proposed), ("helpers", options.supports)):
            field = self.fields[name]
            assert isinstance(field, UnitChoice | HelpersField)
            field.offer(options)
            field.initial = initial


class ResolveForm(MoveForm):
    words = StaffWords(
        label=_("What was done"),
        rows=5,
        help_text=_("The centre checks it and answers the reporter."),
    )
    photos = PhotosField(label=_("Photos of the result"))
    evidence = StaffWords(
        label=_("What shows it, if there is no photo"),
        required=False,
        rows=2,
        help_text=_("A document, a measurement, who confirmed it."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("evidence") or self.received):
            self.add_error("evidence", _("Add a photo, or say what shows that it is done."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"photos": self.received}


class SendBackForm(MoveForm):
    words = StaffWords(
        label=_("What is still missing"), help_text=_("The unit gets half of the limit once more.")
    )


class FeedBackForm(MoveForm):
    words = StaffWords(
        label=_("Answer to the reporter"),
        rows=6,
        help_text=_("The reporter reads this, and may then rate it."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        resolved = self.ticket.events.filter(move=Move.RESOLVE)
        last = resolved.select_related("words").order_by("-pk").first()
        if last and hasattr(last, "words"):
            # Without what shows the result: it may name people.
            self.fields["words"].initial = last.words.words.split("\n\n")[0]


class CommentForm(MoveForm):
    words = StaffWords(label=_("Comment"), required=False)
    photos = PhotosField()
    public = forms.BooleanField(
        label=_("The reporter may read it"),
        required=False,
        help_text=_("Otherwise only colleagues who see this ticket can."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not (cleaned.get("words") or self.received or self.errors):
            self.add_error("words", _("Write something, or add a photo."))
        return cleaned

    def arguments(self) -> dict[str, Any]:
        return self.cleaned_data | {"photos": self.received}


class QuestionForm(MoveForm):
    words = StaffWords(
        label=_("Question to the reporter"),
        help_text=_(
            "It stands on top of the reporter's page, where they answer with words or photos. "
            "Whoever left a telephone number gets a text message. The clock runs on."
        ),
    )


class ClimbForm(MoveForm):
    words = StaffWords(
        label=_("Why it must be decided a level above"),
        help_text=_("Whoever handles it goes on meanwhile."),
    )


class SuperviseForm(MoveForm):
    grade = forms.ChoiceField(
        label=_("Grade"),
        widget=forms.RadioSelect,
        choices=[choice for choice in Ticket.Supervision.choices if choice[0]],
    )
    words = StaffWords(label=_("What is expected"))
    answer_by = forms.DateTimeField(
        label=_("Answer by"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )


FORMS: dict[Move, type[MoveForm]] = {
    Move.ACCEPT: AcceptForm,
    Move.REFUSE: RefuseForm,
    Move.MERGE: MergeForm,
    Move.DISPATCH: DispatchForm,
    Move.SIGN: RemarkForm,
    Move.START: RemarkForm,
    Move.RESOLVE: ResolveForm,
    Move.VERIFY: RemarkForm,
    Move.SEND_BACK: SendBackForm,
    Move.FEED_BACK: FeedBackForm,
    Move.ARCHIVE: RemarkForm,
    Move.COMMENT: CommentForm,
    Move.QUESTION: QuestionForm,
    Move.CLIMB: ClimbForm,
    Move.SUPERVISE: SuperviseForm,
    Move.UNDO: MoveForm,
}


def type_in_words(kind: EventType) -> str:
    """Return a type with its urgency and its limits, as an option of a list says it."""
    return _("%(name)s · %(urgency)s · sign %(sign)s · resolve %(resolve)s") % {
        "name": kind.shown_name,
        "urgency": kind.urgency,
        "sign": limit_in_words(Limit.parse(kind.sign_limit)),
        "resolve": limit_in_words(Limit.parse(kind.resolve_limit)),
    }
