"""A second try in CI for tests whose page, server or worker runs beside them (decisions/0015)."""

import os

import pytest

# Fixtures that start what goes its own way: a server's thread, a browser, a worker, a whole stack.
BESIDE = {"browser", "celery_embedded", "live", "production_stack"}
SECOND_CHANCE = pytest.mark.flaky(reruns=1)


def give_second(items: list[pytest.Item]) -> None:
    """Let each such test that fails run once more, if the environment asks for it."""
    if not os.environ.get("SECOND_CHANCE"):
        return
    for item in items:
        if BESIDE.intersection(getattr(item, "fixturenames", ())):
            item.add_marker(SECOND_CHANCE)
