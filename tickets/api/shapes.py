"""What the API takes and gives. Shapes only: serializers here do not write."""

from threading import local
from typing import Any

from rest_framework import serializers

from grids.handbook import Handbook
from grids.models import Unit
from people import masking
from tickets import receipts, routing
from tickets.access import asks_of, moves_of
from tickets.forms.fields import tidy_phone
from tickets.models import EventType, Rating, Ticket
from tickets.photos import MOST_PHOTOS
from tickets.requests_table import RefusalReason, RequestKind
from tickets.states import Move
from tickets.suggest import types_in_use

TEXT_LENGTH = 5000
GRADES = [grade for grade in Ticket.Supervision.choices if grade[0]]


class AreaShape(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField(source="shown_name")


class _TypeInUse(serializers.SlugRelatedField):
    """An event type by its code; found in the handbook, if the caller gives that as "book"."""

    def to_internal_value(self, data: Any) -> EventType:
        if "book" in self.context and isinstance(data, str):
            found = self.context["book"].keep("types", types_in_use).get(data)
            if found:
                return found
        # The table says in its own words what is wrong.
        return super().to_internal_value(data)


class ReportIn(serializers.Serializer):
    """A report. Its place is `lat` and `lng` (WGS 84), or `area`: a village's or grid's code."""

    key = serializers.UUIDField(help_text="made once for this report; sending again is harmless")
    text = serializers.CharField(min_length=2, max_length=TEXT_LENGTH)
    lat = serializers.FloatField(required=False, allow_null=True)
    lng = serializers.FloatField(required=False, allow_null=True)
    area = serializers.CharField(required=False, allow_blank=True, max_length=15)
    event_type = _TypeInUse(
        slug_field="code",
        queryset=EventType.objects.filter(in_use=True),
        required=False,
        allow_null=True,
    )
    contact_name = serializers.CharField(required=False, allow_blank=True, max_length=80)
    contact_phone = serializers.CharField(required=False, allow_blank=True, max_length=20)
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, max_length=MOST_PHOTOS
    )

    def validate_contact_phone(self, text: str) -> str:
        # As on the page: messages go to numbers of this country only.
        return tidy_phone(text)


class _Kept(local):
    """For each thread a form that is made once: to make its fields costs more than to use them."""

    def __init__(self) -> None:
        self.report = ReportIn()


_kept = _Kept()


def checked_report(data: Any, book: Handbook) -> dict[str, Any]:
    """Return what ReportIn makes of the data.

    :raises ValidationError: as ReportIn says it
    """
    form = _kept.report
    form._context = {"book": book}
    try:
        return form.run_validation(data)
    except serializers.ValidationError:
        # Said by a form of its own, as DRF words it for a whole request.
        again = ReportIn(data=data, context={"book": book})
        again.is_valid(raise_exception=True)
        return again.validated_data


class ReportOut(serializers.ModelSerializer):
    """The receipt: what the reporter is promised, and the two things that open it again."""

    pin = serializers.SerializerMethodField(help_text="six digits, shown only to the sender")
    area = AreaShape(source="village")
    grid = AreaShape(allow_null=True)
    handler = serializers.SerializerMethodField()
    reason = serializers.SerializerMethodField()
    resolve_by = serializers.DateTimeField(allow_null=False)

    class Meta:
        model = Ticket
        fields = (
            "number", "code", "pin", "area", "grid", "handler", "reason", "sign_by",
            "resolve_by", "state",
        )  # fmt: skip

    def get_pin(self, ticket: Ticket) -> str:
        return receipts.pin_of(ticket.key)

    def get_handler(self, ticket: Ticket) -> str:
        return (ticket.handler or ticket.centre).shown_name

    def get_reason(self, ticket: Ticket) -> str:
        return routing.sentence(ticket.reason)


_MOMENT = serializers.DateTimeField()


def receipt(ticket: Ticket, book: Handbook | None = None) -> dict[str, Any]:
    """Return what ReportOut gives, without building its fields anew: every report passes here."""
    areas = (ticket.village, ticket.grid)
    village, grid = (area and {"code": area.code, "name": area.shown_name} for area in areas)
    moments = (ticket.sign_by, ticket.resolve_by)
    sign_by, resolve_by = (moment and _MOMENT.to_representation(moment) for moment in moments)
    return {
        "number": ticket.number, "code": ticket.code, "pin": receipts.pin_of(ticket.key),
        "area": village, "grid": grid, "handler": (ticket.handler or ticket.centre).shown_name,
        "reason": routing.sentence(ticket.reason, book), "sign_by": sign_by,
        "resolve_by": resolve_by, "state": ticket.state,
    }  # fmt: skip


class HappeningShape(serializers.Serializer):
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    move = serializers.CharField()
    before = serializers.CharField()
    after = serializers.CharField()
    words = serializers.CharField()


class ProgressOut(serializers.Serializer):
    """How a report stands, for whoever holds its code and PIN."""

    number = serializers.CharField()
    code = serializers.CharField()
    state = serializers.CharField()
    state_label = serializers.CharField()
    area = AreaShape()
    handler = serializers.CharField()
    reason = serializers.CharField()
    reported_at = serializers.DateTimeField()
    resolve_by = serializers.DateTimeField()
    merged_into = serializers.CharField(allow_null=True)
    timeline = HappeningShape(many=True)


class UnitShape(serializers.ModelSerializer):
    name = serializers.CharField(source="shown_name")

    class Meta:
        model = Unit
        fields = ("code", "name")


class TypeShape(serializers.ModelSerializer):
    name = serializers.CharField(source="shown_name")

    class Meta:
        model = EventType
        fields = ("code", "name")


class TicketRow(serializers.ModelSerializer):
    """A ticket in a list."""

    title = serializers.CharField(source="text.title")
    event_type = TypeShape(allow_null=True)
    area = AreaShape(source="village")
    grid = AreaShape(allow_null=True)
    centre = UnitShape()
    handler = UnitShape(allow_null=True)

    class Meta:
        model = Ticket
        fields: tuple[str, ...] = (
            "number", "title", "state", "urgency", "event_type", "area", "grid", "centre",
            "handler", "reported_at", "accept_by", "sign_by", "resolve_by", "provisional",
            "paused_until", "supervision", "restricted", "is_demonstration",
        )  # fmt: skip
        read_only_fields: tuple[str, ...] = fields


class RequestOut(serializers.Serializer):
    id = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=RequestKind.choices)
    state = serializers.CharField()
    asked_at = serializers.DateTimeField()
    decide_by = serializers.DateTimeField()


class ContactShape(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField()


class TicketOut(TicketRow):
    """A ticket with its words, its history, and what the caller may do with it now."""

    words = serializers.CharField(source="text.words")
    reason = serializers.SerializerMethodField()
    contact = serializers.SerializerMethodField()
    requests = RequestOut(many=True)
    timeline = serializers.SerializerMethodField()
    moves = serializers.SerializerMethodField()
    asks = serializers.SerializerMethodField()

    class Meta(TicketRow.Meta):
        fields = (
            *TicketRow.Meta.fields, "words", "lat", "lng", "exact", "channel", "reason", "contact",
            "climbs", "returns", "extensions", "reworks", "reopenings", "requests", "timeline",
            "moves", "asks",
        )  # fmt: skip
        read_only_fields = fields

    def get_reason(self, ticket: Ticket) -> str:
        return routing.sentence(ticket.reason)

    def get_contact(self, ticket: Ticket) -> dict[str, str] | None:
        """Masked. The plain values are revealed on the ticket's page, with a reason."""
        contact = getattr(ticket, "contact", None)
        if contact is None:
            return None
        return {"name": masking.name(contact.name), "phone": masking.phone(contact.phone)}

    def get_timeline(self, ticket: Ticket) -> list[dict]:
        return timeline(ticket)

    def get_moves(self, ticket: Ticket) -> list[str]:
        return [str(move) for move in moves_of(self.context["user"], ticket)]

    def get_asks(self, ticket: Ticket) -> list[str]:
        return [str(kind) for kind in asks_of(self.context["user"], ticket)]


def timeline(ticket: Ticket, *, public: bool = False) -> list[dict]:
    """Return the history in order; with `public` only what the reporter may see."""
    events = ticket.events.select_related("words").order_by("at", "pk")
    if public:
        events = events.filter(public=True)
    lines = []
    for event in events:
        words = getattr(event, "words", None)
        readable = words is not None and (words.public or not public)
        line = {
            "at": event.at,
            "kind": event.kind,
            "move": event.move,
            "before": event.before,
            "after": event.after,
            "words": words.words if words and readable else "",
        }
        lines.append(line if public else line | {"data": event.data, "public": event.public})
    return lines


# The reporter makes the first three with code and PIN; the last belongs to reporting.
_NOT_OVER_THE_API = {Move.RATE, Move.WITHDRAW, Move.REPLY, Move.SETTLE}


class MoveIn(serializers.Serializer):
    """One move. Which of the other fields it needs, the move says when they are missing."""

    move = serializers.ChoiceField(
        choices=[choice for choice in Move.choices if choice[0] not in _NOT_OVER_THE_API]
    )
    words = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_LENGTH)
    event_type = serializers.SlugRelatedField(
        slug_field="code",
        queryset=EventType.objects.filter(in_use=True),
        required=False,
        allow_null=True,
        help_text="accept: the type's code",
    )
    reason = serializers.ChoiceField(
        choices=RefusalReason.choices, required=False, help_text="refuse: R01 to R09"
    )
    into = serializers.CharField(
        required=False, max_length=24, help_text="merge: the other ticket's number"
    )
    unit = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Unit.objects.select_related("area"),
        required=False,
        help_text="dispatch: the lead unit's code",
    )
    helpers = serializers.SlugRelatedField(
        slug_field="code",
        queryset=Unit.objects.select_related("area"),
        many=True,
        required=False,
        help_text="dispatch: codes of supporting units",
    )
    evidence = serializers.CharField(
        required=False, allow_blank=True, max_length=TEXT_LENGTH,
        help_text="resolve: what shows the result, if no photo does",
    )  # fmt: skip
    photos = serializers.ListField(
        child=serializers.FileField(allow_empty_file=True), required=False, max_length=MOST_PHOTOS,
        help_text="resolve, comment",
    )  # fmt: skip
    public = serializers.BooleanField(
        required=False, default=False, help_text="comment: the reporter may read it"
    )
    grade = serializers.ChoiceField(
        choices=GRADES, required=False,
        help_text="supervise",
    )  # fmt: skip
    answer_by = serializers.DateTimeField(required=False, allow_null=True, help_text="supervise")


class AskIn(serializers.Serializer):
    """A typed request: return, extension or suspension."""

    kind = serializers.ChoiceField(
        choices=[k for k in RequestKind.choices if k[0] != RequestKind.REOPENING]
    )
    words = serializers.CharField(max_length=TEXT_LENGTH)
    reason = serializers.CharField(required=False, allow_blank=True, max_length=8)
    until = serializers.DateTimeField(required=False, allow_null=True)


class DecideIn(serializers.Serializer):
    grant = serializers.BooleanField()
    words = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_LENGTH)


class RateIn(serializers.Serializer):
    stars = serializers.ChoiceField(choices=Rating.Stars.choices)
    solved = serializers.BooleanField()
    words = serializers.CharField(required=False, allow_blank=True, max_length=TEXT_LENGTH)


class FasterOut(serializers.Serializer):
    """Who made a ticket's last move: a post and its unit, never a person's name."""

    who = serializers.CharField()
    what = serializers.CharField(help_text="the move, in words")
    at = serializers.DateTimeField()
    seconds = serializers.IntegerField(help_text="how long ago")
    sentence = serializers.CharField()


class RefusalOut(serializers.Serializer):
    """Why something was refused: a sentence in the caller's language, and a stable code."""

    detail = serializers.CharField()
    code = serializers.CharField(required=False)
    # The metaclass takes declared fields off the class: the name does not hide Serializer.fields.
    fields = serializers.DictField(  # type: ignore[assignment]
        required=False, help_text="of a broken body or parameter: each one's name, what is wrong"
    )
    faster = FasterOut(
        required=False, allow_null=True,
        help_text="of a refused move: the last one, if somebody else made it in the caller's sight",
    )  # fmt: skip
