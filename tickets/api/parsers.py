"""How a body of JSON is read."""

from collections.abc import Mapping
from typing import IO, Any

from django.utils.translation import gettext as _
from rest_framework import exceptions, parsers


class Json(parsers.JSONParser):
    """DRF's, but what cannot be read is refused in the caller's language, however it is broken."""

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> dict[str, Any]:
        try:
            return super().parse(stream, media_type, parser_context)
        except (exceptions.ParseError, RecursionError, LookupError) as fault:
            # LookupError: a charset that does not exist; RecursionError: thousands of brackets.
            raise exceptions.ParseError(_("The body is not JSON that can be read.")) from fault
