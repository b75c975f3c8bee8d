"""Requests that follow the API's description, and ones that break it, each as four actors.

Schemathesis reads /api/schema/ and makes them up; every answer must be one that the description
tells of. Nothing stays changed: each request is taken back.
"""

import contextlib
from collections.abc import Iterator
from typing import Any

import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis.core.failures import FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi import checks

from tests.doors import World, undone
from tests.fuzz.tally import Tally

# The resident holds the code and the PIN of one report, the others have an account.
ACTORS = ("resident", "worker", "department", "district")
CHECKS = [
    schemathesis.checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def operations() -> list[APIOperation]:
    """Return all that the API offers, as its own description has it."""
    schema = schemathesis.openapi.from_wsgi("/api/schema/?format=json", get_wsgi_application())
    return [found.ok() for found in schema.get_all_operations()]


def fire(world: World, *, each: int, dice: int = 1) -> Tally:
    """Send requests to every operation, each as four actors, and look at the answers.

    :param each: how many of each kind go to an operation: right ones and broken ones, to what is
        there and to what is made up
    :param dice: the same number, the same requests
    """
    tally = Tally()
    with connection_kept():
        for operation in operations():
            for mode in GenerationMode:
                for known in (_known(world, operation), {}):
                    _fire(world, operation, mode, known, each, dice, tally)
    return tally


def _known(world: World, operation: APIOperation) -> dict[str, Any]:
    things = {
        "number": world.own.number, "code": world.own.code, "ticket_id": world.own.pk,
        "request_id": world.things["request"]["own"],
    }  # fmt: skip
    return {part.name: things[part.name] for part in operation.path_parameters}


def _fire(
    world: World,
    operation: APIOperation,
    mode: GenerationMode,
    known: dict[str, Any],
    each: int,
    dice: int,
    tally: Tally,
) -> None:
    @seed(dice)
    @settings(
        max_examples=each, database=None, deadline=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(case=operation.as_strategy(mode, path_parameters=known or None))
    def one(case: schemathesis.Case) -> None:
        for actor in ACTORS:
            _send(world, actor, case, tally)

    # A request of nothing but an address that takes any words cannot be broken.
    with contextlib.suppress(Unsatisfiable):
        one()


def _send(world: World, actor: str, case: schemathesis.Case, tally: Tally) -> None:
    with undone():
        # Whoever asks for packed answers gets them; the description is of what is inside.
        answer = case.call(headers={**world.keys[actor][1], "Accept-Encoding": "identity"})
    tally.note(answer.status_code)
    try:
        case.validate_response(answer, checks=CHECKS)
    except FailureGroup as faults:
        tally.faults.append(f"{actor}: {faults}")


@contextlib.contextmanager
def connection_kept() -> Iterator[None]:
    """Let the connection outlive a request that is made within the test's own transaction."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    try:
        yield
    finally:
        for signal in (request_started, request_finished):
            signal.connect(close_old_connections)
