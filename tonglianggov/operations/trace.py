"""Each request's id, its line in the log, and its place in the counts."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

from people.throttle import is_trusted
from tonglianggov.operations import counts

log = logging.getLogger("tonglianggov.requests")

_AN_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
# Asked for every few seconds by what looks after servers.
QUIET = {"healthz", "readyz", "metrics"}
STATIC, NOWHERE = "static", "nowhere"


class Traced:
    """Middleware, the first: whatever is logged on the way carries the request's id.

    The line names the page, not the address: addresses hold receipts' codes and names.
    """

    sync_capable = True
    async_capable = False

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        request_id = id_of(request)
        request.trace_id = request_id  # type: ignore[attr-defined]  # the fault's page shows it
        with structlog.contextvars.bound_contextvars(request=request_id):
            answer = self.get_response(request)
            answer.headers["X-Request-ID"] = request_id
            _tell(request, answer.status_code, perf_counter() - began)
        return answer


def id_of(request: HttpRequest) -> str:
    """Return the id that a proxy of ours gave the request, else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "")
    if _AN_ID.fullmatch(given) and is_trusted(request.META.get("REMOTE_ADDR", "")):
        return given
    return uuid4().hex


def view_of(request: HttpRequest) -> str:
    """Return the name of the page; "static" for files, "nowhere" for what no page answered."""
    if request.resolver_match:
        return request.resolver_match.view_name or NOWHERE
    return STATIC if request.path.startswith(settings.STATIC_URL) else NOWHERE


def _tell(request: HttpRequest, status: int, seconds: float) -> None:
    view = view_of(request)
    method = request.method if request.method in _METHODS else "other"
    counts.REQUESTS.labels(view, method, str(status)).inc()
    counts.SECONDS.labels(view).observe(seconds)
    if status >= 500 or not (view == STATIC or view in QUIET):
        log.log(
            logging.WARNING if status >= 500 else logging.INFO,
            "answered",
            extra={"told": {
                "view": view, "method": method, "status": status, "ms": round(seconds * 1000, 1),
            }},
        )  # fmt: skip
