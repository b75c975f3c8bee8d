"""Help for residents, and for those who walk the grids."""

from django.utils.translation import gettext_lazy as _

from tonglianggov.guide.shape import Answer, Guide, Stop

RESIDENT = Guide(
    slug="resident",
    title=_("For residents"),
    lead=_("Take a photo, say a sentence, leave the rest to us."),
    stops=(
        Stop(
            _("In danger, call first"),
            _("Fire, injury, crime: the numbers stand on top of the page. Reporting comes later."),
        ),
        Stop(
            _("Say what is the matter"),
            _("A sentence is enough. A photo says more; faces and plates can be covered first."),
        ),
        Stop(
            _("Say where"),
            _("The device finds the place, or you choose it on the map or in the lists."),
        ),
        Stop(
            _("Keep code and PIN"),
            _("They are the only key to your report. Keep the slip, or take a picture of it."),
        ),
        Stop(
            _("See what becomes of it"),
            _("The page shows who has it and by when it is promised. At the end you rate it."),
        ),
    ),
    answers=(
        Answer(
            _("Must I give my name?"),
            _("No. A phone number helps if something is unclear, and is shown to few people only."),
        ),
        Answer(
            _("I have lost code or PIN."),
            _("Then nobody can open the report for you. Report again, or call the hotline."),
        ),
        Answer(
            _("It was not solved."),
            _("Open the report, rate it as not solved and say why. It is looked at again."),
        ),
        Answer(
            _("The letters are too small."),
            _("Choose large type on top of the page. Letters and buttons grow on every page."),
        ),
    ),
)  # fmt: skip

WORKER = Guide(
    slug="worker",
    title=_("For grid workers and grid leaders"),
    lead=_("Your day on one page, the nearest limit first."),
    stops=(
        Stop(
            _("Your day"),
            _("What is in your hands, the nearest limit first. You may sort by distance too."),
            "[data-jobs], .day-top h1",
        ),
        Stop(
            _("Sign, start, resolve"),
            _("Each card offers the next step. Resolve with a photo, or say what shows it."),
            "[data-jobs] > li, .empty",
        ),
        Stop(
            _("Found and fixed"),
            _("Put something right on your round? Three taps note it, and it counts as done."),
            ".bar-main, .empty .button, .ways a[aria-current]",
        ),
        Stop(
            _("Report for others"),
            _("Somebody tells you something at the door: report it for them, they get the slip."),
            ".bar li:nth-child(3) a, .top-menu",
        ),
        Stop(
            _("Everything else"),
            _("The inbox says what is new. The menu leads to tickets, figures, help, your page."),
            ".top-menu, .top-inbox",
        ),
    ),
    answers=(
        Answer(
            _("It is not mine to do."),
            _("Return it with a reason, or ask the level above. The centre decides and tells you."),
        ),
        Answer(
            _("There is no network."),
            _("What you report waits on the device and is sent by itself when there is one."),
        ),
        Answer(
            _("Does it record where I go?"),
            _("No. Your place is reckoned on the device, to sort the list, and goes nowhere."),
        ),
    ),
)
