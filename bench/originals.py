"""The reports of which `manage.py seed` makes its copies: a short month, played by the verbs.

python -m bench.originals REPORTS
"""

import sys
from dataclasses import replace


def main() -> None:
    import django

    django.setup()
    from django.utils import timezone

    from bench.ground import PACK, ROOT
    from tickets.simulation import month, script
    from tickets.simulation.course import Course
    from tickets.simulation.desk import Desk
    from tickets.simulation.replaying import grouped

    now = timezone.now()
    words = replace(script.of_the_district(ROOT / PACK), reports=int(sys.argv[1]))
    desk = Desk(now)
    course = Course(desk=desk, script=words)
    for group in grouped(month.plan(words, month.start_of(words, now), desk)):
        course.play(group, until=now)


if __name__ == "__main__":
    main()
