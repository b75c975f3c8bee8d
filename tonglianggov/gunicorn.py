"""What gunicorn's command line cannot say. For `gunicorn --config python:tonglianggov.gunicorn`."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import values

from tonglianggov import logs

# The numbers of all workers lie in one directory: each may be asked, and answers for all.
NUMBERS = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")
logconfig_dict = logs.config(
    level=os.environ.get("LOG_LEVEL", "INFO"), json=logs.as_json(os.environ)
)


def on_starting(server: Any) -> None:
    """Begin with an empty directory: what former processes counted is over."""
    if NUMBERS:
        Path(NUMBERS).mkdir(parents=True, exist_ok=True)
        for left in Path(NUMBERS).glob("*.db"):
            left.unlink()


def pre_fork(server: Any, worker: Any) -> None:
    """Give the worker the lowest place that is free."""
    taken = {other.place for other in server.WORKERS.values()}
    worker.place = next(place for place in range(len(taken) + 1) if place not in taken)


def post_fork(server: Any, worker: Any) -> None:
    """Let the worker go on counting where the last one in its place has ended.

    By process ids, as it would do by itself, every worker that was ever started leaves files.
    """
    if NUMBERS:
        values.ValueClass = values.MultiProcessValue(lambda: worker.place)
