"""What happens by itself, and what is passed up by hand."""

from datetime import timedelta

import pytest

from tests.tickets.lifecycle.conftest import MINUTE, WEDNESDAY
from tickets import lifecycle
from tickets.lifecycle import climbing, together
from tickets.models import DueStep, Ticket
from tickets.states import MoveRefused

pytestmark = pytest.mark.django_db
NEVER = WEDNESDAY + timedelta(days=40)


def steps_done(ticket) -> list[tuple]:
    """Return what happened by itself: (when, clock, kind), in order."""
    done = DueStep.objects.filter(ticket=ticket, done_at__isnull=False)
    return list(done.order_by("due_at", "pk").values_list("due_at", "clock", "kind"))


def timeline(ticket) -> list[tuple]:
    """Return the history without the ids: (when, kind, move, data)."""
    return list(ticket.events.order_by("at", "pk").values_list("at", "kind", "move", "data"))


def test_an_unsigned_ticket_reminds_three_times_and_climbs_to_the_top(report, types, units):
    ticket = report(event_type=types.village)
    sign, resolve = ticket.sign_by, ticket.resolve_by

    lifecycle.sweep(at=NEVER)

    ticket.refresh_from_db()
    kinds = [(clock, kind) for _, clock, kind in steps_done(ticket)]
    assert kinds[:4] == [("sign", k) for k in ("remind70", "remind90", "remind100", "climb")]
    climbs = [(at, d["from"], d["to"]) for at, _, move, d in timeline(ticket) if move == "climb"]
    assert climbs[0] == (sign, units.village.code, units.town.code)
    assert climbs[-1][1:] == (units.town.code, units.district.code)
    assert len(climbs) == 2
    assert resolve <= NEVER
    assert (ticket.centre, ticket.supervision) == (units.district, "general")
    assert (ticket.state, ticket.handler) == ("dispatched", units.village)


def test_an_unaccepted_report_climbs_too(report, units):
    ticket = report(words="请来看看")

    lifecycle.sweep(at=ticket.accept_by)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.centre, ticket.climbs) == ("submitted", units.town, 1)


def test_a_late_department_brings_the_decision_to_the_district_first(report, types, units):
    ticket = report(event_type=types.department)

    lifecycle.sweep(at=ticket.sign_by)

    ticket.refresh_from_db()
    assert (ticket.centre, ticket.handler) == (units.district, units.department)
    assert (ticket.climbs, ticket.supervision) == (1, "")
    lifecycle.sweep(at=NEVER)
    ticket.refresh_from_db()
    assert ticket.supervision == "general"


def test_three_days_without_a_worker_end_like_three_days_with_one(report, types, cast):
    watched, missed = report(event_type=types.village), report(event_type=types.village)
    moment = WEDNESDAY
    mine = DueStep.objects.filter(ticket=missed)
    put_away = list(mine)
    mine.delete()
    while moment < WEDNESDAY + timedelta(days=3):
        moment += 7 * MINUTE
        lifecycle.sweep(at=moment)
    DueStep.objects.bulk_create(put_away)
    lifecycle.sweep(at=moment)

    assert timeline(watched) == timeline(missed)
    assert [s[1:] for s in steps_done(watched)] == [s[1:] for s in steps_done(missed)]


def test_a_second_sweep_does_nothing(report, types):
    report(event_type=types.village)
    first = lifecycle.sweep(at=NEVER)

    assert first.done > 8
    assert lifecycle.sweep(at=NEVER) == lifecycle.Swept(0, 0)


def test_each_step_tells_its_readers_once(report, types, told):
    report(event_type=types.village)
    lifecycle.sweep(at=NEVER)

    names = told()["reminder"]
    # 70 % and 90 % of the signing limit and of the promise, each to each once.
    assert sorted(set(names)) == sorted({"village", "worker", *names})
    assert all(names.count(name) == 4 for name in set(names))


def test_one_bad_row_stops_its_own_ticket_only(report, types, monkeypatch, caplog):
    bad, good = report(event_type=types.village), report(event_type=types.village)
    remind, remind_many = climbing._remind, together._Batch._remind

    def falls_over(ticket, step, at):
        if ticket.pk == bad.pk:
            raise RuntimeError("a bad row")
        remind(ticket, step, at)

    def falls_over_in_the_batch(batch, ticket, step):
        if ticket.pk == bad.pk:
            raise RuntimeError("a bad row")
        remind_many(batch, ticket, step)

    monkeypatch.setattr(climbing, "_remind", falls_over)
    monkeypatch.setattr(together._Batch, "_remind", falls_over_in_the_batch)
    swept = lifecycle.sweep(at=NEVER)

    assert swept.failed == 1
    assert steps_done(good)
    assert not steps_done(bad)
    step = DueStep.objects.filter(ticket=bad).order_by("due_at", "pk")[0]
    assert (step.retry_at, step.error) == (NEVER + timedelta(hours=1), "RuntimeError: a bad row")
    monkeypatch.undo()
    assert lifecycle.sweep(at=NEVER).done == 0
    lifecycle.sweep(at=NEVER + timedelta(hours=1))
    assert [s[1:] for s in steps_done(bad)] == [s[1:] for s in steps_done(good)]


def test_a_village_passes_up_what_it_cannot_solve(report, types, cast, units, told):
    ticket = report(event_type=types.village)

    ticket = lifecycle.climb(
        ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + MINUTE, words="要镇里协调"
    )

    assert (ticket.centre, ticket.handler) == (units.town, units.village)
    assert "town" in told()["climbed"]


def test_passing_up_needs_a_why_and_somebody_above(report, types, cast):
    ticket = report(event_type=types.department)

    for words in (" ", "上面没有了"):
        with pytest.raises(MoveRefused, match=r"\w"):
            lifecycle.climb(ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY, words=words)


def test_the_next_centre_acts_and_the_climb_stops(report, types, cast, units):
    ticket = report(event_type=types.village)
    lifecycle.climb(ticket_id=ticket.pk, by=cast.village, at=WEDNESDAY + MINUTE, words="要镇里协调")
    lifecycle.dispatch(
        ticket_id=ticket.pk, unit=units.town, by=cast.town, at=WEDNESDAY + 2 * MINUTE
    )
    lifecycle.sign(ticket_id=ticket.pk, by=cast.town, at=WEDNESDAY + 3 * MINUTE)

    waiting = DueStep.objects.filter(ticket=ticket, done_at=None, void_at=None)
    assert set(waiting.values_list("clock", flat=True)) == {"resolve"}


def test_a_supervisor_puts_a_ticket_under_supervision(report, types, cast, told):
    ticket = report(event_type=types.department)

    ticket = lifecycle.supervise(
        ticket_id=ticket.pk, by=cast.supervisor, at=WEDNESDAY, grade="key", words="今天答复",
        answer_by=WEDNESDAY + timedelta(hours=5),
    )  # fmt: skip

    assert ticket.supervision == "key"
    assert "department_head" in told()["supervised"]
    with pytest.raises(lifecycle.NotYours):
        lifecycle.supervise(
            ticket_id=ticket.pk, by=cast.district, at=WEDNESDAY, grade="key", words="今天答复"
        )


def test_a_years_announcement_moves_the_provisional_deadlines_of_running_tickets(
    report, types, cast, told
):
    from tickets.models import CalendarDay, CalendarYear

    eve = WEDNESDAY.replace(year=2026, month=12, day=31)
    ticket = report(event_type=types.department, at=eve, contact_phone="13812345678")
    settled = report(event_type=types.village)
    before = ticket.resolve_by
    assert ticket.provisional
    assert not settled.provisional

    first_workday = before.date()
    CalendarDay.objects.update_or_create(
        date=first_workday, defaults={"kind": "holiday", "name": "announced"}
    )
    CalendarYear.objects.update_or_create(year=before.year, defaults={"announced": True})

    assert lifecycle.recompute(years=[before.year], at=eve + MINUTE) == 1
    ticket.refresh_from_db()
    assert ticket.resolve_by > before
    assert not ticket.provisional
    assert "the reporter" in told()["deadline_moved"]
    assert Ticket.objects.get(pk=settled.pk).resolve_by == settled.resolve_by


def test_a_holiday_made_longer_while_it_runs_moves_the_deadlines_that_touch_it(report, types):
    from tickets.models import CalendarDay

    ticket = report(event_type=types.department)
    before = ticket.resolve_by
    assert not ticket.provisional
    CalendarDay.objects.create(date=WEDNESDAY.date() + timedelta(days=1), kind="holiday", name="x")

    assert lifecycle.recompute(years=[2025], at=WEDNESDAY) == 0
    assert lifecycle.recompute(years=[2026], at=WEDNESDAY) == 1
    ticket.refresh_from_db()
    assert ticket.resolve_by > before
    assert ticket.events.filter(kind="reclocked", public=True).count() == 1


def test_a_photo_that_is_no_picture_is_told_once(report, told):
    from tickets.models import Photo

    ticket = report(contact_phone="13812345678")
    photo = Photo.objects.create(
        ticket=ticket, purpose="report", sent_sha256="0" * 64, added_at=WEDNESDAY, state="waiting"
    )
    assert not lifecycle.photo_refused(photo_id=photo.pk, at=WEDNESDAY)
    Photo.objects.update(state="refused")

    assert lifecycle.photo_refused(photo_id=photo.pk, at=WEDNESDAY)
    assert not lifecycle.photo_refused(photo_id=photo.pk, at=WEDNESDAY)
    assert told()["photo_refused"] == ["the reporter"]


def test_what_is_late_when_its_type_becomes_clear_falls_due_from_then(report, types, cast, units):
    ticket = report(words="请来看看")
    late = WEDNESDAY + timedelta(days=9)
    lifecycle.accept(ticket_id=ticket.pk, by=cast.district, at=late, event_type=types.critical)

    lifecycle.sweep(at=late)

    ticket.refresh_from_db()
    climbs = ticket.events.filter(move="climb")
    assert [(event.at, event.data["to"]) for event in climbs] == []
    assert (ticket.centre, ticket.supervision) == (units.district, "general")
    assert {when for when, clock, _ in steps_done(ticket) if clock == "resolve"} == {late}


def test_an_announcement_that_moves_nothing_lets_nothing_climb_twice(report, types, units):
    ticket = report(event_type=types.town)
    lifecycle.sweep(at=NEVER)
    ticket.refresh_from_db()
    before = (timeline(ticket), ticket.climbs, ticket.resolve_by)
    # As if it had been reckoned while the year was not announced.
    ticket.clocks["resolve"]["provisional"] = True
    ticket.provisional = True
    ticket.save()

    moved = lifecycle.recompute(years=[2026], at=NEVER)
    lifecycle.sweep(at=NEVER)

    ticket.refresh_from_db()
    assert moved == 0
    assert (timeline(ticket), ticket.climbs, ticket.resolve_by) == before
    assert not ticket.provisional


def test_a_long_sweep_stops_in_time_and_the_next_one_goes_on(report, types, monkeypatch):
    ticket = report(event_type=types.village)
    with monkeypatch.context() as patch:
        patch.setattr(climbing, "_SWEEP_SECONDS", 0)
        assert lifecycle.sweep(at=ticket.sign_by) == lifecycle.Swept(0, 0)

    assert lifecycle.sweep(at=ticket.sign_by).done == 4
