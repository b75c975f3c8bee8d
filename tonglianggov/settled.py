"""A process that has loaded everything and now only answers."""

import gc

from django.urls import get_resolver

# New objects that stay before they are looked through for garbage. What an answer needs is gone
# with it, without a look: at Python's own number (700) nearly every answer pays for one in vain.
BETWEEN = 10_000


def settle() -> None:
    """Load what the first request would, and let the garbage collector pass over all of it.

    What is loaded stays; to look through it for garbage stops an answer for a tenth of a second.
    """
    _ = get_resolver().url_patterns
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN)
