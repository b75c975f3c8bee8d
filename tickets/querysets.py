from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef, Q

from people.models import User
from people.roles import CENTRE_ROLES, GRID_ROLES, HANDLING_ROLES, Role
from people.scope import areas_of, posts_of, units_of, within
from tickets.states import AT_WORK, ENDED

_SEES_UNIT = HANDLING_ROLES | {Role.MEDIATOR}
# Whose posts over an area open the tickets in it.
_SEES_AREA = CENTRE_ROLES | GRID_ROLES | {Role.LEADER}


class TicketQuerySet(models.QuerySet):
    """The doors and the daily questions."""

    def visible_to(self, user: User):
        """Tickets this person may see: in their areas, or in the hands of their units.

        Restricted ones only in the deciding centre itself and in the units that handle or help
        (domain 2.15). Lists, details, API, sockets, counts and files all use this.
        """
        units = units_of(user, _SEES_UNIT)
        centres = {h.unit_id for h in posts_of(user) if h.is_centre and h.role in CENTRE_ROLES}
        helper = self.model.helpers.through.objects.filter(ticket=OuterRef("pk"), unit__in=units)
        theirs = Q(handler__in=units) | Q(Exists(helper)) | Q(centre__in=centres)
        in_area = Q(restricted=False) & within(areas_of(user, _SEES_AREA), "area_code")
        return self.filter(theirs | in_area)

    def on_the_wall(self):
        """Tickets that have a dot: all but the restricted ones."""
        return self.filter(restricted=False)

    def open(self):
        return self.exclude(state__in=sorted(ENDED))

    def at_work(self):
        return self.filter(state__in=sorted(AT_WORK))

    def overdue(self, at: datetime):
        """Open tickets whose nearest limit has passed."""
        return self.at_work().filter(red_at__lte=at, paused_until=None)
