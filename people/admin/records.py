"""What is only looked at: the audit log by the auditor, API tokens by the system administrator."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people import audit, tokens
from people.admin_rights import AuditorReads, RightsByPost
from people.models import ApiToken, AuditEntry
from people.roles import Role


class OfAction(admin.SimpleListFilter):
    title = _("action")
    parameter_name = "action"

    def lookups(self, request, model_admin):
        return audit.Action.choices

    def queryset(self, request, queryset):
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(AuditEntry)
class AuditEntryAdmin(AuditorReads, admin.ModelAdmin):
    """The record of who did what. Nobody changes it: the database would refuse."""

    list_display = ("at", "actor", "action_shown", "subject", "area_code")
    list_filter = (OfAction,)
    list_select_related = ("actor",)
    search_fields = ("subject", "area_code", "actor__username", "actor__full_name")
    date_hierarchy = "at"
    fields = ("at", "actor", "action_shown", "subject", "area_code", "data", "note_shown")
    readonly_fields = fields
    ordering = ("-at", "-pk")
    show_full_result_count = False

    @admin.display(description=_("action"), ordering="action")
    def action_shown(self, entry: AuditEntry) -> str:
        return str(dict(audit.Action.choices).get(entry.action, entry.action))

    @admin.display(description=_("words"))
    def note_shown(self, entry: AuditEntry) -> str:
        return entry.note.words if hasattr(entry, "note") else "-"


@admin.register(ApiToken)
class ApiTokenAdmin(RightsByPost, admin.ModelAdmin):
    readers = frozenset({Role.SYSTEM_ADMIN})
    may_delete = False
    list_display = ("user", "created_at", "expires_at", "revoked_at")
    list_select_related = ("user",)
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    search_fields = ("user__username", "user__full_name")
    fields = ("user", "created_at", "expires_at", "revoked_at")
    ordering = ("-created_at",)
    actions = ("revoke",)
    show_full_result_count = False

    def has_revoke_permission(self, request) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("Revoke"), permissions=["revoke"])
    def revoke(self, request, queryset):
        ids = list(queryset.values_list("pk", flat=True))
        done = tokens.revoke(token_ids=ids, by=request.user, at=timezone.now())
        text = ngettext("%(n)d token revoked.", "%(n)d tokens revoked.", done)
        messages.success(request, text % {"n": done})
