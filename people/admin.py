"""Accounts, posts, the audit log and API tokens, each for the administrator whose work it is."""

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from people import audit, masking, posts, sessions, sign_in, tokens
from people.admin_rights import AuditorReads, RightsByPost, SecurityAdminOnly
from people.models import ApiToken, AuditEntry, Post, User
from people.roles import Role
from people.scope import roles_of

if admin.site.is_registered(Group):
    # Rights come from posts; a list of groups would only mislead.
    admin.site.unregister(Group)


class PostForm(forms.ModelForm):
    """Says beside the form what people.posts would refuse. `by` is set per request."""

    by: User

    class Meta:
        model = Post
        fields = ("user", "role", "area", "unit", "full_time", "starts", "ends")

    def clean(self):
        cleaned = super().clean() or {}
        if self.instance.user_id or cleaned.get("user"):
            post = Post(
                pk=self.instance.pk,
                user=cleaned.get("user") or self.instance.user,
                role=cleaned.get("role", ""),
            )
            try:
                posts.check(post=post, by=self.by, at=timezone.now())
            except posts.PostRefused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return cleaned


def _form_by(user: User) -> type[PostForm]:
    return type("PostForm", (PostForm,), {"by": user})


def _save_post(post: Post, by: User) -> None:
    try:
        posts.save(post=post, by=by, at=timezone.now())
    except posts.PostRefused as refusal:
        # The form said yes; somebody gave another post in between.
        raise PermissionDenied(str(refusal)) from refusal


class PicksPlaces(admin.options.BaseModelAdmin):
    """Areas and units are found by typing, where their own admin is registered."""

    def get_autocomplete_fields(self, request):
        models = {field.name: field.related_model for field in Post._meta.fields}
        known = self.admin_site._registry
        return (*self.autocomplete_fields, *(n for n in ("area", "unit") if models[n] in known))


class PostInline(PicksPlaces, RightsByPost, admin.TabularInline):
    model = Post
    fk_name = "user"
    readers = frozenset({Role.SYSTEM_ADMIN})
    writers = frozenset({Role.SECURITY_ADMIN})
    extra = 0

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, form=_form_by(request.user), **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("area", "unit", "user")


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


@admin.register(User)
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
    list_filter = ("is_active", "is_demonstration", "posts__role", "language")
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
            _save_post(post, request.user)
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


class InForceToday(admin.SimpleListFilter):
    title = _("in force today")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [("yes", _("Yes")), ("no", _("No"))]

    def queryset(self, request, queryset):
        held = Post.objects.held_on(timezone.localdate()).values("pk")
        if self.value() == "yes":
            return queryset.filter(pk__in=held)
        if self.value() == "no":
            return queryset.exclude(pk__in=held)
        return queryset


@admin.register(Post)
class PostAdmin(PicksPlaces, SecurityAdminOnly, admin.ModelAdmin):
    readers = frozenset({Role.SYSTEM_ADMIN})
    list_display = ("user", "role", "area", "unit", "full_time", "starts", "ends")
    list_filter = ("role", "full_time", InForceToday)
    list_select_related = ("user", "area", "unit")
    search_fields = (
        "user__username", "user__full_name", "area__code", "area__name", "unit__code", "unit__name",
    )  # fmt: skip
    autocomplete_fields = ("user",)
    ordering = ("-pk",)
    show_full_result_count = False

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, form=_form_by(request.user), **kwargs)

    def save_model(self, request, obj, form, change):
        _save_post(obj, request.user)

    def delete_model(self, request, obj):
        posts.take(post=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for post in queryset.select_related("area", "unit__area", "user"):
            self.delete_model(request, post)


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
