"""The log: one line for each happening, to the standard output, and nothing personal in it.

Code logs as ever: `logging.getLogger(__name__).info("%d done", count)`. What becomes of it is said
here, for every process alike: in production a line is a JSON object with the request's id.
"""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

# Whose lines name the address that was asked for. Addresses hold receipts' codes.
_TELL_ADDRESSES = ("django.request", "django.security.csrf")
# Mobile numbers and identity numbers; anything longer or shorter is no such number.
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
_IDENTITY = re.compile(r"(?<!\d)(\d{4})\d{10}(\d{3}[\dXx])(?!\d)")


def as_json(environment: Mapping[str, str]) -> bool:
    """Tell whether a process with this environment logs JSON: LOG_FORMAT, else in production."""
    usual = "json" if environment.get("PRODUCTION") == "1" else "line"
    return environment.get("LOG_FORMAT", usual) == "json"


def config(*, level: str, json: bool) -> dict[str, Any]:
    """Return the configuration of logging.

    :param json: JSON objects; else a line for a person to read, with what a fault says of itself
    """
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "json": json}},
        "handlers": {
            "stdout": {
                "class": "logging.StreamHandler",
                "stream": "ext://sys.stdout",
                "formatter": "line",
            }
        },
        "root": {"handlers": ["stdout"], "level": level},
        "loggers": {
            name: {"handlers": [], "level": threshold or level, "propagate": True}
            for name, threshold in (LEVELS if json else LEVELS | _QUIET_AT_A_DESK).items()
        },
    }


# Loggers that would speak for themselves or too much: from which level on they are heard.
LEVELS = {
    "django": "",
    "django.server": "",
    # What was answered stands in our own line. A fault that nobody caught is heard from here.
    "django.request": "ERROR",
    # Statements with their values, when asked for everything.
    "django.db.backends": "INFO",
    "uvicorn": "",
    # Every socket that opens and closes.
    "uvicorn.error": "WARNING",
    "uvicorn.access": "WARNING",
    "gunicorn.error": "",
    "gunicorn.access": "WARNING",
    # A log of every task that found nothing to do would hide the rest.
    "celery.worker.strategy": "WARNING",
    "celery.app.trace": "WARNING",
    "celery.beat": "WARNING",
}

# Whoever sits before the screen need not read of every request that went well.
_QUIET_AT_A_DESK = {"tonglianggov.requests": "WARNING"}


def formatter(*, json: bool) -> logging.Formatter:
    """Return what makes a line of a happening."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _named,
        _fault_in_short if json else _fault_in_full,
        _masked,
    ]
    last: Processor = (
        structlog.processors.JSONRenderer(ensure_ascii=False, default=str)
        if json
        else structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, last],
    )


def _named(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Add what a line tells beside its sentence; a page's name stands for an address."""
    record = event["_record"]
    event.update(getattr(record, "told", {}))
    if record.name.startswith(_TELL_ADDRESSES):
        event["event"] = f"answered {getattr(record, 'status_code', '')}".strip()
        match = getattr(getattr(record, "request", None), "resolver_match", None)
        event["view"] = match.view_name if match else ""
    if record.name == "celery.app.trace" and isinstance(getattr(record, "data", None), dict):
        # Celery writes the whole fault into its sentence.
        event["event"] = f"task {record.data.get('description', '')}"
        event["task"] = record.data.get("name", "")
    if event.get("positional_args"):
        del event["positional_args"]
    return event


def _fault_in_short(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell the kinds of a fault and where it came from, without its words: they quote values."""
    if fault := _fault(event):
        event["fault"] = " < ".join(_kind(each) for each in _chain(fault))
        event["stack"] = list(_places(fault.__traceback__))
    return event


def _fault_in_full(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    if fault := _fault(event):
        event["exception"] = "".join(traceback.format_exception(fault))
    return event


def _fault(event: EventDict) -> BaseException | None:
    told = event.pop("exc_info", None) or event["_record"].exc_info
    # Seen to here: nobody shall add it once more.
    event["_record"].exc_info = event["_record"].exc_text = None
    if told is True:
        told = sys.exc_info()
    return told[1] if isinstance(told, tuple) else told


def _chain(fault: BaseException) -> Iterator[BaseException]:
    """Give the fault, what led to it, and so on."""
    seen: set[int] = set()
    at: BaseException | None = fault
    while at is not None and id(at) not in seen:
        seen.add(id(at))
        yield at
        at = at.__cause__ or (None if at.__suppress_context__ else at.__context__)


def _kind(fault: BaseException) -> str:
    """Return the class, and for PostgreSQL's faults the code and the constraint."""
    name = f"{type(fault).__module__}.{type(fault).__qualname__}".removeprefix("builtins.")
    told = getattr(fault, "diag", None)
    more = [getattr(fault, "pgcode", None), getattr(told, "constraint_name", None)]
    if isinstance(fault, OSError) and fault.errno:
        more.append(f"errno {fault.errno}")
    found = [str(each) for each in more if each]
    return f"{name} ({', '.join(found)})" if found else name


def _places(steps: TracebackType | None) -> Iterator[str]:
    for frame, line in traceback.walk_tb(steps):
        yield f"{frame.f_code.co_filename}:{line} {frame.f_code.co_name}"


def _masked(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Hide the middle of whatever looks like a telephone or an identity number."""
    for name, value in event.items():
        if isinstance(value, str):
            event[name] = _IDENTITY.sub(r"\1**********\2", _PHONE.sub(r"\1****\2", value))
    return event
