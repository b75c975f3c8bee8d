from django.core.management.base import BaseCommand, CommandError

from people import rotation


class Command(BaseCommand):
    help = (
        "Encrypt personal fields anew with the first of FIELD_KEYS. It may be broken off and "
        "started again. Afterwards the older keys may go, once no backup needs them."
    )

    def handle(self, **options) -> None:
        lost = 0
        for done in rotation.rotate():
            lost += done.unreadable
            self.stdout.write(f"{done.table}.{done.column}: {done.anew} values encrypted anew")
        if lost:
            raise CommandError(f"{lost} values cannot be read with any of FIELD_KEYS.")
