"""Whether somebody has been shown around: kept with the account, so once is enough."""

from datetime import datetime

from django.urls import reverse

from people.landing import home_of
from people.models import User


def seen(*, user: User, at: datetime) -> None:
    """Note that this person has seen the tour, or did not want it."""
    User.objects.filter(pk=user.pk, tour_seen_at=None).update(tour_seen_at=at)


def first_page_of(user: User) -> str:
    """Return where somebody goes on who has just signed in: home, with the tour the first time."""
    home = home_of(user)
    wanted = user.tour_seen_at is None and home != "people:me"
    return reverse(home) + ("?tour=1" if wanted else "")
