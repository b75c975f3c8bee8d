"""What the centre decides: accept, refuse, merge, dispatch."""

import pytest

from notices.models import Notice
from people.models import Post, User
from people.roles import Role
from tests.tickets.lifecycle.conftest import WEDNESDAY
from tickets import lifecycle
from tickets.foretold import foretell
from tickets.forms.units import candidates
from tickets.models import Ticket
from tickets.states import Move, MoveRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def unclear(report):
    return report(words="请来看看")


def accept(ticket, by, **given) -> Ticket:
    return lifecycle.accept(ticket_id=ticket.pk, by=by, at=WEDNESDAY, **given)


def test_the_village_accepts_names_the_type_and_dispatches_to_itself(unclear, cast, types, units):
    ticket = accept(unclear, cast.village, event_type=types.village)
    assert (ticket.state, ticket.urgency) == ("accepted", types.village.urgency)

    ticket = lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.village, by=cast.village, at=WEDNESDAY
    )

    assert (ticket.state, ticket.handler) == ("dispatched", units.village)
    assert ticket.sign_by is not None


def test_accepting_without_a_type_is_refused(unclear, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        accept(unclear, cast.village)
    unclear.refresh_from_db()
    assert unclear.state == "submitted"


def test_a_districts_type_brings_the_ticket_to_the_districts_queue(
    unclear, cast, types, units, told
):
    ticket = accept(unclear, cast.village, event_type=types.department)

    assert ticket.centre == units.district
    assert "district" in told()["climbed"]


def test_the_promise_runs_from_the_report_whenever_the_type_became_clear(unclear, cast, types):
    ticket = lifecycle.accept(
        ticket_id=unclear.pk,
        by=cast.village,
        at=WEDNESDAY.replace(hour=11),
        event_type=types.village,
    )

    assert ticket.clocks["resolve"]["limit"] == types.village.resolve_limit
    assert ticket.clocks["resolve"]["start"].startswith("2026-03-04T02:00")


def test_a_refusal_has_a_reason_that_the_reporter_is_told(report, cast, told):
    ticket = report(words="请来看看", contact_phone="13812345678")

    ticket = lifecycle.refuse(
        ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY, reason="R05", words="请拨打邻区电话"
    )

    assert ticket.state == "refused"
    assert told()["refused"] == ["the reporter"]
    event = ticket.events.get(move="refuse")
    assert (event.data, event.public, event.words.public) == ({"reason": "R05"}, True, True)


def test_an_invented_reason_is_no_reason(unclear, cast):
    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.refuse(ticket_id=unclear.pk, by=cast.village, at=WEDNESDAY, reason="R99")


def test_only_the_shift_supervisor_refuses_a_critical_matter(report, cast, types):
    ticket = report(event_type=types.critical, held=True)
    Ticket.objects.filter(pk=ticket.pk).update(urgency="P1")

    with pytest.raises(MoveRefused, match=r"\w"):
        lifecycle.refuse(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY, reason="R01")
    ticket = lifecycle.refuse(ticket_id=ticket.pk, by=cast.supervisor, at=WEDNESDAY, reason="R01")

    assert ticket.state == "refused"


def test_two_reports_of_one_thing_become_one(report, cast, types, told):
    first = report(event_type=types.village)
    second = report(event_type=types.village, contact_phone="13812345678")

    merged = lifecycle.merge(ticket_id=second.pk, into_id=first.pk, by=cast.village, at=WEDNESDAY)

    assert (merged.state, merged.merged_into) == ("merged", first)
    assert told()["merged"] == ["the reporter"]
    assert first.events.filter(move="merge", data={"from": second.number}).exists()
    assert not merged.steps.filter(done_at=None, void_at=None).exists()


def test_who_reported_the_same_thing_is_told_when_it_is_answered(report, cast, types):
    main = report(event_type=types.village)
    same = report(event_type=types.village, contact_phone="13812345678")
    lifecycle.merge(ticket_id=same.pk, into_id=main.pk, by=cast.village, at=WEDNESDAY)
    step = {"ticket_id": main.pk, "by": cast.village, "at": WEDNESDAY}
    lifecycle.sign(**step)
    lifecycle.start(**step)
    lifecycle.resolve(**step, words="清走了", evidence="现场")
    lifecycle.verify(**step)
    lifecycle.feed_back(**step, words="好了")

    told = Notice.objects.get(template="answered")
    assert (told.reader, told.params["code"]) == (f"ticket:{same.pk}", same.code)


def test_a_ticket_is_not_merged_with_itself_an_ended_or_a_restricted_one(report, cast, types):
    ticket, ended = report(event_type=types.village), report(event_type=types.village)
    lifecycle.withdraw(ticket_id=ended.pk, at=WEDNESDAY)
    hidden = report(event_type=types.restricted)

    for other in (ticket, ended, hidden):
        with pytest.raises(MoveRefused, match=r"\w"):
            lifecycle.merge(ticket_id=ticket.pk, into_id=other.pk, by=cast.village, at=WEDNESDAY)


def test_nothing_is_pushed_down_to_a_level_that_may_not_be_given_it(report, cast, types, units):
    ticket = report(event_type=types.department)

    for unit in (units.town, units.village):
        with pytest.raises(MoveRefused, match=unit.shown_name):
            lifecycle.dispatch(ticket_id=ticket.pk, unit=unit, by=cast.district, at=WEDNESDAY)


def test_a_lower_centre_passes_up_what_is_not_its_own(report, cast, types, units):
    ticket = report(event_type=types.village)

    with pytest.raises(MoveRefused, match=units.department.shown_name):
        lifecycle.dispatch(
            ticket_id=ticket.pk, unit=units.department, by=cast.village, at=WEDNESDAY
        )
    ticket = lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.department, by=cast.district, at=WEDNESDAY
    )

    assert (ticket.handler, ticket.centre) == (units.department, units.district)


def test_a_unit_of_another_town_is_not_given_it(report, cast, types, units):
    ticket = report(event_type=types.town)

    with pytest.raises(MoveRefused, match=units.other_town.shown_name):
        lifecycle.dispatch(
            ticket_id=ticket.pk, unit=units.other_town, by=cast.district, at=WEDNESDAY
        )


def test_helpers_are_told_and_see_the_ticket(report, cast, types, units, told):
    ticket = report(event_type=types.village)

    lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.village, helpers=[units.department], by=cast.district,
        at=WEDNESDAY,
    )  # fmt: skip

    assert "department" in told()["dispatched"]
    assert Ticket.objects.visible_to(cast.department).get() == ticket


def test_an_outsider_decides_nothing(unclear, cast, types):
    with pytest.raises(lifecycle.NotYours):
        accept(unclear, cast.outsider, event_type=types.village)


def test_a_restricted_ticket_is_announced_to_the_centre_and_not_to_the_grids_workers(
    report, cast, types, told
):
    ticket = report(event_type=types.restricted)

    assert told()["new_work"] == ["village"]
    assert not Ticket.objects.visible_to(cast.worker).filter(pk=ticket.pk).exists()


def test_who_helps_works_in_the_place_and_is_named_once(report, cast, types, units, history):
    ticket = report(event_type=types.village)
    give = {"ticket_id": ticket.pk, "unit": units.village, "by": cast.district, "at": WEDNESDAY}

    with pytest.raises(MoveRefused, match=units.other_town.shown_name):
        lifecycle.dispatch(**give, helpers=[units.other_town])
    lifecycle.dispatch(**give, helpers=[units.department, units.department, units.village])

    assert list(ticket.helpers.all()) == [units.department]
    event = ticket.events.filter(move="dispatch").latest("pk")
    assert event.data["helpers"] == [units.department.code]


def test_who_only_reads_at_the_centre_above_decides_for_the_own_centre(report, cast, types, units):
    Post.objects.create(user=cast.village, role=Role.LEADER, unit=units.district)
    ticket = accept(report(words="请来看看"), cast.village, event_type=types.village)

    ticket = lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.village, by=cast.village, at=WEDNESDAY
    )

    assert ticket.centre == units.village
    with pytest.raises(MoveRefused, match=units.department.shown_name):
        lifecycle.dispatch(
            ticket_id=ticket.pk, unit=units.department, by=cast.village, at=WEDNESDAY
        )


def test_where_only_disabled_accounts_have_posts_nobody_is_on_post(report, cast, types, units):
    User.objects.filter(pk__in=[cast.department.pk, cast.department_head.pk]).update(
        is_active=False
    )

    ticket = report(event_type=types.department)

    assert (ticket.handler, ticket.reason["rule"]) == (None, "nobody")


def test_as_many_are_foretold_as_are_told(report, cast, types, units):
    User.objects.filter(pk=cast.department_head.pk).update(is_active=False)
    plain, restricted = report(event_type=types.village), report(event_type=types.restricted)

    def told(ticket) -> list[int]:
        return [told.people for told in foretell(ticket, Move.SUPERVISE, at=WEDNESDAY).told]

    assert (told(plain), told(restricted)) == ([2], [1])
    for ticket, count in ((plain, 2), (restricted, 1)):
        offered = candidates(ticket, at=WEDNESDAY)
        assert offered.people.get(units.village.pk) == count
        assert offered.people.get(units.department.pk, 1) == 1
