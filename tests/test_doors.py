"""Every address × every actor × own, foreign and missing things.

A new address fails here until it has a line; write the line for the outsider first.
"""

import io
import json
import logging
import re
from dataclasses import replace
from datetime import timedelta

import pytest

from tests import canaries, strict
from tests.doors import (
    ADMINISTRATORS,
    CENTRES,
    EVERYBODY,
    OUTSIDE,
    SEES,
    STAFF,
    Door,
    World,
    addresses,
    met,
    undone,
)
from tonglianggov import logs

# The outsider's own token and notice; there is none that is everybody's.
NOBODYS = {"own": frozenset({"district"}), "foreign": frozenset({"outsider"})}
# Whoever holds no receipt is asked for code and PIN, also for a code that does not exist.
ASKS_FOR_THE_PIN = dict.fromkeys(("own", "foreign", "missing"), EVERYBODY)
PHOTO = {"own": SEES["own"] | {"resident"}, "foreign": SEES["foreign"]}
# Return, reached by the unit's people; the centre decides.
ASK = {"reason": "not_ours", "words": "不属于我单位职责"}
# The foreign ticket lies below the outsider's own centre.
DECIDERS = frozenset({"district", "supervisor", "outsider"})
# A contact is shown only in the very centre that decides.
REVEALS = {"own": frozenset({"district", "supervisor"}), "foreign": frozenset()}
HANDLERS = frozenset({"department", "department_head"})
# Who may read what is planted in the district (tests/canaries.py). How to reach a reporter stands
# nowhere but behind the one door that asks why; the third ticket is its village centre's alone.
MAY_READ = {
    "words of own": SEES["own"] | {"resident"},
    "words of foreign": SEES["foreign"],
    "words of secret": frozenset({"village"}),
    "words among the staff": SEES["own"],
}
# Who handles it and who decides it may ask the reporter.
ASKERS = {"own": DECIDERS | HANDLERS, "foreign": DECIDERS}
# Of the two tickets none is in the hands of a centre that knocks.
ASKING_CENTRES: frozenset[str] = frozenset()
DENY = {"grant": "false", "words": "仍由你单位办理"}
# The receipt opens the reporter's own report to whoever sends its PIN.
HOLDERS = {"own": frozenset({"resident"}), "foreign": frozenset()}
# The wall: whose posts show tickets, and a device, which sees its town.
WATCHERS = STAFF - ADMINISTRATORS | {"device"}
WATCHES = {"own": SEES["own"] | {"device"}, "foreign": SEES["foreign"]}
# Both have posts over the whole district. A link opens for whoever has it, once.
HANG_WALLS = frozenset({"sysadmin", "supervisor"})
HANGS = dict.fromkeys(("own", "foreign"), HANG_WALLS)
LINKED = {"own": EVERYBODY, "foreign": frozenset()}
# Heads; a village's centre has none but those on duty. One phrase is the department's.
PHRASE_HEADS = frozenset({"supervisor", "department_head", "village"})
PHRASES = {"own": frozenset({"department_head"}), "foreign": frozenset({"supervisor"})}
DEVICE = {"device_id": "device"}
NUMBER, CODE = {"number": "number"}, {"code": "code"}

DOORS = [
    Door("healthz", "GET", EVERYBODY),
    Door("readyz", "GET", EVERYBODY),
    # The tests' client knocks from this very machine.
    Door("metrics", "GET", EVERYBODY),
    Door("operations", "GET", frozenset({"sysadmin"})),
    Door("home", "GET", EVERYBODY),
    # Help
    Door("help", "GET", EVERYBODY),
    Door("help_for", "GET", EVERYBODY, args={"slug": "centre"}),
    Door("tour", "POST", STAFF),
    # People
    Door("people:signin", "GET", EVERYBODY),
    Door("people:signin", "POST", EVERYBODY),
    Door("people:signout", "POST", EVERYBODY),
    *(
        Door(f"people:{page}", method, EVERYBODY)
        for page in ("code", "enrol")
        for method in ("GET", "POST")
    ),
    Door("people:again", "GET", STAFF),
    Door("people:again", "POST", STAFF),
    Door("people:language", "POST", EVERYBODY),
    Door("people:seals", "GET", EVERYBODY),
    Door("people:me", "GET", STAFF),
    Door("people:password", "GET", STAFF),
    Door("people:password", "POST", STAFF),
    Door("people:end_sessions", "POST", STAFF, data={"session": "others"}),
    Door("people:revoke_token", "POST", NOBODYS, args={"token_id": "token"}),
    Door("notices:inbox", "GET", STAFF),
    Door("notices:read_all", "POST", STAFF),
    Door("notices:read", "POST", NOBODYS, args={"notice_id": "notice"}),
    # Residents' pages
    Door("tickets:report", "GET", EVERYBODY),
    Door("tickets:report", "POST", EVERYBODY),
    Door("tickets:done", "GET", EVERYBODY),
    Door("tickets:kinds", "POST", EVERYBODY),
    Door("tickets:alike", "POST", EVERYBODY),
    Door("tickets:too", "POST", EVERYBODY),
    Door("tickets:followed", "GET", EVERYBODY),
    Door("tickets:track", "GET", EVERYBODY),
    Door("tickets:track", "POST", EVERYBODY),
    Door("tickets:forget", "POST", EVERYBODY),
    Door("tickets:about", "GET", EVERYBODY),
    Door("tickets:manifest", "GET", EVERYBODY),
    Door("tickets:service_worker", "GET", EVERYBODY),
    Door("tickets:offline", "GET", EVERYBODY),
    Door("tickets:elder", "POST", EVERYBODY),
    Door("tickets:outline", "GET", EVERYBODY),
    Door("tickets:where", "GET", EVERYBODY),
    Door("tickets:track_one", "GET", ASKS_FOR_THE_PIN, args=CODE),
    *(
        Door(f"tickets:track_{what}", "POST", ASKS_FOR_THE_PIN, args=CODE)
        for what in ("reply", "comment", "withdraw", "rate", "reopen")
    ),
    Door("tickets:slip", "GET", ASKS_FOR_THE_PIN, args=CODE),
    Door("tickets:seal", "GET", HOLDERS, without="404", args=CODE),
    Door("tickets:qr", "GET", HOLDERS, without="404", args=CODE),
    Door("tickets:photo", "GET", PHOTO, without="404", args={"photo_id": "photo"}),
    # A worker's day, a unit's work
    Door("tickets:day", "GET", frozenset({"worker"})),
    Door("tickets:found", "GET", frozenset({"worker"})),
    Door("tickets:found", "POST", frozenset({"worker"})),
    Door("tickets:unit", "GET", CENTRES | HANDLERS),
    Door("tickets:why", "GET", frozenset({"secadmin"})),
    # The desk
    Door("tickets:list", "GET", STAFF),
    Door("tickets:on_behalf", "GET", CENTRES | {"worker"}),
    Door("tickets:on_behalf", "POST", CENTRES | {"worker"}),
    Door("tickets:handed_over", "GET", CENTRES | {"worker"}),
    Door("tickets:detail", "GET", SEES, args=NUMBER),
    Door("tickets:contact", "GET", SEES, only=REVEALS, args=NUMBER),
    Door("tickets:contact", "POST", SEES, only=REVEALS, args=NUMBER, data={"reason": "call_back"}),
    Door("tickets:move", "GET", SEES, only=DECIDERS, args=NUMBER | {"move": "accept"}),
    Door("tickets:move", "POST", SEES, only=DECIDERS, args=NUMBER | {"move": "accept"}),
    Door("tickets:question", "GET", SEES, only=ASKERS, args=NUMBER),
    Door("tickets:question", "POST", SEES, only=ASKERS, args=NUMBER),
    Door("tickets:ask", "GET", SEES, only=HANDLERS, args=NUMBER | {"kind": "return"}),
    Door("tickets:ask", "POST", SEES, only=HANDLERS, args=NUMBER | {"kind": "return"}),
    Door("tickets:decide", "GET", SEES, only=DECIDERS, args={"request_id": "request"}),
    Door("tickets:decide", "POST", SEES, only=DECIDERS, args={"request_id": "request"}),
    # The console
    Door("tickets:console", "GET", CENTRES),
    Door("tickets:console_ticket", "GET", SEES, only=CENTRES, args=NUMBER),
    Door("tickets:console_move", "GET", SEES, only=DECIDERS, args=NUMBER | {"move": "accept"}),
    Door("tickets:console_move", "POST", SEES, only=DECIDERS, args=NUMBER | {"move": "accept"}),
    Door("tickets:console_ask", "GET", SEES, only=ASKING_CENTRES, args=NUMBER | {"kind": "return"}),
    Door(
        "tickets:console_ask", "POST", SEES, only=ASKING_CENTRES, args=NUMBER | {"kind": "return"}
    ),
    Door("tickets:console_decide", "GET", SEES, only=DECIDERS, args={"request_id": "request"}),
    Door("tickets:console_decide", "POST", SEES, only=DECIDERS, args={"request_id": "request"}),
    # The desk's own tools
    Door("tickets:views", "GET", STAFF),
    Door("tickets:views", "POST", STAFF),
    Door("tickets:view", "POST", NOBODYS, args={"view_id": "view"}, data={"name": "夜班"}),
    Door("tickets:phrases", "GET", STAFF),
    Door("tickets:phrases", "POST", PHRASE_HEADS),
    Door("tickets:phrase", "POST", PHRASES, args={"phrase_id": "phrase"}, data={"delete": "1"}),
    Door("tickets:bulk", "POST", CENTRES),
    Door("tickets:undo", "POST", CENTRES),
    Door("tickets:presence", "GET", SEES, args=NUMBER),
    Door("tickets:presence", "POST", SEES, args=NUMBER, data={"doing": "editing"}),
    Door("tickets:foretold", "GET", SEES, only=DECIDERS, args=NUMBER | {"move": "accept"}),
    # The wall
    Door("wall:wall", "GET", WATCHERS),
    Door("wall:areas", "GET", WATCHERS),
    Door("wall:behind", "GET", STAFF - ADMINISTRATORS, args={"figure": "received"}),
    Door("wall:dots", "GET", WATCHERS),
    Door("wall:dot", "GET", WATCHES, barred=ADMINISTRATORS, args={"ticket_id": "ticket"}),
    Door("wall:film", "GET", WATCHERS),
    Door("wall:figures", "GET", WATCHERS),
    Door("wall:visitor", "POST", STAFF),
    Door("wall:devices", "GET", HANG_WALLS),
    Door("wall:devices", "POST", HANG_WALLS),
    Door("wall:device_link", "POST", HANGS, barred=STAFF - HANG_WALLS, args=DEVICE),
    Door("wall:device_revoke", "POST", HANGS, barred=STAFF - HANG_WALLS, args=DEVICE),
    Door("wall:open", "GET", LINKED, without="404", args={"secret": "wall_link"}),
    Door("wall:open", "POST", LINKED, without="404", args={"secret": "wall_link"}),
    # The figures
    Door("wall:statistics", "GET", STAFF - ADMINISTRATORS),
    Door("wall:statistics_csv", "GET", STAFF - ADMINISTRATORS),
    Door("wall:statistics_xlsx", "GET", STAFF - ADMINISTRATORS),
    *(
        Door(f"wall:{paper}", "GET", STAFF - ADMINISTRATORS)
        for paper in ("brief", "brief_pdf", "monthly", "monthly_pdf")
    ),
    # The API
    Door("schema", "GET", EVERYBODY),
    Door("api_docs", "GET", EVERYBODY),
    Door("^api/", "GET", frozenset(), without="404", path="/api/no/such/thing/"),
    Door("api:report", "POST", OUTSIDE | CENTRES | {"worker"}),
    Door("api:follow", "GET", HOLDERS, without="404", args=CODE),
    Door("api:rate", "POST", HOLDERS, without="404", args=CODE),
    Door("api:token", "POST", EVERYBODY),
    Door("api:tickets", "GET", STAFF),
    Door("api:ticket", "GET", SEES, args=NUMBER),
    Door("api:move", "POST", SEES, only=DECIDERS, args=NUMBER, data={"move": "accept"}),
    Door("api:ask", "POST", SEES, only=HANDLERS, args=NUMBER, data=ASK | {"kind": "return"}),
    Door("api:decide", "POST", SEES, only=DECIDERS, args={"request_id": "request"}, data=DENY),
]


# The administration's own sign-in leads to ours.
OPEN_IN_ADMIN = {"admin/login/", "admin/logout/"}
SHUT = {"signin", "403", "404", "405"}
# Everybody else has no account for the administration, as these.
TRYING = ("anonymous", "district", "worker", *sorted(ADMINISTRATORS))


def admin_addresses() -> list[tuple[str, str]]:
    """Return (route, name) of the administration's addresses."""
    return [(route, name) for name, route in addresses() if route.startswith("admin/")]


def path_of(route: str) -> str:
    """Return an address of this route, of the first of whatever it shows."""
    return "/" + re.sub(r"<[^>]+>", "1", route.replace("(?P<url>.*)$", "no/such/page"))


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """Everybody and everything, made once; each test is rolled back to it."""
    with django_db_blocker.unblock(), undone(), pytest.MonkeyPatch.context() as patch:
        # No link ends because the crawl takes long on a busy machine.
        patch.setattr("people.devices.LINK_HOLDS", timedelta(days=1))
        yield World()


@pytest.fixture(autouse=True)
def _as_in_production(settings, monkeypatch):
    """Over TLS. What would be pressed into a PDF is seen as it goes in; how it looks is not.

    Nobody is signed out because the crawl takes long on a busy machine.
    """
    settings.SESSION_IDLE_LIMIT = settings.SESSION_ABSOLUTE_LIMIT = 24 * 60 * 60
    for name, value in strict.IN_PRODUCTION.items():
        setattr(settings, name, value)
    monkeypatch.setattr("wall.figures.pdf._pressed", lambda page: json.loads(page)["html"].encode())


@pytest.fixture
def log():
    """What production writes into its log during the test."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.formatter(json=True))
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


@pytest.mark.django_db
@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door.method} {door.name}")
def test_each_gets_through_the_doors_that_are_theirs(door, world, log):
    """And what they meet is strict with the browser, and tells nothing that is not theirs."""
    wrong, lax, told = {}, {}, {}
    for which in door.whiches(world.things):
        for actor in sorted(EVERYBODY):
            answer = world.visit(actor, door, which)
            found, wanted = met(answer), door.expected(actor, which)
            if found != wanted:
                wrong[actor, which] = f"meets {found}, should meet {wanted}"
            if faults := strict.faults(answer, name=door.name, signed_in=actor in STAFF):
                lax[actor, which] = faults
            if leaks := canaries.found_in(everything_in(answer)) - may_read(actor, which, door):
                told[actor, which] = leaks

    assert wrong == {}
    assert lax == {}
    assert told == {}
    assert canaries.found_in(log.getvalue()) == set()


def may_read(actor: str, which: str, door: Door) -> set[str]:
    """Return what of the planted this actor may read there."""
    theirs = {planted for planted, readers in MAY_READ.items() if actor in readers}
    if (door.name, door.method) == ("tickets:contact", "POST") and actor in REVEALS.get(which, ()):
        theirs.add(f"contact of {which}")
    return theirs


def everything_in(answer) -> bytes:
    """Return an answer's head and body; a workbook comes without a head, to be opened."""
    if answer.read.startswith(b"PK"):
        return answer.read
    return f"{answer.headers}{answer.cookies}".encode() + answer.read


@pytest.mark.django_db
def test_what_is_planted_is_seen_where_it_may_be_seen(world):
    """Otherwise nothing above would be proved by seeing nothing."""
    doors = {door.name: door for door in DOORS if door.method == "GET"}

    def seen(actor: str, name: str) -> set[str]:
        return canaries.found_in(world.visit(actor, doors[name], "own").read)

    everything_of_own = {"words of own", "words among the staff"}
    assert seen("department", "tickets:detail") == everything_of_own
    assert seen("resident", "tickets:track_one") == {"words of own"}
    assert "words of secret" in seen("village", "tickets:list") | seen("village", "tickets:unit")
    assert {"words of own", "words of foreign"} <= seen("leader", "api:tickets")


@pytest.mark.django_db
@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "POST", "GET"])
def test_no_door_opens_by_another_method(method, world):
    opened = {
        name: found
        for name in {door.name for door in DOORS}
        for door in [next(door for door in DOORS if door.name == name)]
        if method not in {door.method for door in DOORS if door.name == name}
        if (found := world.knock("district", replace(door, method=method), "own"))
        not in {"405", "404", "403"}
    }

    assert opened == {}


@pytest.mark.django_db
@pytest.mark.parametrize("route", sorted(route for route, _ in admin_addresses()))
def test_the_administration_is_for_administrators(route, world):
    door = Door(route, "GET", STAFF, path=path_of(route))
    answers = {actor: world.visit(actor, door, "own") for actor in TRYING}
    found = {actor: met(answer) for actor, answer in answers.items()}

    inside = {actor for actor in TRYING if found[actor] not in SHUT}
    assert inside <= ADMINISTRATORS or route in OPEN_IN_ADMIN
    assert {found[actor] for actor in ADMINISTRATORS} <= SHUT | {"through"}
    for actor, answer in answers.items():
        assert canaries.found_in(everything_in(answer)) == set()
        assert strict.faults(answer, name=route, signed_in=actor in STAFF) == []


def test_every_address_has_a_line():
    declared = {door.name for door in DOORS}
    admins = {name for _, name in admin_addresses()}

    assert [name for name, _ in addresses() if name not in declared | admins] == []
