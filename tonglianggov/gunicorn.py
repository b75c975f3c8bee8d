"""What gunicorn's command line cannot say. For `gunicorn --config python:tonglianggov.gunicorn`."""

import os
from pathlib import Path
from typing import Any

from prometheus_client import multiprocess

# The numbers of all workers lie in one directory: each may be asked, and answers for all.
NUMBERS = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


def on_starting(server: Any) -> None:
    """Begin with an empty directory: what former processes counted is over."""
    if NUMBERS:
        Path(NUMBERS).mkdir(parents=True, exist_ok=True)
        for left in Path(NUMBERS).glob("*.db"):
            left.unlink()


def child_exit(server: Any, worker: Any) -> None:
    """A worker is gone: what it showed as "at this moment" is gone with it."""
    if NUMBERS:
        multiprocess.mark_process_dead(worker.pid)
