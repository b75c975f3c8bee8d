"""Help for the three administrators, whose work is separated."""

from django.utils.translation import gettext_lazy as _

from tonglianggov.guide.shape import Answer, Guide, Stop

_FIRST = ".care, #content-main"
_MODELS = "#content-main .module, #content-main"
_LEFT = Stop(
    _("Back, help and sign-out"),
    _("The links on top lead to the inbox, help, your page and out."),
    "#user-tools",
)

SYSTEM_ADMIN = Guide(
    slug="system_admin",
    title=_("For system administrators"),
    lead=_("You set up the land, the units, the types and the accounts."),
    stops=(
        Stop(
            _("What needs care"),
            _("Whatever is missing or failing stands here. Each line leads to what mends it."),
            _FIRST,
        ),
        Stop(
            _("Land and units"),
            _("Areas and outlines, centres, departments. Nothing is deleted: it gets an end."),
            ".app-grids, #content-main",
        ),
        Stop(
            _("Types and limits"),
            _("A changed limit holds for new tickets. Running ones keep what was promised."),
            ".app-tickets, #content-main",
        ),
        Stop(
            _("Whole tables"),
            _("Import and export stand above each list. You see every change before it is made."),
            _MODELS,
        ),
        _LEFT,
    ),
    answers=(
        Answer(
            _("Somebody cannot sign in."),
            _("Find the account, lift the lock-out or set a new password. They change it at once."),
        ),
        Answer(
            _("Somebody sees no tickets."),
            _("Accounts see nothing without a post. The security administrator gives posts."),
        ),
        Answer(
            _("Next year's holidays are announced."),
            _("Enter the days first, then mark the year as announced. Running deadlines follow."),
        ),
        Answer(
            _("Something is slow, or does not arrive."),
            _("Open “Running state” on top: it says which part is not well and what to do."),
        ),
    ),
)  # fmt: skip

SECURITY_ADMIN = Guide(
    slug="security_admin",
    title=_("For security administrators"),
    lead=_("You give and take posts. They alone decide who sees what."),
    stops=(
        Stop(
            _("What needs care"),
            _("People without a post, posts that end soon, units where nobody works."),
            _FIRST,
        ),
        Stop(
            _("Give a post"),
            _("A person, a role, an area or a unit, and the days. It counts from the next click."),
            ".model-post, .app-people, #content-main",
        ),
        Stop(
            _("Who sees what"),
            _("Ask why somebody sees a ticket or not, and who can see it at all."),
            ".care-why, #user-tools",
        ),
        Stop(
            _("Many posts at once"),
            _("Export the list, change it, import it. You see every change before it is made."),
            ".model-post, .app-people, #content-main",
        ),
        _LEFT,
    ),
    answers=(
        Answer(
            _("May I give myself a post?"),
            _("No. Somebody else must, and the three administrators stay in different hands."),
        ),
        Answer(
            _("Somebody has left."),
            _("Take their posts, or set a last day. They are signed out and see nothing more."),
        ),
        Answer(
            _("Do I see the tickets?"),
            _("No. You see numbers and doors, never the words."),
        ),
    ),
)  # fmt: skip

AUDITOR = Guide(
    slug="auditor",
    title=_("For auditors"),
    lead=_("You read the record of who did what. Nobody can change it."),
    stops=(
        Stop(
            _("What needs care"),
            _("Lock-outs and unusually many looks at personal data stand here first."),
            _FIRST,
        ),
        Stop(
            _("The record"),
            _("Every sign-in, post, look at personal data and setting, with person and time."),
            ".model-auditentry, .app-people, #content-main",
        ),
        Stop(
            _("Narrow it"),
            _("Search by person, thing or area code; filter by action; go through the days."),
            ".model-auditentry, #content-main",
        ),
        Stop(
            _("Why somebody looked"),
            _("Whoever opens a phone number says why. The words stand with the entry."),
            ".model-auditentry, #content-main",
        ),
        _LEFT,
    ),
    answers=(
        Answer(
            _("Can an entry be removed?"),
            _("No. The database itself refuses to change or delete what was recorded."),
        ),
        Answer(
            _("Why do I see no words of tickets?"),
            _("The record holds codes, numbers and times, so that it can be kept for long."),
        ),
    ),
)
