"""Waiting for what another thread or process makes true, however slow the machine is."""

import asyncio
from collections.abc import Callable
from time import monotonic, sleep
from typing import Any

# Seconds after which it will not come true any more. A machine with nothing else to do needs none.
PATIENCE = 60.0


def until(true: Callable[[], Any]) -> Any:
    """Ask until the answer is true; return it."""
    end = monotonic() + PATIENCE
    while not (found := true()):
        assert monotonic() < end, f"not within {PATIENCE} s"
        sleep(0.02)
    return found


async def until_so(true: Callable[[], Any]) -> Any:
    """Ask until the answer is true, and let the loop go on meanwhile; return it."""
    end = monotonic() + PATIENCE
    while not (found := true()):
        assert monotonic() < end, f"not within {PATIENCE} s"
        await asyncio.sleep(0.005)
    return found
