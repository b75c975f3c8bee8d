"""Whole tables in and out of the administration: the same rules as by hand, seen before made.

A row of a file passes the very form of the administration, so what is refused there is refused
here, with the same sentence. What is made is on record, row by row.
"""

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.html import format_html
from django.utils.translation import gettext
from import_export import resources, widgets
from import_export.admin import ImportExportMixin
from import_export.formats import base_formats
from import_export.forms import ExportForm

from people import audit
from people.models import User
from people.scope import person_of
from people.step_up import proved_lately

EXPORTED = "table_exported"
# What a spreadsheet would take for a formula; a plain negative number is none.
_FORMULA = re.compile(r"[=+@\t\r-](?![\d.]+$)")
_ESCAPED = re.compile(r"'(?=[=+@\t\r-])")
# Rows of one file: more belongs into a pack.
MOST_ROWS = 5000


class _Escaped:
    """Gives what looks like a formula an apostrophe on the way out, and takes it back in."""

    def export_data(self, dataset: Any, **kwargs: Any) -> Any:
        for _row in range(len(dataset)):
            dataset.append([_out(cell) for cell in dataset.lpop()])
        return super().export_data(dataset, **kwargs)  # type: ignore[misc]

    def create_dataset(self, in_stream: Any, **kwargs: Any) -> Any:
        dataset = super().create_dataset(in_stream, **kwargs)  # type: ignore[misc]
        for _row in range(len(dataset)):
            dataset.append([_in(cell) for cell in dataset.lpop()])
        return dataset


class EscapedCSV(_Escaped, base_formats.CSV):
    """CSV that no spreadsheet runs."""


class EscapedXLSX(_Escaped, base_formats.XLSX):
    """A workbook that no spreadsheet runs."""


def _out(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and _FORMULA.match(cell) else cell


def _in(cell: Any) -> Any:
    return _ESCAPED.sub("", cell, count=1) if isinstance(cell, str) else cell


class ByCode(widgets.ForeignKeyWidget):
    """Another row by its code; an unknown code is refused with a sentence."""

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        text = "" if value is None else str(value).strip()
        try:
            return super().clean(text, row, **kwargs)
        except self.model.DoesNotExist as missing:
            name = self.model._meta.verbose_name
            raise ValueError(
                gettext("There is no %(what)s “%(code)s”.") % {"what": name, "code": text[:40]}
            ) from missing


class CellDiff(resources.Diff):
    """What changes, cell by cell. The package's own has styles inside, which our pages forbid."""

    def as_html(self) -> list[str]:
        pairs = zip(self.left, self.right, strict=False)
        return [self._cell(str(before or ""), str(after or "")) for before, after in pairs]

    def _cell(self, before: str, after: str) -> str:
        if self.new or not before:
            return format_html("<ins>{}</ins>", after) if after else ""
        if before == after:
            return format_html("{}", after)
        return format_html("<del>{}</del> <ins>{}</ins>", before, after)


class Checked(resources.ModelResource):
    """A resource whose rows pass the administration's own form before anything is saved."""

    form: ClassVar[type[forms.ModelForm]]

    def __init__(self, by: User | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.by = by

    def get_diff_class(self) -> type[CellDiff]:
        return CellDiff

    def form_class(self) -> type[forms.ModelForm]:
        """Return the form that rows must pass."""
        return self.form

    def before_import(self, dataset: Any, **kwargs: Any) -> None:
        if len(dataset) > MOST_ROWS:
            raise ValidationError(
                gettext("The file has more than %(most)s rows. Divide it.") % {"most": MOST_ROWS}
            )

    def validate_instance(
        self, instance: Any, import_validation_errors: Any = None, validate_unique: bool = True
    ) -> None:
        errors = dict(import_validation_errors or {})
        filled = self.form_class()(instance=instance)
        data = {name: filled[name].value() for name in filled.fields}
        form = self.form_class()(data=data, instance=instance)
        if not form.is_valid():
            for name, said in form.errors.as_data().items():
                errors.setdefault("__all__" if name not in self.fields else name, []).extend(said)
        if errors:
            raise ValidationError(errors)

    def after_save_instance(self, instance: Any, row: Any, **kwargs: Any) -> None:
        if not self._is_dry_run(kwargs):
            self.record(instance)

    def record(self, instance: Any) -> None:
        """Put one imported row on record."""
        kind = instance._meta.concrete_model._meta.model_name
        area = getattr(instance, "area", None)
        audit.record(
            actor=self.by, action=f"{kind}_changed", subject=f"{kind}:{instance.pk}",
            at=timezone.now(), area_code=area.code if area else "", data={"import": True},
        )  # fmt: skip


# Asked before a file is chosen: a question in between would lose it. The look at what an import
# would do writes nothing; what it does then is asked for again if that look took long.
@method_decorator(proved_lately("GET"), name="import_action")
@method_decorator(proved_lately("POST"), name="process_import")
@method_decorator(proved_lately("GET", "POST"), name="export_action")
class Tables(ImportExportMixin):
    """A ModelAdmin mixin: whoever may write imports, whoever may look exports.

    Both only after they have lately proved who they are.
    """

    resource_classes: ClassVar[list[type[Checked]]]
    formats: ClassVar[list[type]] = [EscapedCSV, EscapedXLSX]

    # Always all columns: half a table cannot be taken in again.
    export_form_class = ExportForm

    def has_import_permission(self, request: HttpRequest) -> bool:
        return self.has_add_permission(request) and self.has_change_permission(request)

    def has_export_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def get_import_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"by": person_of(request)}

    def get_export_resource_kwargs(self, request: HttpRequest, **kwargs: Any) -> dict[str, Any]:
        return {"by": person_of(request)}

    def get_import_data_kwargs(self, **kwargs: Any) -> dict[str, Any]:
        # All rows or none: half a table is worse than the old one.
        return {**super().get_import_data_kwargs(**kwargs), "rollback_on_validation_errors": True}

    def get_valid_export_item_pks(self, request: HttpRequest) -> list[Any]:
        # The package's own warns that it will go; what may be exported is what is listed.
        queryset = self.get_queryset(request)
        return list(queryset.values_list("pk", flat=True))

    def _do_file_export(self, file_format: Any, request: HttpRequest, queryset: Any, **kw: Any):
        answer: HttpResponse = super()._do_file_export(file_format, request, queryset, **kw)
        name = self.opts.model_name
        audit.record(
            actor=request.user, action=EXPORTED, subject=f"table:{name}", at=timezone.now(),
            data={"rows": queryset.count(), "format": file_format.get_extension()},
        )  # fmt: skip
        return answer
