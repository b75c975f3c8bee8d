"""Posts: given and taken by the security administrator, in a list of their own or on an account."""

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from people import posts
from people.admin_rights import RightsByPost
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


def form_by(user: User) -> type[PostForm]:
    """Return the form as this security administrator fills it in."""
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
        return super().get_formset(request, obj, form=form_by(request.user), **kwargs)

    def get_queryset(self, request):
        return super().get_queryset(request).select_related("area", "unit", "user")
