"""A process that has loaded everything and now only answers."""

import gc

from django.urls import get_resolver


def settle() -> None:
    """Load what the first request would, and let the garbage collector pass over all of it.

    What is loaded stays; to look through it for garbage stops an answer for a tenth of a second.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
