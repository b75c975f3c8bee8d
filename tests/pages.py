"""Every page of the platform, for whoever must see them all: who opens it, and by which address.

A new address that can be read is told of here, as a page or as none. bench/screenshots.py goes
through the list.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.urls import reverse

Kind = Literal["public", "staff", "wall", "paper", "error"]


@dataclass(frozen=True)
class Page:
    """One page. who: a name of the cast; or anonymous, resident (holds receipts), device (a wall),
    halfway (whose password was right and whose second factor is wanted).

    kind: public pages have an elder mode and must be light; staff pages follow the system's
        colours; walls and papers have one look. Errors stand alone, without header and script.
    args: what stands in the address; the name of a thing is replaced by that thing's.
    label: tells pages of one address apart.
    status: what it answers with.
    """

    name: str
    who: str
    kind: Kind
    args: dict[str, str] = field(default_factory=dict)
    query: str = ""
    label: str = ""
    status: int = 200

    @property
    def slug(self) -> str:
        return "-".join(filter(None, [self.name.replace(":", "-"), self.label]))

    def address(self, things: Mapping[str, Any]) -> str:
        """Return its address in a district where these are the things."""
        args = {key: things.get(value, value) for key, value in self.args.items()}
        return reverse(self.name, kwargs=args) + self.query


def _public(name: str, who: str = "anonymous", **more: Any) -> Page:
    return Page(name, who, "public", **more)


def _staff(name: str, who: str, **more: Any) -> Page:
    return Page(name, who, "staff", **more)


NUMBER, CODE = {"number": "number"}, {"code": "code"}
GUIDES = (
    "resident", "worker", "department", "centre", "leader", "system_admin", "security_admin",
    "auditor",
)  # fmt: skip

PAGES = [
    # Residents
    _public("home"),
    _public("tickets:report"),
    _public("tickets:done", "resident"),
    _public("tickets:track"),
    _public("tickets:track", "resident", label="mine"),
    _public("tickets:track_one", "resident", args=CODE),
    _public("tickets:track_one", args=CODE, label="locked"),
    Page("tickets:slip", "resident", "paper", args=CODE),
    _public("tickets:followed", "resident"),
    _public("tickets:about"),
    _public("tickets:offline"),
    _public("help"),
    *(_public("help_for", args={"slug": who}, label=who) for who in GUIDES),
    _public("people:signin"),
    _public("people:code", "halfway"),
    # One's own
    _staff("people:me", "district"),
    _staff("people:password", "district"),
    _staff("people:enrol", "district"),
    _staff("people:again", "district"),
    _staff("people:again", "secadmin", label="code"),
    _staff("notices:inbox", "department"),
    # A worker's day, a unit's work
    _staff("tickets:day", "worker"),
    _staff("tickets:day", "worker", query="?tour=1", label="tour"),
    _staff("tickets:found", "worker"),
    _staff("tickets:on_behalf", "worker"),
    _staff("tickets:handed_over", "worker"),
    _staff("tickets:unit", "department"),
    _staff("tickets:unit", "department", query="?tour=1", label="tour"),
    _staff("tickets:unit", "village", label="village"),
    # The desk
    _staff("tickets:list", "district", query="?queue=all"),
    _staff("tickets:list", "outsider", query="?queue=decide", label="empty"),
    _staff("tickets:detail", "district", args=NUMBER),
    _staff("tickets:detail", "department", args=NUMBER, label="department"),
    _staff("tickets:contact", "district", args={"number": "reachable"}),
    *(
        _staff("tickets:move", "district", args=NUMBER | {"move": move}, label=move)
        for move in ("dispatch", "merge", "comment")
    ),
    _staff("tickets:move", "department", args=NUMBER | {"move": "sign"}, label="sign"),
    _staff("tickets:question", "district", args=NUMBER),
    *(
        _staff("tickets:ask", "department", args=NUMBER | {"kind": kind}, label=kind)
        for kind in ("extension", "suspension")
    ),
    _staff("tickets:decide", "district", args={"request_id": "request"}),
    _staff("tickets:views", "district"),
    _staff("tickets:phrases", "supervisor"),
    _staff("tickets:why", "secadmin"),
    # The console
    _staff("tickets:console", "district", query="?queue=overdue"),
    _staff("tickets:console", "district", query="?tour=1", label="tour"),
    _staff("tickets:console", "village", label="village"),
    # The wall
    Page("wall:wall", "leader", "wall"),
    Page("wall:wall", "leader", "wall", query="?tour=1", label="tour"),
    Page("wall:wall", "device", "wall", label="device"),
    _staff("wall:behind", "leader", args={"figure": "received"}),
    _staff("wall:devices", "sysadmin"),
    _staff("operations", "sysadmin"),
    _staff("wall:open", "anonymous", args={"secret": "wall_link"}),
    # The figures
    _staff("wall:statistics", "leader"),
    Page("wall:brief", "leader", "paper"),
    Page("wall:monthly", "leader", "paper"),
    # What went wrong
    Page("help_for", "anonymous", "error", args={"slug": "nobody"}, label="missing", status=404),
    Page("tickets:day", "leader", "error", label="not-allowed", status=403),
]

# Of Django's own administration, which tests find by themselves: what is pictured.
ADMINISTRATION = [
    _staff("admin:index", "sysadmin"),
    _staff("admin:index", "secadmin", label="secadmin"),
    _staff("admin:people_auditentry_changelist", "auditor"),
    _staff("admin:people_user_changelist", "sysadmin"),
    _staff("admin:people_post_add", "secadmin"),
    _staff("admin:grids_department_changelist", "sysadmin"),
    _staff("admin:grids_department_import", "sysadmin"),
    _staff("admin:grids_department_export", "sysadmin"),
    _staff("admin:grids_partyorg_tree", "sysadmin"),
]

# What can be read and is no page: why.
NO_PAGES = {
    **dict.fromkeys(("healthz", "readyz", "metrics"), "for what looks after servers"),
    **dict.fromkeys(("tickets:manifest", "tickets:service_worker"), "for the browser itself"),
    **dict.fromkeys(("tickets:qr", "tickets:photo"), "a picture"),
    **dict.fromkeys(("tickets:outline", "tickets:where", "wall:areas"), "for a page's script"),
    **dict.fromkeys(("tickets:presence", "tickets:foretold"), "for a page's script"),
    **dict.fromkeys(
        (
            "tickets:console_ticket", "tickets:console_move", "tickets:console_ask",
            "tickets:console_decide",
        ),
        "a piece of the console, which test_console.py looks at",
    ),
    **dict.fromkeys(("wall:dots", "wall:dot", "wall:film", "wall:figures"), "the wall's API"),
    **dict.fromkeys(("wall:statistics_csv", "wall:statistics_xlsx"), "a file"),
    **dict.fromkeys(("wall:brief_pdf", "wall:monthly_pdf"), "a file"),
    **dict.fromkeys(("people:seals", "tickets:seal"), "a file"),
    "api_docs": "Swagger UI's own page, which test_api_docs.py looks at",
    **dict.fromkeys(("schema", "^api/", "api:follow", "api:tickets", "api:ticket"), "the API"),
}  # fmt: skip
