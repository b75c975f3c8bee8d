"""What the relay could not deliver, for the system administrator: no names, no texts."""

from django.contrib import admin, messages
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from notices import outbox
from notices.models import Notice
from people import masking
from people.admin_rights import RightsByPost
from people.roles import Role


@admin.register(Notice)
class NoticeAdmin(RightsByPost, admin.ModelAdmin):
    """Read only. What a notice says is its reader's business; how it travels is administered."""

    readers = frozenset({Role.SYSTEM_ADMIN})
    may_delete = False
    list_display = (
        "posted_at", "channel", "template", "masked_address", "state", "attempts", "due_at",
        "error",
    )  # fmt: skip
    list_filter = ("state", "channel")
    fields = (
        "posted_at", "channel", "template", "masked_address", "state", "attempts", "due_at",
        "sent_at", "error",
    )  # fmt: skip
    readonly_fields = fields
    ordering = ("-posted_at", "-pk")
    actions = ("send_again",)
    show_full_result_count = False

    @admin.display(description=_("address"))
    def masked_address(self, notice: Notice) -> str:
        mask = masking.address if "@" in notice.address else masking.phone
        return mask(notice.address) or "-"

    def has_send_permission(self, request) -> bool:
        return self.has_view_permission(request)

    @admin.action(description=_("Send again what was given up"), permissions=["send"])
    def send_again(self, request, queryset):
        ids = list(queryset.values_list("pk", flat=True))
        done = outbox.retry(notice_ids=ids, by=request.user, at=timezone.now())
        text = ngettext("%(n)d notice waits again.", "%(n)d notices wait again.", done)
        messages.success(request, text % {"n": done})
