"""Coroutines in tests. Playwright keeps a loop running in the main thread: ours run in another."""

import asyncio
import functools
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any


def run_apart(coroutine: Coroutine[Any, Any, Any]) -> Any:
    """Run a coroutine in a loop and a thread of its own; return what it returns."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()


def apart(test: Callable[..., Coroutine[Any, Any, None]]) -> Callable[..., None]:
    """Let a test be a coroutine, wherever in the suite it stands."""

    @functools.wraps(test)
    def run(*given: Any, **named: Any) -> None:
        run_apart(test(*given, **named))

    return run
