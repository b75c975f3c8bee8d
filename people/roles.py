"""The roles a post can give (domain 2.5). A leaf: imports nothing of ours."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person may do over an area or in a unit. Listed here and nowhere else."""

    GRID_WORKER = "grid_worker", _("Grid worker")
    GRID_LEADER = "grid_leader", _("Grid leader")
    DUTY_OFFICER = "duty_officer", _("Duty officer")
    SHIFT_SUPERVISOR = "shift_supervisor", _("Shift supervisor")
    LEADER = "leader", _("Leader (read only)")
    HANDLER = "handler", _("Handler")
    UNIT_HEAD = "unit_head", _("Head of unit")
    MEDIATOR = "mediator", _("Mediator")
    SCORER = "scorer", _("Points scorer")
    VILLAGE_SUPERVISION = "village_supervision", _("Village supervision committee")
    VOLUNTEER_LEADER = "volunteer_leader", _("Volunteer team leader")
    YOUTH_LEAGUE = "youth_league", _("Youth League committee")
    VIDEO_MANAGER = "video_manager", _("Video manager")
    VIDEO_APPROVER = "video_approver", _("Video approver")
    SYSTEM_ADMIN = "system_admin", _("System administrator")
    SECURITY_ADMIN = "security_admin", _("Security administrator")
    AUDITOR = "auditor", _("Auditor")


# Those who work the queue of a command centre.
CENTRE_ROLES = frozenset({Role.DUTY_OFFICER, Role.SHIFT_SUPERVISOR})
# Those who carry out what a unit was given.
HANDLING_ROLES = frozenset({Role.HANDLER, Role.UNIT_HEAD, *CENTRE_ROLES})
# Those who answer for a handling unit and decide its requests first.
HEAD_ROLES = frozenset({Role.UNIT_HEAD, Role.SHIFT_SUPERVISOR})
GRID_ROLES = frozenset({Role.GRID_WORKER, Role.GRID_LEADER})
# The three separated administrators (domain 2.15): none of them sees tickets without a post.
ADMIN_ROLES = frozenset({Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDITOR})
