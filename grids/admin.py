"""The land and its organisation in Django's admin: the system administrator's work."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import boundaries
from grids.forms import AreaForm, DistrictForm, PartyOrgForm, UnitForm
from grids.models import Area, CommandCentre, Department, District, PartyOrg, Unit
from grids.pack_areas import LEVEL_OF_LENGTH
from grids.party_tree import party_tree
from grids.tables import AreaTable, CentreTable, DepartmentTable
from people import audit
from people.admin_rights import SystemAdminOnly
from people.tables import Tables


class InForce(admin.SimpleListFilter):
    """Today's by default; what has ended stays for the tickets that name it."""

    title = _("in force")
    parameter_name = "in_force"

    def lookups(self, request, model_admin):
        return (("all", _("Also what has ended")), ("ended", _("Only what has ended")))

    def choices(self, changelist):
        first, *rest = super().choices(changelist)
        return [{**first, "display": _("Today's")}, *rest]

    def queryset(self, request, queryset):
        today = timezone.localdate()
        if self.value() == "all":
            return queryset
        if self.value() == "ended":
            return queryset.filter(valid_to__lte=today)
        return queryset.filter(pk__in=queryset.model.objects.in_force(today).values("pk"))


class Lacks(admin.SimpleListFilter):
    """What somebody should look after; the administration's first page leads here."""

    title = _("needs care")
    parameter_name = "lacks"

    def lookups(self, request, model_admin):
        return (
            ("centre", _("Without a command centre")),
            ("outline", _("Without an outline")),
            ("redrawn", _("Outline changed in the last 7 days")),
        )

    def queryset(self, request, queryset):
        now = timezone.now()
        if self.value() == "centre":
            return queryset.without_centre(timezone.localdate(now))
        if self.value() == "outline":
            return queryset.without_outline()
        if self.value() == "redrawn":
            return queryset.redrawn_since(now - timedelta(days=7))
        return queryset


class People(admin.SimpleListFilter):
    """Units in which nobody would take what is sent to them."""

    title = _("people")
    parameter_name = "people"

    def lookups(self, request, model_admin):
        return (("none", _("Nobody on post")),)

    def queryset(self, request, queryset):
        return queryset.without_people(timezone.localdate()) if self.value() else queryset


class Kept(SystemAdminOnly, admin.ModelAdmin):
    """Nothing here is deleted: it gets an end, because tickets and posts name it."""

    may_delete = False

    class Media:
        css = {"all": ("css/grids-admin.css",)}

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        audit.record(
            actor=request.user,
            action=f"{obj._meta.concrete_model._meta.model_name}_{'changed' if change else 'made'}",
            subject=f"{obj._meta.concrete_model._meta.model_name}:{obj.pk}",
            at=timezone.now(),
            area_code=obj.area.code if hasattr(obj, "area") else obj.code,
            data={"fields": sorted(form.changed_data)},
        )


@admin.register(Area)
class AreaAdmin(Tables, Kept):
    resource_classes = [AreaTable]
    form = AreaForm
    list_display = ("code", "name", "name_en", "kind", "population", "is_drawn", "approximate")
    list_filter = (InForce, Lacks, "level", "kind", "approximate")
    search_fields = ("=code", "code__startswith", "name", "full_name", "name_en")
    search_help_text = _("Code, name or English name")
    ordering = ("code",)
    list_per_page = 50
    fieldsets = (
        (None, {"fields": ("code", "kind", "name", "full_name", "name_en", "population")}),
        (_("Land"), {"fields": ("outline", "approximate", ("lat", "lng"))}),
        (_("In force"), {"fields": (("valid_from", "valid_to"),)}),
    )

    def get_queryset(self, request):
        # Outlines are long; only the page of one area needs its own.
        drawn = ExpressionWrapper(Q(boundary__isnull=False), BooleanField())
        return super().get_queryset(request).defer("boundary").annotate(drawn=drawn)

    @admin.display(description=_("outline"), boolean=True)
    def is_drawn(self, area) -> bool:
        return area.drawn

    def get_readonly_fields(self, request, obj=None):
        # Tickets and posts hold the code: it never changes once it is there.
        return ("code",) if obj else ()

    def get_form(self, request, obj=None, change=False, **kwargs):
        form = super().get_form(request, obj, change, **kwargs)
        widget = form.base_fields["outline"].widget if "outline" in form.base_fields else None
        if widget is not None:
            widget.around_url = reverse("admin:grids_area_around")
        return form

    def get_urls(self):
        around = self.admin_site.admin_view(self.around)
        return [path("around/", around, name="grids_area_around"), *super().get_urls()]

    def around(self, request: HttpRequest) -> HttpResponse:
        """Outlines of the area above ?code=… and of the areas of its level in and around that."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        code = request.GET.get("code", "")
        if not code.isdigit() or len(code) > 15:
            raise Http404
        today = timezone.localdate()
        drawn = Area.objects.in_force(today).filter(boundary__isnull=False).exclude(code=code)
        above = drawn.filter(code=code[:-3]).first()
        level = LEVEL_OF_LENGTH.get(len(code), "")
        beside = boundaries.near(drawn.filter(level=level), above) if above else []
        features = [
            {
                "type": "Feature",
                "properties": {"name": area.shown_name, "role": role},
                "geometry": area.boundary,
            }
            for role, areas in (("beside", beside), ("above", [above] if above else []))
            for area in areas
        ]
        return JsonResponse({"type": "FeatureCollection", "features": features})

    def save_model(self, request, obj, form, change):
        super().save_model(request, obj, form, change)
        if "outline" not in form.changed_data:
            boundaries.land_changed()
            return
        boundaries.redraw(
            area=obj,
            geometry=form.cleaned_data["outline"],
            by=request.user,
            at=timezone.now(),
            approximate=form.cleaned_data["approximate"],
        )
        for overlap in boundaries.conflicts(obj):
            messages.warning(
                request,
                gettext("%(code)s and %(other)s overlap by %(share).1f %% of the smaller one.")
                % {"code": overlap.code, "other": overlap.other, "share": overlap.share * 100},
            )


class UnitAdmin(Kept):
    form = UnitForm
    search_fields = ("=code", "name", "name_en", "aliases", "area__name", "=area__code")
    search_help_text = _("Code, name, alias or area")
    ordering = ("code",)
    list_per_page = 50
    list_select_related = ("area",)
    autocomplete_fields = ("area",)

    def get_queryset(self, request):
        return super().get_queryset(request).defer("area__boundary")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()


@admin.register(Unit)
class AnyUnitAdmin(UnitAdmin):
    """Every unit: for finding one by typing; changed as what it is, a centre or a department."""

    list_display = ("code", "name", "name_en", "kind", "area", "valid_to")
    list_filter = (InForce, "kind", "tier")

    def has_module_permission(self, request) -> bool:
        return False

    def has_add_permission(self, request, obj=None) -> bool:
        return False

    def has_change_permission(self, request, obj=None) -> bool:
        return False


@admin.register(CommandCentre)
class CommandCentreAdmin(Tables, UnitAdmin):
    resource_classes = [CentreTable]
    list_display = ("code", "name", "name_en", "tier", "area", "valid_to")
    list_filter = (InForce, People, "tier")
    fields = (
        "code", "trade", "tier", "name", "name_en", "aliases", "area", ("valid_from", "valid_to"),
    )  # fmt: skip

    def save_model(self, request, obj, form, change):
        obj.kind = Unit.Kind.CENTRE
        super().save_model(request, obj, form, change)


@admin.register(Department)
class DepartmentAdmin(Tables, UnitAdmin):
    resource_classes = [DepartmentTable]
    list_display = ("code", "name", "name_en", "trade", "kind", "area", "valid_to")
    list_filter = (InForce, People, "kind", "trade")
    fields = (
        "code", "trade", "kind", "name", "name_en", "aliases", "area", ("valid_from", "valid_to"),
    )  # fmt: skip

    def formfield_for_choice_field(self, db_field, request, **kwargs):
        if db_field.name == "kind":
            kwargs["choices"] = [c for c in Unit.Kind.choices if c[0] != Unit.Kind.CENTRE]
        return super().formfield_for_choice_field(db_field, request, **kwargs)


@admin.register(PartyOrg)
class PartyOrgAdmin(Kept):
    form = PartyOrgForm
    list_display = ("code", "name", "name_en", "tier", "parent", "area", "valid_to")
    list_filter = (InForce, "tier")
    search_fields = ("code", "name", "name_en", "area__name")
    search_help_text = _("Code, name or area")
    ordering = ("tier", "code")
    list_per_page = 50
    list_select_related = ("parent", "area")
    autocomplete_fields = ("parent", "area")

    def get_queryset(self, request):
        return super().get_queryset(request).defer("area__boundary")

    def get_readonly_fields(self, request, obj=None):
        return ("code",) if obj else ()

    def get_urls(self):
        tree = self.admin_site.admin_view(self.tree)
        return [path("tree/", tree, name="grids_partyorg_tree"), *super().get_urls()]

    def tree(self, request: HttpRequest) -> HttpResponse:
        """The five tiers as a tree, and the land that has no organisation yet."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context: dict[str, Any] = {
            **self.admin_site.each_context(request),
            "title": _("Party organisations, five tiers"),
            "opts": self.opts,
            "party": party_tree(on=timezone.localdate()),
        }
        return TemplateResponse(request, "admin/grids/partyorg/tree.html", context)


@admin.register(District)
class DistrictAdmin(Kept):
    form = DistrictForm
    list_display = ("name", "code", "number_prefix", "satisfaction_target", "map_review_number")

    def has_add_permission(self, request, obj=None) -> bool:
        # One row; the first pack brings it.
        return False

    def get_readonly_fields(self, request, obj=None):
        return ("code",)

    def save_model(self, request, obj, form, change):
        obj.stamp = uuid4()
        super().save_model(request, obj, form, change)
