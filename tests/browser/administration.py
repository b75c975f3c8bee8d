"""Django's own administration in a browser: its pages from the URLconf, and who opens them."""

from django.contrib import admin
from django.test import Client

from people.models import User
from tests.browser.readers import District
from tests.doors import addresses

ADMINISTRATORS = ("sysadmin", "secadmin", "auditor")
MODELS = sorted(admin.site._registry, key=lambda model: model._meta.label)
# What a page of the administration is for, as its address is named.
OFTEN = ("changelist", "change")
# One table stands for all that are imported and exported.
OFTEN_OF_TABLES = (*OFTEN, "import", "export")
OF_ONE = ("change", "history", "delete", "password")
# What can be read and is no page of a model's: why.
NO_PAGES = {
    **dict.fromkeys(("admin:login", "admin:logout"), "lead to our own"),
    **dict.fromkeys(("admin:autocomplete", "admin:jsi18n"), "for a page's script"),
    "admin:grids_area_around": "for a page's script",
    "admin:password_change": "leads to our own",
    "admin:view_on_site": "leads to a page outside",
    **dict.fromkeys(
        (f"admin:{m._meta.app_label}_{m._meta.model_name}_process_import" for m in MODELS),
        "answers a form",
    ),
}
GENERAL: dict[str, dict[str, str]] = {
    "admin:index": {}, "admin:index?tour=1": {}, "admin:app_list": {"app_label": "tickets"},
    "admin:password_change_done": {}, "admin:grids_partyorg_tree": {},
}  # fmt: skip
# Those of them that are not every administrator's.
NOT_EVERYBODYS = ("admin:app_list", "admin:grids_partyorg_tree")


def named(model: type) -> dict[str, str]:
    """Return what the pages of this model are for, and their names."""
    start = f"admin:{model._meta.app_label}_{model._meta.model_name}_"  # type: ignore[attr-defined]
    found = {name.removeprefix(start): name for name, _ in addresses() if name.startswith(start)}
    if model is User:
        found["password"] = "admin:auth_user_password_change"
    return {what: name for what, name in found.items() if name not in NO_PAGES | GENERAL}


def opener(address: str, district: District, among: tuple[str, ...] = ADMINISTRATORS) -> str:
    """Return which of the administrators this page opens for, "" if for none."""
    for who in among:
        client = Client()
        client.force_login(district.world.users[who])
        if client.get(address).status_code == 200:
            return who
    return ""
