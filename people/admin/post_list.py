"""The list of all posts, with its table in and out."""

from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _

from people import posts
from people.admin.post_table import PostTable
from people.admin.posting import form_by, save_post
from people.admin_rights import SecurityAdminOnly
from people.models import Post
from people.roles import Role
from people.step_up import proved_lately
from people.tables import Tables


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
@method_decorator(proved_lately("POST"), name="changeform_view")
@method_decorator(proved_lately("POST"), name="changelist_view")
@method_decorator(proved_lately("POST"), name="delete_view")
class PostAdmin(SecurityAdminOnly, Tables, admin.ModelAdmin):
    resource_classes = [PostTable]
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
        return super().get_form(request, obj, change, form=form_by(request.user), **kwargs)

    def save_model(self, request, obj, form, change):
        save_post(obj, request.user)

    def delete_model(self, request, obj):
        posts.take(post=obj, by=request.user, at=timezone.now())

    def delete_queryset(self, request, queryset):
        for post in queryset.select_related("area", "unit__area", "user"):
            self.delete_model(request, post)
