"""Help for units, command centres and leaders."""

from django.utils.translation import gettext_lazy as _

from tonglianggov.guide.shape import Answer, Guide, Stop

DEPARTMENT = Guide(
    slug="department",
    title=_("For departments and units"),
    lead=_("What your unit was given, what is late, who waits for you."),
    stops=(
        Stop(
            _("Your unit's work"),
            _("In groups, the most pressing first. A number on top opens only that group."),
            ".piles, .unit-top h1",
        ),
        Stop(
            _("Sign for it"),
            _("Signing says: we have it. From then on the limit for the result runs."),
            ".works > li, .unit-work",
        ),
        Stop(
            _("Give the result"),
            _("Say what was done, with a photo where it helps. The resident reads your words."),
            ".works > li, .unit-work",
        ),
        Stop(
            _("Not yours, or more time"),
            _("Ask to return it, for more time or a pause. The centre decides by a set time."),
            ".unit-side .card:last-child, .unit-side",
        ),
        Stop(
            _("Who waits for you"),
            _("Decisions that others need from you stand here until they are made."),
            ".unit-side .card, .unit-side",
        ),
    ),
    answers=(
        Answer(
            _("The words are unclear."),
            _("Open the ticket and ask the reporter. Their answer comes into your inbox."),
        ),
        Answer(
            _("The time runs while we wait for others."),
            _("Ask for a pause, with the reason and the day. It counts once it is granted."),
        ),
        Answer(
            _("Why do I not see the phone number?"),
            _("Only the deciding centre may show it, with a reason; every look is on record."),
        ),
    ),
)  # fmt: skip

CENTRE = Guide(
    slug="centre",
    title=_("For command centres"),
    lead=_("The next decision is always under the finger."),
    keys=True,
    stops=(
        Stop(
            _("Queues"),
            _("Each shows how many tickets wait there now. Begin with those to accept."),
            "#pane-queues",
        ),
        Stop(
            _("The list"),
            _("The most pressing first. J and K go down and up; the slash key searches."),
            "#pane-list",
        ),
        Stop(
            _("The ticket"),
            _("Words, photos, history. Beside it stand the place, the time and who would get it."),
            "#pane-ticket",
        ),
        Stop(
            _("What you can do"),
            _("Every button carries its key. E takes the likely step and goes to the next ticket."),
            "#pane-do",
        ),
        Stop(
            _("All keys"),
            _("Press the question mark for the sheet. A step can be taken back for some seconds."),
            "#show-keys, #pane-do",
        ),
    ),
    answers=(
        Answer(
            _("I pressed the wrong thing."),
            _("Z takes it back for some seconds. Later, send it back or dispatch it anew."),
        ),
        Answer(
            _("Somebody is at the same ticket."),
            _("The page says so. Whoever was second reads what the first did, and loses no words."),
        ),
        Answer(
            _("Nobody here can do it."),
            _("Pass it up. The centre above gets it with its whole history."),
        ),
        Answer(
            _("Several tickets for one unit."),
            _("Choose them with X, then dispatch together: you see who gets them before you send."),
        ),
    ),
)  # fmt: skip

LEADER = Guide(
    slug="leader",
    title=_("For leaders"),
    lead=_("The whole district at a glance, every figure with what is behind it."),
    stops=(
        Stop(
            _("The map"),
            _("Every dot is a report: its shape the stage, its colour the time that is left."),
            "#map",
        ),
        Stop(
            _("A report"),
            _("Click a dot, or use the arrow keys: who has it, how far it is, by when."),
            ".legend, #map",
        ),
        Stop(
            _("The figures"),
            _("Click a number: it opens its meaning, its time and the tickets behind it."),
            ".numbers, #rates-title + .tiles",
        ),
        Stop(
            _("What needs you"),
            _("Supervised and late reports have their own list."),
            "#watched, #lights",
        ),
        Stop(
            _("Back in time"),
            _("The last 24 hours play like a film. Rates by area and month stand under figures."),
            "[data-scene=film], .tools",
        ),
    ),
    answers=(
        Answer(
            _("Is the figure true?"),
            _("Each is counted from the history of the reports and shows its own denominator."),
        ),
        Answer(
            _("Strangers are in the room."),
            _("Switch to visitor mode: no numbers, no names, places only as far as the village."),
        ),
        Answer(
            _("Who is the best worker?"),
            _("The platform does not rank people. It shows areas, units and types."),
        ),
    ),
)  # fmt: skip
