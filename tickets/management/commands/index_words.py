"""`manage.py index_words`: write anew by what tickets are found, after names were changed."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils.translation import gettext as _

from tickets import lifecycle


class Command(BaseCommand):
    help = "Write the search rows of all tickets anew: after areas or units were renamed."

    def handle(self, **options: Any) -> None:
        count = lifecycle.index_everything()
        self.stdout.write(_("%(count)d tickets can be found by their words.") % {"count": count})
