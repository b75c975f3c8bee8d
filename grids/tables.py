"""Areas and units as tables, without outlines: those are drawn or come with a pack."""

from typing import Any

from import_export.fields import Field

from grids import boundaries
from grids.forms import AreaForm, UnitForm
from grids.models import Area, CommandCentre, Department, Unit
from people.tables import ByCode, Checked

_SPAN = ("valid_from", "valid_to")


class AreaTable(Checked):
    """Areas by code. The outline and whether it is approximate stay as they are."""

    form = AreaForm

    class Meta:
        model = Area
        fields = (
            "code",
            "kind",
            "name",
            "full_name",
            "name_en",
            "population",
            "lat",
            "lng",
            *_SPAN,
        )
        import_id_fields = ("code",)
        skip_unchanged = True
        use_transactions = True

    def after_import(self, dataset: Any, result: Any, **kwargs: Any) -> None:
        super().after_import(dataset, result, **kwargs)
        if not self._is_dry_run(kwargs):
            boundaries.land_changed()


class _UnitTable(Checked):
    form = UnitForm

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.fields["area"] = Field("area", "area", ByCode(Area, "code"))


class CentreTable(_UnitTable):
    """Command centres by code."""

    class Meta:
        model = CommandCentre
        fields = ("code", "trade", "tier", "name", "name_en", "aliases", "area", *_SPAN)
        import_id_fields = ("code",)
        skip_unchanged = True
        use_transactions = True

    def after_init_instance(self, instance: Unit, new: bool, row: Any, **kwargs: Any) -> None:
        instance.kind = Unit.Kind.CENTRE


class DepartmentTable(_UnitTable):
    """Departments and other units by code."""

    class Meta:
        model = Department
        fields = ("code", "trade", "kind", "name", "name_en", "aliases", "area", *_SPAN)
        import_id_fields = ("code",)
        skip_unchanged = True
        use_transactions = True
