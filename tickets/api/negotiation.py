"""In which form an answer goes out."""

from collections.abc import Iterable

from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


class FirstForAnybody(DefaultContentNegotiation):
    """DRF's own, which reads what the caller accepts. Who accepts anything gets the first form."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        """Return the renderer and the media type, as DRF chooses them."""
        asked = request.META
        named = format_suffix or asked.get("QUERY_STRING")
        if not named and asked.get("HTTP_ACCEPT", "*/*") == "*/*":
            first = next(iter(renderers))
            return first, str(first.media_type)
        return super().select_renderer(request, renderers, format_suffix)
