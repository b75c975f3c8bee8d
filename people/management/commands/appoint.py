from django.apps import apps
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from people import posts
from people.models import Post, User
from people.roles import Role


class Command(BaseCommand):
    help = (
        "Give an existing account a post over an area, from the server's shell. The first security "
        "administrator is made this way; from then on they give the posts, in the admin."
    )

    def add_arguments(self, parser):
        parser.add_argument("username")
        parser.add_argument("role", choices=Role.values)
        parser.add_argument("area", help="the area's code")

    def handle(self, *, username: str, role: str, area: str, **options) -> None:
        # By name: people stands below grids and does not import it.
        place = apps.get_model("grids", "Area").objects.filter(code=area).first()
        user = User.objects.filter(username=username).first()
        if user is None:
            raise CommandError(
                f"There is no account “{username}”. Make it first: manage.py createsuperuser."
            )
        if place is None:
            raise CommandError(f"There is no area with the code {area}. Load the pack first.")
        if Post.objects.filter(user=user, role=role, area=place).exists():
            self.stdout.write("They hold this post already.")
            return
        try:
            posts.save(post=Post(user=user, role=role, area=place), by=None, at=timezone.now())
        except posts.PostRefused as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(f"{user} is now {Role(role).label} over {place}.")
