"""Accounts: made by the system administrator; the posts on their page are somebody else's work."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people import audit, masking, posts, sessions, sign_in, tokens
from people.admin.posting import PostInline, save_post
from people.admin_rights import RightsByPost
from people.models import User
from people.roles import Role
from people.scope import roles_of
from people.step_up import proved_lately


class UserForm(forms.ModelForm):
    """An account without its secrets: the phone is masked, a new one replaces it."""

    new_phone = forms.CharField(
        label=_("new phone"), required=False, max_length=20,
        help_text=_("leave empty to keep the present one"),
    )  # fmt: skip

    class Meta:
        model = User
        fields = ("username", "full_name", "email", "language", "is_active")

    def save(self, commit=True):
        if self.cleaned_data.get("new_phone"):
            self.instance.phone = self.cleaned_data["new_phone"]
        return super().save(commit)


class WithoutPosts(admin.SimpleListFilter):
    title = _("posts")
    parameter_name = "posts"

    def lookups(self, request, model_admin):
        return (("none", _("Without a post today")),)

    def queryset(self, request, queryset):
        without = posts.people_without(on=timezone.localdate())
        return queryset.filter(pk__in=without.values("pk")) if self.value() else queryset


# The account's page gives posts too.
@admin.register(User)
@method_decorator(proved_lately("POST"), name="changeform_view")
class UserAdmin(RightsByPost, DjangoUserAdmin):
    """The system administrator makes accounts; the security administrator gives posts to them."""

    readers = frozenset({Role.SECURITY_ADMIN})
    writers = frozenset({Role.SYSTEM_ADMIN})
    # Whoever did something stays named in the records: accounts are disabled, not deleted.
    may_delete = False
    form = UserForm
    add_form = AdminUserCreationForm
    fieldsets = (
        (None, {"fields": ("username", "full_name", "is_active", "is_demonstration")}),
        (_("To reach them"), {"fields": ("masked_phone", "new_phone", "email", "language")}),
        (_("Times"), {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (
        (
            None,
            {
                "classes": ("wide",),
                "fields": (
                    "username", "full_name", "language", "usable_password", "password1",
                    "password2",
                ),
            },
        ),
    )  # fmt: skip
    list_display = (
        "username", "full_name", "roles_shown", "is_active", "is_demonstration", "last_login",
    )  # fmt: skip
    list_filter = ("is_active", "is_demonstration", WithoutPosts, "posts__role", "language")
    search_fields = ("username", "full_name")
    ordering = ("username",)
    filter_horizontal = ()
    readonly_fields = ("is_demonstration", "masked_phone", "last_login", "date_joined")
    inlines = (PostInline,)
    actions = ("end_their_sessions", "unlock_them")
    show_full_result_count = False

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("posts")

    @admin.display(description=_("posts"))
    def roles_shown(self, user: User) -> str:
        # From the prefetched posts: .posts.filter() would ask once for each row.
        return ", ".join(dict.fromkeys(str(post.get_role_display()) for post in user.posts.all()))

    @admin.display(description=_("phone"))
    def masked_phone(self, user: User) -> str:
        return masking.phone(user.phone) or "-"

    def get_inlines(self, request, obj):
        return self.inlines if obj else ()

    # The page holds the account and the posts. The security administrator may send it too, but
    # of the account nothing is theirs to change; the inline has its own rights.

    def has_change_permission(self, request, obj=None) -> bool:
        roles = roles_of(request.user) if isinstance(request.user, User) else set()
        if Role.SECURITY_ADMIN in roles:
            return True
        return Role.SYSTEM_ADMIN in roles and (obj is None or not _watches(obj))

    def get_readonly_fields(self, request, obj=None):
        if obj and not _configures(request.user):
            shown = (name for _title, part in self.fieldsets for name in part["fields"])
            return tuple(name for name in shown if name != "new_phone")
        return super().get_readonly_fields(request, obj)

    def get_fieldsets(self, request, obj=None):
        fieldsets = super().get_fieldsets(request, obj)
        if obj and not _configures(request.user):
            return tuple(
                (title, {"fields": tuple(n for n in part["fields"] if n != "new_phone")})
                for title, part in fieldsets
            )
        return fieldsets

    def user_change_password(self, request, id, form_url=""):
        user = self.get_object(request, id)
        if user is None or not _configures(request.user) or _watches(user):
            raise PermissionDenied
        before = request.session.session_key
        response = super().user_change_password(request, id, form_url)
        sessions.rekeyed(before=before, session=request.session)
        if request.method == "POST" and response.status_code == 302:
            keep = request.session.session_key if user == request.user else ""
            sign_in.password_changed(user=user, by=request.user, at=timezone.now(), keep=keep)
        return response

    def save_model(self, request, obj, form, change):
        if change and not _configures(request.user):
            return
        super().save_model(request, obj, form, change)
        now = timezone.now()
        made = audit.Action.ACCOUNT_CHANGED if change else audit.Action.ACCOUNT_MADE
        audit.record(
            actor=request.user, action=made, subject=f"user:{obj.pk}", at=now,
            data={"fields": sorted(form.changed_data)} if change else {},
        )  # fmt: skip
        if not obj.is_active:
            sessions.end_sessions(obj, by=request.user, at=now)
            live = list(tokens.live_of(obj, now).values_list("pk", flat=True))
            tokens.revoke(token_ids=live, by=request.user, at=now)

    def save_formset(self, request, form, formset, change):
        for post in formset.save(commit=False):
            save_post(post, request.user)
        for post in formset.deleted_objects:
            posts.take(post=post, by=request.user, at=timezone.now())

    @admin.action(description=_("Sign them out everywhere"), permissions=["change"])
    def end_their_sessions(self, request, queryset):
        now = timezone.now()
        ended = sum(sessions.end_sessions(user, by=request.user, at=now) for user in queryset)
        text = ngettext("%(n)d session ended.", "%(n)d sessions ended.", ended)
        messages.success(request, text % {"n": ended})

    @admin.action(description=_("Lift the lock-out after failed attempts"), permissions=["change"])
    def unlock_them(self, request, queryset):
        for user in queryset:
            sign_in.unlock(user=user, by=request.user, at=timezone.now())
        messages.success(request, _("They can try again at once."))


def _configures(user) -> bool:
    return isinstance(user, User) and Role.SYSTEM_ADMIN in roles_of(user)


def _watches(user: User) -> bool:
    """Whether the account gives posts or reads the logs: its password is not the configurer's."""
    watching = {Role.SECURITY_ADMIN, Role.AUDITOR}
    return any(post.role in watching for post in user.posts.all())
