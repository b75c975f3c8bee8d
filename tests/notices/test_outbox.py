import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from notices import outbox, tasks, wording
from notices.models import Notice
from notices.outbox import Delivered
from notices.senders.base import CannotSend
from people.models import AuditEntry, User
from tests.notices.conftest import MONDAY

pytestmark = pytest.mark.django_db
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


class Recorder:
    """A sender that writes down what it got, or fails as it is told."""

    got: list = []
    fails: Exception | None = None
    lock = Lock()

    def send(self, message):
        if self.fails:
            raise self.fails
        with self.lock:
            self.got.append(message)


@pytest.fixture
def sender(settings):
    Recorder.got, Recorder.fails = [], None
    settings.NOTICE_SENDERS = {"sms": "tests.notices.test_outbox.Recorder"}
    return Recorder


def post_to(*users, **change):
    outbox.post_to_users(
        **{"users": users, "happening": "event:1:dispatched", "template": "dispatched",
           "params": {"number": "N-7", "unit": "ROADS"}, "link": "/tickets/N-7/",
           "at": MONDAY} | change
    )  # fmt: skip


def test_a_notice_is_in_the_inbox_at_once_once_for_each_reader(reader):
    other = User.objects.create_user("other", language="zh-hans")

    post_to(reader, other, reader)
    post_to(reader, other, params={"number": "N-7", "unit": "WATER"})

    rows = Notice.objects.order_by("pk").values_list(
        "reader", "channel", "state", "language", "sent_at", "params__unit"
    )
    assert list(rows) == [
        (f"user:{reader.pk}", "inbox", "sent", "en", MONDAY, "ROADS"),
        (f"user:{other.pk}", "inbox", "sent", "zh-hans", MONDAY, "ROADS"),
    ]


def test_posting_to_many_is_one_statement(reader, django_assert_num_queries):
    users = [reader, *(User.objects.create_user(f"user{n}") for n in range(20))]
    with transaction.atomic(), django_assert_num_queries(1):
        post_to(*users)

    assert Notice.objects.count() == 21


def test_nobody_to_tell_is_nothing_to_do(django_assert_num_queries):
    with django_assert_num_queries(0):
        post_to()


def test_a_change_that_is_undone_tells_nobody(reader, told):
    with transaction.atomic():
        post_to(reader)
        told()
        transaction.set_rollback(True)

    assert not Notice.objects.exists()


def test_a_notice_that_cannot_be_worded_is_not_posted(reader):
    with pytest.raises(wording.NotInCatalogue, match="needs unit"):
        post_to(reader, params={"number": "N-7"})


def test_the_phone_number_is_encrypted_in_the_database(told):
    told()

    with connection.cursor() as cursor:
        cursor.execute("SELECT address, params FROM notices_notice")
        assert "13812345678" not in str(cursor.fetchall())


def test_the_relay_sends_what_is_due_once(sender, told):
    told()
    told()
    told(happening="event:2:progress", at=MONDAY + MINUTE)

    assert outbox.deliver_due(at=MONDAY) == Delivered(sent=1)
    assert outbox.deliver_due(at=MONDAY) == Delivered()

    [message] = sender.got
    assert (message.address, message.text, message.link, message.language) == (
        "13812345678",
        "Somebody is now at work on your report N-7.",
        "https://district.example/track/ABCDEFGH23/",
        "en",
    )
    sent = Notice.objects.get(happening="event:1:progress")
    assert (sent.state, sent.sent_at, sent.lease_until, sent.attempts) == ("sent", MONDAY, None, 1)


def test_a_failure_is_tried_again_later_and_later_and_given_up_after_ten(sender, told):
    told()
    sender.fails = CannotSend("The gateway answered 503.", temporary=True)
    at, waits = MONDAY, []
    for _ in range(9):
        assert outbox.deliver_due(at=at) == Delivered(put_off=1)
        assert outbox.deliver_due(at=at) == Delivered()
        due = Notice.objects.get().due_at
        waits.append((due - at).total_seconds())
        at = due

    assert waits == [10, 20, 40, 80, 160, 320, 640, 1280, 2560]
    assert outbox.deliver_due(at=at) == Delivered(given_up=1)
    notice = Notice.objects.get()
    assert (notice.state, notice.attempts, notice.error) == (
        "failed", 10, "The gateway answered 503.",
    )  # fmt: skip
    assert outbox.deliver_due(at=at + timedelta(days=1)) == Delivered()


def test_a_wait_is_never_longer_than_an_hour(sender, told):
    told()
    Notice.objects.update(attempts=8)
    sender.fails = CannotSend("busy", temporary=True)
    outbox.deliver_due(at=MONDAY)
    assert Notice.objects.get().due_at - MONDAY == timedelta(seconds=2560)

    outbox._fail(Notice(pk=-1, attempts=9), "busy", True, at=MONDAY)
    assert min(outbox._FIRST_WAIT * 2**9, outbox._LONGEST_WAIT) == timedelta(hours=1)


def test_what_never_will_work_is_given_up_at_once(sender, told):
    told()
    sender.fails = CannotSend("There is no such number.", temporary=False)

    assert outbox.deliver_due(at=MONDAY) == Delivered(given_up=1)


def test_a_bad_row_and_a_broken_sender_stop_nobody_else(sender, told, caplog):
    told()
    told(happening="event:2", ticket_id=8)
    Notice.objects.filter(reader="ticket:7").update(template="of_an_older_version")

    assert outbox.deliver_due(at=MONDAY) == Delivered(sent=1, put_off=1)
    bad = Notice.objects.get(reader="ticket:7")
    assert bad.error == "Fault in the platform: NotInCatalogue"
    assert "could not be sent" in caplog.text
    assert "13812345678" not in caplog.text


def test_what_a_dead_relay_held_is_sent_when_its_lease_ends_with_the_same_key(sender, told):
    told()
    # Claimed, then killed before it could note anything.
    [claimed] = outbox._claim(at=MONDAY, limit=50)
    assert outbox.deliver_due(at=MONDAY + 4 * MINUTE) == Delivered()

    assert outbox.deliver_due(at=MONDAY + 5 * MINUTE) == Delivered(sent=1)

    assert outbox._message(claimed, MONDAY).key == sender.got[0].key
    assert len(sender.got[0].key) == 32


def test_a_notice_that_kills_its_relay_every_time_is_given_up(sender, told):
    told()
    at = MONDAY
    for _ in range(10):
        outbox._claim(at=at, limit=50)
        at += 5 * MINUTE

    assert outbox.deliver_due(at=at) == Delivered(given_up=1)
    assert sender.got == []


def test_a_relay_that_comes_back_late_does_not_overrule_the_next(sender, told):
    told()
    [late] = outbox._claim(at=MONDAY, limit=50)
    outbox.deliver_due(at=MONDAY + 5 * MINUTE)

    outbox._fail(late, "timeout", True, at=MONDAY + 6 * MINUTE)

    assert Notice.objects.get().state == "sent"


def test_a_round_takes_no_more_than_its_limit_oldest_first(sender, told):
    for n in range(5):
        told(ticket_id=n, at=MONDAY - n * MINUTE)

    assert outbox.deliver_due(at=MONDAY, limit=2) == Delivered(sent=2)
    assert sorted(Notice.objects.filter(state="sent").values_list("reader", flat=True)) == [
        "ticket:3", "ticket:4",
    ]  # fmt: skip


def test_the_relay_asks_equally_often_for_few_and_many(sender, told, django_assert_num_queries):
    told()
    with django_assert_num_queries(5 + 1):
        outbox.deliver_due(at=MONDAY)
    for n in range(20):
        told(ticket_id=n, happening="event:2")
    # One more for each notice sent: noting what became of it is never put off.
    with django_assert_num_queries(5 + 20):
        outbox.deliver_due(at=MONDAY)


@pytest.mark.django_db(transaction=True)
def test_relays_at_once_send_each_notice_once(sender, told):
    for n in range(40):
        told(ticket_id=n)
    gate = Barrier(4)

    def relay(_):
        try:
            gate.wait()
            total = 0
            while handled := outbox.deliver_due(at=MONDAY, limit=7).handled:
                total += handled
            return total
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        totals = list(pool.map(relay, range(4)))

    assert sum(totals) == 40
    assert len({message.key for message in sender.got}) == len(sender.got) == 40


def test_given_up_notices_are_sent_again_on_request_and_on_record(sender, told, reader):
    told()
    sender.fails = CannotSend("no", temporary=False)
    outbox.deliver_due(at=MONDAY)
    sender.fails = None
    notice = Notice.objects.get()

    assert outbox.retry(notice_ids=[notice.pk], by=reader, at=MONDAY) == 1
    assert outbox.retry(notice_ids=[notice.pk], by=reader, at=MONDAY) == 0
    assert outbox.deliver_due(at=MONDAY) == Delivered(sent=1)
    assert AuditEntry.objects.get().subject == f"notice:{notice.pk}"


def test_the_lag_is_the_age_of_the_oldest_that_is_due(sender, told):
    assert outbox.lag(at=MONDAY) == outbox.Lag(seconds=0.0, waiting=0, failed=0)
    told(at=MONDAY - 2 * MINUTE)
    told(ticket_id=8, at=MONDAY - MINUTE)
    told(ticket_id=9, at=MONDAY + MINUTE)
    told(ticket_id=10)
    Notice.objects.filter(reader="ticket:10").update(state="failed")

    assert outbox.lag(at=MONDAY) == outbox.Lag(seconds=120.0, waiting=2, failed=1)


def test_the_task_and_the_command_deliver(sender, told, capsys):
    told()
    tasks.deliver()
    told(ticket_id=8)
    call_command("relay", "--once")

    assert len(sender.got) == 2
    assert capsys.readouterr().out.endswith("Sent 1, put off 0, given up 0.\n")


@pytest.mark.parametrize(
    ("demonstration", "link"), [(True, " https://district.example/track/ABCDEFGH23/"), (False, "")]
)
def test_a_line_with_a_masked_number_is_written_the_link_only_for_a_demonstration(
    settings, told, caplog, demonstration, link
):
    settings.DEMONSTRATION = demonstration
    settings.NOTICE_SENDERS = {"sms": "notices.senders.console.ConsoleSender"}
    told()

    with caplog.at_level(logging.INFO, "notices"):
        outbox.deliver_due(at=MONDAY)

    assert caplog.messages == [
        f"would send to 138****5678: Somebody is now at work on your report N-7.{link}"
    ]


def test_the_number_goes_with_the_message_and_stays_no_longer(sender, told):
    told()
    told(happening="event:2:progress")
    Notice.objects.filter(happening="event:2:progress").update(state="failed")

    outbox.deliver_due(at=MONDAY)
    kept = dict(Notice.objects.values_list("happening", "address"))
    assert kept == {"event:1:progress": "", "event:2:progress": "13812345678"}

    assert outbox.forget_addresses(before=MONDAY) == 0
    assert outbox.forget_addresses(before=MONDAY + MINUTE) == 1
    assert outbox.forget_addresses(before=MONDAY + MINUTE) == 0
    assert set(Notice.objects.values_list("address", flat=True)) == {""}
