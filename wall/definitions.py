"""What each figure on the wall means, in a sentence that a visitor understands."""

from django.utils.translation import gettext_lazy as _

# By the keys of queries.figures().
DEFINITIONS = {
    "received": _("Reports that came in since midnight."),
    "closed": _("Reports that were closed since midnight, whenever they came in."),
    # xgettext:no-python-format
    "near": _("Reports still in work that have used 70 % or more of their nearest limit."),
    "overdue": _("Reports still in work whose nearest limit has passed. Paused ones do not count."),
    "at_work": _("Reports that somebody still has to do something about."),
    "satisfaction": _(
        "Of the reports that were answered this month and rated: the share whose last rating was "
        "fairly satisfied or better."
    ),
    "tiers": _(
        "Reports in work, by who has them now: a village or community, a town or subdistrict, or "
        "a department of the district."
    ),
    "on_the_spot": _(
        "Of the reports closed this month: the share that a village or community settled itself, "
        "without passing it up."
    ),
    "types": _("What was reported most in the last seven days."),
    "land": _("Areas in force today, and people with a post in a grid."),
}
