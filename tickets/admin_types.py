"""What reports are about and how long it may take: the system administrator sets it here."""

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import audit
from people.admin_rights import SystemAdminOnly
from people.tables import Tables
from tickets.deadlines import Limit, limit_in_words
from tickets.forms.settings import EventTypeForm, LimitsForm, entry_names
from tickets.models import EventCategory, EventType, Limits
from tickets.tables import EventTypeTable


class Recorded(SystemAdminOnly, admin.ModelAdmin):
    """What is changed here is on record; nothing is deleted, because tickets name it."""

    may_delete = False

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        kind = obj._meta.model_name
        audit.record(
            actor=request.user,
            action=f"{kind}_{'changed' if change else 'made'}",
            subject=f"{kind}:{obj.pk}",
            at=timezone.now(),
            data={"fields": sorted(form.changed_data)},
        )


@admin.register(EventCategory)
class EventCategoryAdmin(Recorded):
    list_display = ("code", "name", "name_en", "at_area_centre")
    list_filter = ("at_area_centre",)
    search_fields = ("code", "name", "name_en")
    ordering = ("code",)


class WithoutLimits(admin.SimpleListFilter):
    title = _("limits")
    parameter_name = "limits"

    def lookups(self, request, model_admin):
        return (("none", _("In use, without a limit")),)

    def queryset(self, request, queryset):
        return queryset.without_limits() if self.value() else queryset


@admin.register(EventType)
class EventTypeAdmin(Tables, Recorded):
    """A changed limit holds for new tickets: running ones keep the promise that was made."""

    resource_classes = [EventTypeTable]
    form = EventTypeForm
    list_display = (
        "code", "name", "category", "first_level", "urgency", "signing", "resolving", "lead",
        "restricted", "in_use",
    )  # fmt: skip
    list_filter = (WithoutLimits, "category", "first_level", "urgency", "restricted", "in_use")
    list_select_related = ("category",)
    search_fields = ("code", "name", "name_en", "words")
    autocomplete_fields = ("category",)
    ordering = ("code",)
    fieldsets = (
        (None, {"fields": ("code", "category", "name", "name_en", "in_use")}),
        (_("Who and how fast"), {
            "fields": ("first_level", "urgency", "sign_limit", "resolve_limit", "lead", "support"),
        }),
        (_("More"), {"fields": ("restricted", "words", "standard_codes", "note")}),
    )  # fmt: skip

    @admin.display(description=_("signing limit"), ordering="sign_limit")
    def signing(self, kind: EventType) -> str:
        return _in_words(kind.sign_limit)

    @admin.display(description=_("resolving limit"), ordering="resolve_limit")
    def resolving(self, kind: EventType) -> str:
        return _in_words(kind.resolve_limit)


def _in_words(limit: str) -> str:
    return limit_in_words(Limit.parse(limit)) if limit else "-"


@admin.register(Limits)
class LimitsAdmin(Recorded):
    """One row: the limits that hang on no type."""

    form = LimitsForm

    def get_fields(self, request: HttpRequest, obj=None):
        return [*LimitsForm.Meta.fields, *entry_names()]

    def get_form(self, request: HttpRequest, obj=None, change=False, **kwargs):
        # The entries are made by the form itself: the admin must not look for them in the model.
        return super().get_form(request, obj, change, **kwargs | {"fields": LimitsForm.Meta.fields})

    def has_add_permission(self, request: HttpRequest, obj=None) -> bool:
        return super().has_add_permission(request) and not Limits.objects.exists()
