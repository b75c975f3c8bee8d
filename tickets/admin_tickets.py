"""Tickets in the admin: looked at through the same door as everywhere, never written here."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from people.admin_rights import may_enter
from people.models import User
from tickets import routing
from tickets.models import DueStep, Request, Ticket, TicketEvent


class ReadOnly:
    """Nothing is added, changed or deleted; moves are made by the verbs, on the ticket's page."""

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj=None) -> bool:
        return False

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_enter(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Administrators may look; what there is to see, the door says."""
        if not may_enter(request.user):
            return False
        if not isinstance(obj, Ticket):
            return True
        return _seen_by(request.user).filter(pk=obj.pk).exists()


class Inlined(ReadOnly, admin.TabularInline):
    extra = 0
    can_delete = False
    show_change_link = False

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(ticket__in=_seen_by(request.user))


class EventInline(Inlined):
    model = TicketEvent
    fields = readonly_fields = (
        "at", "kind", "move", "by", "hat", "before", "after", "data", "public", "said",
    )  # fmt: skip
    ordering = ("at", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("by", "words")

    @admin.display(description=_("words"))
    def said(self, event: TicketEvent) -> str:
        return event.words.words if hasattr(event, "words") else ""


class StepInline(Inlined):
    model = DueStep
    fields = readonly_fields = (
        "due_at", "kind", "clock", "round", "done_at", "void_at", "retry_at", "error",
    )  # fmt: skip
    ordering = ("due_at", "pk")


class RequestInline(Inlined):
    model = Request
    fields = readonly_fields = (
        "kind", "state", "reason", "asked_by", "asked_at", "unit", "step", "decide_by", "until",
        "decided_by", "decided_at",
    )  # fmt: skip
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).select_related("asked_by", "decided_by", "unit")


@admin.register(Ticket)
class TicketAdmin(ReadOnly, admin.ModelAdmin):
    list_display = (
        "number", "title", "state", "urgency", "event_type", "village", "centre", "handler",
        "reported_at", "resolve_by",
    )  # fmt: skip
    list_filter = (
        "state", "urgency", "event_type__category", "channel", "restricted", "supervision",
        "is_demonstration",
    )  # fmt: skip
    list_select_related = ("text", "event_type", "village", "centre", "handler")
    search_fields = ("number", "code", "text__words")
    ordering = ("-reported_at", "-pk")
    list_per_page = 50
    show_full_result_count = False
    actions = None
    inlines = (EventInline, RequestInline, StepInline)
    fieldsets = (
        (None, {"fields": ("number", "code", "title", "words", "state", "channel", "entered_by",
                           "is_demonstration", "held", "restricted")}),
        (_("What and where"), {"fields": ("event_type", "urgency", "village", "grid", "area_code",
                                          "lat", "lng", "exact")}),
        (_("Who"), {"fields": ("centre", "handler", "why", "merged_into")}),
        (_("When"), {"fields": ("reported_at", "accept_by", "sign_by", "resolve_by", "provisional",
                                "paused_until", "accepted_at", "dispatched_at", "signed_at",
                                "resolved_at", "verified_at", "answered_at", "ended_at")}),
        (_("Course"), {"fields": ("supervision", "supervise_by", "climbs", "returns", "extensions",
                                  "reworks", "reopenings", "version")}),
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        return super().get_queryset(request).filter(pk__in=_seen_by(request.user).values("pk"))

    def view_on_site(self, ticket: Ticket) -> str:
        return reverse("tickets:detail", args=[ticket.number])

    @admin.display(description=_("title"))
    def title(self, ticket: Ticket) -> str:
        return ticket.text.title

    @admin.display(description=_("words"))
    def words(self, ticket: Ticket) -> str:
        return ticket.text.words

    @admin.display(description=_("why there"))
    def why(self, ticket: Ticket) -> str:
        return routing.sentence(ticket.reason)


def _seen_by(user: Any) -> QuerySet:
    """Return the tickets behind this person's door: without a post that opens it, none."""
    return Ticket.objects.visible_to(user) if isinstance(user, User) else Ticket.objects.none()
