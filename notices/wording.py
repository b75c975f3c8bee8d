"""From a notice's code and params to the sentence that its reader reads."""

import re
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.template.loader import get_template
from django.utils import timezone, translation
from django.utils.module_loading import import_string

from notices.catalogue import CATALOGUE, Param
from notices.models import Notice

Names = Callable[[str, str, str], str]
_LONGEST_PARAM = 64
# No space follows a full-width mark such as the Chinese full stop.
_AFTER_WIDE_MARK = re.compile(r"(?<=[\u3000-\u303f\uff00-\uffef]) ")
_LOOKED_UP = {Param.UNIT, Param.TYPE, Param.AREA, Param.REASON}


class NotInCatalogue(ValueError):
    """The caller's mistake: an unknown code, a missing param, or words where a code belongs."""


def check(template: str, params: dict) -> None:
    """Check that this notice can be worded.

    :raises NotInCatalogue: if it cannot
    """
    entry = CATALOGUE.get(template)
    if entry is None:
        raise NotInCatalogue(f"no notice “{template}” in notices/catalogue.py")
    if missing := sorted(set(entry.needs) - set(params)):
        raise NotInCatalogue(f"the notice “{template}” needs {', '.join(missing)}")
    for name, value in params.items():
        plain = value is None or isinstance(value, (str, int, float))
        if not plain or len(str(value)) > _LONGEST_PARAM:
            raise NotInCatalogue(f"{name} of “{template}” must be a number, a code or a time")


def text_of(template: str, params: dict, language: str) -> str:
    """Return the sentences of a notice in this language, without names that nobody may know.

    :raises NotInCatalogue: if there is no such notice
    """
    entry = CATALOGUE.get(template)
    if entry is None:
        raise NotInCatalogue(f"no notice “{template}” in notices/catalogue.py")
    names = _names()
    with translation.override(language):
        shown = {
            name: _shown(params.get(name), kind, names, language)
            for name, kind in entry.params.items()
        }
        text = get_template(f"notices/{template}.txt").render(shown)
    return _AFTER_WIDE_MARK.sub("", " ".join(text.split()))


def text_for(notice: Notice, language: str) -> str:
    """Return the sentences of this notice in this language."""
    return text_of(notice.template, notice.params, language)


def _names() -> Names:
    path = settings.NOTICE_NAMES
    return import_string(path) if path else lambda kind, code, language: code


def _shown(value: object, kind: Param, names: Names, language: str) -> object:
    if value in (None, ""):
        return ""
    if kind == Param.TIME:
        local = timezone.localtime(datetime.fromisoformat(str(value)))
        return local.strftime("%Y-%m-%d %H:%M")
    if kind in _LOOKED_UP:
        return names(kind.value, str(value), language)
    return value
