"""What this process counts while it works. All web workers of a machine count together.

Where PROMETHEUS_MULTIPROC_DIR is set (tonglianggov/gunicorn.py), the numbers lie in files there.
"""

from prometheus_client import CollectorRegistry, Counter, Histogram

HERE = CollectorRegistry()

REQUESTS = Counter(
    "platform_requests", "Requests answered", ["view", "method", "status"], registry=HERE
)
SECONDS = Histogram(
    "platform_request_seconds",
    "Seconds from a request to its answer",
    ["view"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
    registry=HERE,
)
SLOW_QUERIES = Counter(
    "platform_slow_queries", "Statements slower than SLOW_QUERY_MS", registry=HERE
)
