"""Every HTML form of the platform, found by opening the pages and reading them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from http.cookies import SimpleCookie
from urllib.parse import urljoin, urlsplit

from django.contrib import admin
from django.test import Client
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from tests.doors import World
from tests.pages import PAGES
from tickets.requests_table import RequestKind
from tickets.states import Move

# Who opens what pages.py does not tell of.
DESK = ("district", "village", "department", "worker")


@dataclass(frozen=True)
class Field:
    """A field as the page has it: its name, its type or tag, what stands in it."""

    name: str
    kind: str
    value: str


@dataclass(frozen=True)
class Form:
    """A form of a page: who is shown it, where it goes, what is in it."""

    who: str
    path: str
    fields: tuple[Field, ...]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields)


class Reader(HTMLParser):
    """Collects the forms that post. A field outside of its form names the form by its id."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page
        self.found: list[tuple[str, str, list[Field]]] = []
        self._loose: list[tuple[str, Field]] = []
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = given.get("method", "").lower() == "post"
            if self._inside:
                path = urljoin(self.page, given.get("action", ""))
                self.found.append((given.get("id", ""), path, []))
        elif tag in ("input", "textarea", "select", "button") and given.get("name"):
            kind = given.get("type", "") if tag in ("input", "button") else tag
            field = Field(given["name"], kind, given.get("value", ""))
            if "form" in given:
                self._loose.append((given["form"], field))
            elif self._inside:
                self.found[-1][2].append(field)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False

    def forms(self, who: str) -> Iterator[Form]:
        """Give the forms of the page that was fed."""
        for name, path, fields in self.found:
            own = [field for form, field in self._loose if form == name]
            kept = tuple(f for f in [*fields, *own] if f.name != "csrfmiddlewaretoken")
            yield Form(who, urlsplit(path)._replace(fragment="").geturl(), kept)


def forms(world: World) -> list[Form]:
    """Open every page as whoever it is for; return each form once, whoever shows it first."""
    found: dict[tuple[str, frozenset[str]], Form] = {}
    for who, path in pages(world):
        answer = client_of(world, who).get(path, follow=True)
        if answer.status_code != 200 or "text/html" not in answer.get("Content-Type", ""):
            continue
        reader = Reader(answer.request["PATH_INFO"])
        reader.feed(answer.content.decode())
        for form in reader.forms(who):
            found.setdefault((urlsplit(form.path).path, form.names), form)
    return list(found.values())


def pages(world: World) -> Iterator[tuple[str, str]]:
    """Give who opens which path: the pages, the desk's pieces, the administration."""
    own = {name: kinds["own"] for name, kinds in world.things.items()}
    number = own["number"]
    for page in PAGES:
        yield page.who, page.address({**own, "reachable": number})
    for who in DESK:
        for room in ("tickets:move", "tickets:console_move"):
            for move in Move:
                yield who, reverse(room, args=(number, move))
        for room in ("tickets:ask", "tickets:console_ask"):
            for kind in RequestKind:
                yield who, reverse(room, args=(number, kind))
        yield who, reverse("tickets:console_ticket", args=(number,))
        yield who, reverse("tickets:console_decide", args=(own["request"],))
    yield "district", reverse("people:enrol")
    yield "district", reverse("people:again")
    for model in admin.site._registry:
        for who in ("sysadmin", "secadmin", "auditor"):
            yield from ((who, path) for path in _of_the_administration(model))


def _of_the_administration(model) -> Iterator[str]:
    space = f"admin:{model._meta.app_label}_{model._meta.model_name}"
    yield reverse(f"{space}_changelist")
    yield reverse(f"{space}_add")
    thing = model._default_manager.order_by("pk").first()
    if thing:
        yield reverse(f"{space}_change", args=(thing.pk,))
        yield reverse(f"{space}_delete", args=(thing.pk,))
    for more in ("import", "export"):
        try:
            yield reverse(f"{space}_{more}")
        except NoReverseMatch:
            continue


def client_of(world: World, who: str) -> Client:
    """Return the browser of somebody; a fault of the platform is an answer of 500."""
    client = Client(raise_request_exception=False)
    if who == "halfway":
        session = client.session
        now = int(timezone.now().timestamp())
        session["waiting_for_code"] = [world.users["secadmin"].pk, now]
        session.save()
        return client
    kept = world.keys[who][0]
    client.cookies = SimpleCookie({name: morsel.value for name, morsel in kept.items()})
    return client


def without(form: Form, name: str) -> Form:
    """Return the form with a field less."""
    return replace(form, fields=tuple(field for field in form.fields if field.name != name))
