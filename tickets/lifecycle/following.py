"""Somebody else has the same matter: counted, not reported again."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from tickets.models import Follower, Ticket
from tickets.states import MoveRefused


@transaction.atomic
def follow(*, ticket_id: int, mark: str, at: datetime) -> int:
    """Count somebody who has the same matter, once for each mark; return how many they are.

    No line in the history and nothing on the screens: the ticket itself stays as it was.

    :param mark: a hash that names whoever follows, for this ticket only
    :raises MoveRefused: if the matter was handled meanwhile, or is not for everybody
    """
    ticket = Ticket.objects.for_everybody().filter(pk=ticket_id).first()
    if ticket is None:
        raise MoveRefused(_("That report is not open any more. Please send your own."))
    row = Follower(ticket=ticket, mark=mark, followed_at=at)
    Follower.objects.bulk_create([row], ignore_conflicts=True)
    return Follower.objects.filter(ticket=ticket).count()
