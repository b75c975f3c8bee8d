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
        "Of the reports that were answered this month, for the last time, and rated since: the "
        "share with fairly satisfied or better."
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
    "hours": _("Reports that came in, and reports that were closed, in each hour since midnight."),
    "land": _("Areas in force today, and people with a post in a grid."),
}

# What each is called where there is no word beside it.
TITLES = {
    "received": _("Received"),
    "closed": _("Closed"),
    "near": _("Due soon"),
    "overdue": _("Overdue"),
    "at_work": _("In work"),
    "satisfaction": _("Satisfied this month"),
    "tiers": _("In work, by tier"),
    "on_the_spot": _("Settled in the village this month"),
    "types": _("What is reported most"),
    "hours": _("Today, hour by hour"),
    "land": _("The district and its people"),
}
