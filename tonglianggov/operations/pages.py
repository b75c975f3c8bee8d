"""How the pages answer, as the web workers have counted since they began."""

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tonglianggov.operations.metrics import process_numbers
from tonglianggov.operations.trace import STATIC

# Fewer requests say nothing about a page.
ENOUGH = 20
SHARE = 0.95


@dataclass(frozen=True)
class Slow:
    """A page, how often it was asked for, and within how many seconds 95 of 100 were answered."""

    view: str
    count: int
    seconds: float


@dataclass(frozen=True)
class Answers:
    """All requests: how many, how many of them failed (5xx), and the slowest pages."""

    count: int
    failed: int
    slowest: list[Slow]


def answers(*, most: int = 5) -> Answers:
    """Return how requests were answered by this machine's web workers."""
    families = {
        family.name: family for family in text_string_to_metric_families(process_numbers().decode())
    }
    counted = [
        sample for sample in families["platform_requests"].samples if sample.name.endswith("_total")
    ]
    failed = [sample for sample in counted if sample.labels["status"].startswith("5")]
    slow = sorted(_by_page(families["platform_request_seconds"]), key=lambda page: -page.seconds)
    return Answers(
        count=int(sum(sample.value for sample in counted)),
        failed=int(sum(sample.value for sample in failed)),
        slowest=slow[:most],
    )


def _by_page(family: Any) -> list[Slow]:
    buckets: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for sample in family.samples:
        if sample.name.endswith("_bucket"):
            buckets[sample.labels["view"]].append((float(sample.labels["le"]), sample.value))
    pages = []
    for view, steps in buckets.items():
        whole = max(count for _upper, count in steps)
        if view != STATIC and whole >= ENOUGH:
            within = min(upper for upper, count in steps if count >= SHARE * whole)
            pages.append(Slow(view, int(whole), within))
    return pages
