"""/metrics: what Prometheus reads, inside the house alone."""

import os
from collections.abc import Iterator
from hmac import compare_digest
from ipaddress import ip_address

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from tonglianggov.operations import counts
from tonglianggov.operations.measures import Measured, measure
from wall import hub

# Where the web workers of a machine count together: tonglianggov/gunicorn.py.
TOGETHER = os.environ.get("PROMETHEUS_MULTIPROC_DIR", "")


@require_safe
@never_cache
@login_not_required
def metrics(request: HttpRequest) -> HttpResponse:
    """The numbers in Prometheus's format: for this machine, or with METRICS_TOKEN.

    To everybody else it does not exist.
    """
    if not _may_read(request):
        raise Http404
    registry = CollectorRegistry()
    registry.register(Numbers(measure(at=timezone.now())))
    return HttpResponse(process_numbers() + generate_latest(registry), CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if settings.METRICS_TOKEN and compare_digest(given.encode(), settings.METRICS_TOKEN.encode()):
        return True
    # Whatever came through a proxy comes from elsewhere.
    through_a_proxy = "X-Forwarded-For" in request.headers or "Forwarded" in request.headers
    peer = request.META.get("REMOTE_ADDR", "")
    return not through_a_proxy and bool(peer) and ip_address(peer).is_loopback


def process_numbers() -> bytes:
    """Return what this process has counted, together with its machine's other web workers."""
    if not TOGETHER:
        return generate_latest(counts.HERE)
    together = CollectorRegistry()
    MultiProcessCollector(together, TOGETHER)
    return generate_latest(together)


class Numbers(Collector):
    """What was measured, as gauges. What is not known is left out."""

    def __init__(self, found: Measured) -> None:
        self.found = found

    def collect(self) -> Iterator[GaugeMetricFamily]:
        found, work = self.found, self.found.work
        yield _gauge("database_up", "Whether the database answers", found.database)
        yield _gauge("redis_up", "Whether Redis answers", found.redis)
        yield _gauge("disk_free_bytes", "Room where photos are kept", found.disk_free)
        if found.worker_seen:
            silent = (found.at - found.worker_seen).total_seconds()
            yield _gauge("worker_silent_seconds", "Since a worker took a task", silent)
        if found.queued is not None:
            yield _gauge("queue_tasks", "Tasks that wait for a worker", found.queued)
        if work:
            yield _gauge("reports_last_hour", "Reports of the last hour", work.reports)
            yield _gauge("outbox_waiting", "Notices that are due", work.outbox.waiting)
            yield _gauge("outbox_lag_seconds", "Since the oldest fell due", work.outbox.seconds)
            yield _gauge("outbox_failed", "Notices that were given up", work.outbox.failed)
            yield _gauge("due_steps_waiting", "Steps of tickets that are due", work.steps.count)
            yield _gauge("due_steps_lag_seconds", "Since the oldest fell due", work.steps.seconds)
            yield _gauge("due_steps_failed", "Steps that failed", work.steps_failed)
            yield _gauge("photos_waiting", "Photos to be prepared", work.photos.count)
            yield _gauge("photos_lag_seconds", "Since the oldest came", work.photos.seconds)
            yield _gauge("unsealed_seconds", "Of the oldest unsealed row", work.unsealed_seconds)
        # Of this process alone: each that serves sockets is asked by itself.
        for name, value in hub.measured_here().items():
            yield _gauge(f"hub_{name}", "As wall/hub.py counts them", value)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(f"platform_{name}", meaning, value=float(value))
