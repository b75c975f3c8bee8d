from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people import second_factor
from people.models import User


class Command(BaseCommand):
    help = (
        "Take away an account's second factor, from the server's shell: the phone is lost and no "
        "backup code is left. With the next password the person sets up a new one."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")

    def handle(self, *, username: str, **options) -> None:
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(f"There is no account “{username}”.")
        second_factor.forget(user=user, by=None, at=timezone.now())
        self.stdout.write(f"{user} has no second factor any more.")
