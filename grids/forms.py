"""Forms of the administration: areas with an outline drawn on a map, the district's settings."""

import json
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from grids import boundaries, district_values
from grids.models import CODE_LENGTHS, Area, District, PartyOrg, Unit, lineage
from grids.pack_areas import KINDS_OF_LEVEL, LEVEL_OF_LENGTH
from grids.pack_units import LEVELS_OF_TIER
from grids.packfile import BadValue, sentence

# What the drawing tool says, by its place in Leaflet.draw's own table of words.
DRAWING_WORDS = {
    "draw.toolbar.actions.title": _("Cancel drawing"),
    "draw.toolbar.actions.text": _("Cancel"),
    "draw.toolbar.finish.title": _("Finish drawing"),
    "draw.toolbar.finish.text": _("Finish"),
    "draw.toolbar.undo.title": _("Delete the last point drawn"),
    "draw.toolbar.undo.text": _("Delete last point"),
    "draw.toolbar.buttons.polygon": _("Draw an outline"),
    "draw.handlers.polygon.tooltip.start": _("Click to start the outline."),
    "draw.handlers.polygon.tooltip.cont": _("Click to go on."),
    "draw.handlers.polygon.tooltip.end": _("Click the first point to close the outline."),
    "draw.handlers.polyline.error": _("Lines must not cross."),
    "edit.toolbar.actions.save.title": _("Keep the changes"),
    "edit.toolbar.actions.save.text": _("Keep"),
    "edit.toolbar.actions.cancel.title": _("Drop the changes"),
    "edit.toolbar.actions.cancel.text": _("Drop"),
    "edit.toolbar.actions.clearAll.title": _("Remove all outlines"),
    "edit.toolbar.actions.clearAll.text": _("Remove all"),
    "edit.toolbar.buttons.edit": _("Change the outline"),
    "edit.toolbar.buttons.editDisabled": _("There is no outline to change"),
    "edit.toolbar.buttons.remove": _("Remove outlines"),
    "edit.toolbar.buttons.removeDisabled": _("There is no outline to remove"),
    "edit.handlers.edit.tooltip.text": _("Drag the points to change the outline."),
    "edit.handlers.edit.tooltip.subtext": _("Cancel to undo."),
    "edit.handlers.remove.tooltip.text": _("Click an outline to remove it."),
    "zoom.in": _("Zoom in"),
    "zoom.out": _("Zoom out"),
}


class PolygonWidget(forms.Textarea):
    """A map to draw an outline on, over a text area with the same outline as GeoJSON.

    Works without GDAL: Leaflet and Leaflet.draw as django-leaflet ships them, and a module of ours.
    """

    template_name = "grids/polygon_widget.html"
    # Where the outlines around come from: set by the admin for each page.
    around_url = ""

    class Media:
        css = {
            "all": (
                "leaflet/leaflet.css",
                "leaflet/draw/leaflet.draw.css",
                "css/polygon-widget.css",
            )
        }
        js = (
            "leaflet/leaflet.js",
            "leaflet/draw/leaflet.draw.js",
            Script("js/polygon-widget.js", type="module"),
        )

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["widget"]["around_url"] = self.around_url
        context["widget"]["words_id"] = f"{context['widget']['attrs'].get('id', name)}-words"
        context["widget"]["words"] = {key: str(text) for key, text in DRAWING_WORDS.items()}
        return context


class PolygonField(forms.Field):
    """An outline as GeoJSON text, checked as boundaries.checked does; None if there is none."""

    widget = PolygonWidget

    def prepare_value(self, value: Any) -> Any:
        return json.dumps(value, separators=(",", ":")) if isinstance(value, dict) else value

    def to_python(self, value: Any) -> dict[str, Any] | None:
        text = str(value or "").strip()
        if not text:
            return None
        try:
            return boundaries.checked(json.loads(text))
        except (json.JSONDecodeError, RecursionError) as error:
            raise ValidationError(gettext("This is not GeoJSON text: %s") % error) from error
        except boundaries.BadBoundary as bad:
            raise ValidationError(str(bad)) from bad

    def has_changed(self, initial: Any, data: Any) -> bool:
        try:
            return self.to_python(data) != (initial or None)
        except ValidationError:
            return True


class AreaForm(forms.ModelForm):
    """An area; its outline is no field of the model here, as only boundaries.redraw writes it."""

    outline = PolygonField(label=_("Outline"), required=False)

    class Meta:
        model = Area
        fields = (
            "code", "kind", "name", "full_name", "name_en", "population", "valid_from",
            "valid_to", "approximate", "lat", "lng",
        )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.initial.setdefault("outline", self.instance.boundary)

    def clean_code(self) -> str:
        code = self.cleaned_data["code"]
        if not (code.isascii() and code.isdigit() and len(code) in CODE_LENGTHS):
            raise ValidationError(gettext("A code has 6, 9, 12 or 15 digits."))
        above = lineage(code)[:-1]
        if above and not Area.objects.filter(code=above[-1]).exists():
            raise ValidationError(
                gettext("There is no area “%s”, which this one would lie in.") % above[-1]
            )
        if not above and Area.objects.filter(level="district").exclude(code=code).exists():
            raise ValidationError(gettext("There is one district only."))
        return code

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        code = self.instance.code or cleaned.get("code", "")
        level = LEVEL_OF_LENGTH.get(len(code))
        if level:
            self.instance.level = level
        kind = cleaned.get("kind")
        if level and kind and kind not in KINDS_OF_LEVEL[level]:
            message = gettext("A code of %(digits)d digits is that of a %(level)s.")
            words = {"digits": len(code), "level": Area.Level(level).label}
            self.add_error("kind", message % words)
        _check_span(self, cleaned)
        return cleaned


class UnitForm(forms.ModelForm):
    """A command centre or a department; its level must fit its area."""

    class Meta:
        model = Unit
        exclude = ()  # noqa: DJ006  the admin names the fields

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        tier, area = cleaned.get("tier"), cleaned.get("area")
        if tier and area and area.level != tier:
            self.add_error("area", gettext("The centre's tier and its area's level differ."))
        _check_span(self, cleaned)
        return cleaned


class PartyOrgForm(forms.ModelForm):
    """A Party organisation; it stands one tier below its parent, on land of its own tier."""

    class Meta:
        model = PartyOrg
        fields = ("code", "tier", "name", "name_en", "parent", "area", "valid_from", "valid_to")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        tier, parent, area = (cleaned.get(name) for name in ("tier", "parent", "area"))
        if tier and parent and parent.tier != tier - 1:
            self.add_error("parent", gettext("This is not an organisation one tier above."))
        if tier and area and area.level not in LEVELS_OF_TIER[tier]:
            self.add_error("area", gettext("This tier belongs to areas of another level."))
        _check_span(self, cleaned)
        return cleaned


class DistrictForm(forms.ModelForm):
    """The district's settings, under the same rules as a pack's district.json."""

    class Meta:
        model = District
        exclude = ("stamp", "pack_digest")  # noqa: DJ006  all that people decide

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name in set(cleaned) & set(district_values.CHECKS):
            try:
                district_values.check(name, cleaned[name])
            except BadValue as bad:
                self.add_error(name, sentence(bad))
        return cleaned


def _check_span(form: forms.ModelForm, cleaned: dict[str, Any]) -> None:
    first, end = cleaned.get("valid_from"), cleaned.get("valid_to")
    if first and end and end <= first:
        form.add_error("valid_to", gettext("The end is not after the first day."))
