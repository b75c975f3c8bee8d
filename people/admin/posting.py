"""Posts: given and taken by the security administrator, in a list of their own or on an account."""

from datetime import timedelta

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from people import posts
from people.admin_rights import RightsByPost, SecurityAdminOnly
from people.models import Post, User
from people.roles import Role


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


def save_post(post: Post, by: User) -> None:
    """Give or change the post; 403 if that is refused only now."""
    try:
        posts.save(post=post, by=by, at=timezone.now())
    except posts.PostRefused as refusal:
        # The form said yes; somebody gave another post in between.
        raise PermissionDenied(str(refusal)) from refusal


class PostInline(RightsByPost, admin.TabularInline):
    model = Post
    fk_name = "user"
    readers = frozenset({Role.SYSTEM_ADMIN})
    writers = frozenset({Role.SECURITY_ADMIN})
    autocomplete_fields = ("area", "unit")
    extra = 0

    def get_formset(self, request, obj=None, **kwargs):
        return super().get_formset(request, obj, form=_form_by(request.user), **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("area", "unit", "user")


class InForceToday(admin.SimpleListFilter):
    title = _("in force today")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return [
            ("yes", _("Yes")),
            ("no", _("No")),
            ("soon", _("Ends within 30 days")),
            ("idle", _("Account disabled")),
        ]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        held = Post.objects.held_on(today).values("pk")
        if self.value() == "soon":
            return queryset.filter(pk__in=held).ending_by(today + timedelta(days=30))
        if self.value() == "idle":
            return queryset.filter(user__is_active=False)
        if self.value() == "yes":
            return queryset.filter(pk__in=held)
        if self.value() == "no":
            return queryset.exclude(pk__in=held)
        return queryset


@admin.register(Post)
class PostAdmin(SecurityAdminOnly, admin.ModelAdmin):
    readers = frozenset({Role.SYSTEM_ADMIN})
    list_display = ("user", "role", "area", "unit", "full_time", "starts", "ends")
    list_filter = ("role", "full_time", InForceToday)
    list_select_related = ("user", "area", "unit")
    search_fields = (
        "user__username", "user__full_name", "area__code", "area__name", "unit__code", "unit__name",
    )  # fmt: skip
    autocomplete_fields = ("user", "area", "unit")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_readonly_fields(self, request, obj=None):
        # A post is taken and another given: it does not wander from person to person.
        return ("user",) if obj else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        return super().get_form(request, obj, change, form=_form_by(request.user), **kwargs)

    def save_model(self, request, obj, form, change):
        save_post(obj, request.user)

    def delete_model(self, request, obj):
        posts.take(post=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for post in queryset.select_related("area", "unit__area", "user"):
            self.delete_model(request, post)
