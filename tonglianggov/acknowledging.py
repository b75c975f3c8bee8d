"""A worker outlives its broker's restart, also when that catches it finishing a task.

The task is done, its connection has been closed meanwhile, and Kombu's closed channel answers the
acknowledgement with an AttributeError. No list of connection errors has that one: it ended the
whole worker. What is not acknowledged comes again, and every task of ours may run twice.
"""

from typing import Any

from celery import Task
from celery.worker.request import Request


class PatientRequest(Request):
    """A request whose acknowledgement over a closed connection is logged and left at that."""

    def __init__(self, message: Any, connection_errors: tuple = (), **named: Any) -> None:
        errors = (*connection_errors, AttributeError)
        super().__init__(message, connection_errors=errors, **named)


class PatientTask(Task):
    """What all tasks of the platform are made from."""

    abstract = True
    Request = PatientRequest  # type: ignore[assignment]  # Celery takes the class too
