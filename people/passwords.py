"""Password rules beyond Django's own (domain 2.15, graded protection)."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _


class KindsOfCharacters:
    """At least three of four kinds: small letters, capitals, digits, others."""

    def validate(self, password: str, user=None) -> None:
        kinds = {
            "small" if c.islower() else "capital" if c.isupper() else "digit" if c.isdigit()
            else "other"
            for c in password
        }  # fmt: skip
        if len(kinds) < 3:
            raise ValidationError(self.get_help_text(), code="too_few_kinds")

    def get_help_text(self) -> str:
        return _(
            "Use at least three of these four: small letters, capital letters, digits, other signs."
        )
