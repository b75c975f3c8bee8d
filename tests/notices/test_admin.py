import pytest

from grids.models import Area
from notices.models import Notice
from people.models import Post
from people.roles import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def sysadmin(client, reader):
    area = Area.objects.create(code="990001", level="district", kind="district", name="Ash")
    Post.objects.create(user=reader, role=Role.SYSTEM_ADMIN, area=area)
    client.force_login(reader)
    return client


def test_the_system_administrator_sees_what_failed_but_not_what_it_says(sysadmin, told):
    told()
    Notice.objects.update(state="failed", error="The gateway answered 400.")
    notice = Notice.objects.get()

    pages = [
        sysadmin.get("/admin/notices/notice/?state__exact=failed").text,
        sysadmin.get(f"/admin/notices/notice/{notice.pk}/change/").text,
    ]

    for text in pages:
        assert "The gateway answered 400." in text
        assert "138****5678" in text
        for secret in ("13812345678", "N-7", "ABCDEFGH23"):
            assert secret not in text


def test_the_system_administrator_lets_it_be_sent_again(sysadmin, told):
    told()
    Notice.objects.update(state="failed", attempts=10)
    notice = Notice.objects.get()

    sysadmin.post(
        "/admin/notices/notice/", {"action": "send_again", "_selected_action": [notice.pk]}
    )

    notice.refresh_from_db()
    assert (notice.state, notice.attempts) == ("waiting", 0)


def test_notices_cannot_be_written_or_removed_there(sysadmin, told):
    told()
    notice = Notice.objects.get()

    codes = [
        sysadmin.get("/admin/notices/notice/add/").status_code,
        sysadmin.post(f"/admin/notices/notice/{notice.pk}/change/", {"state": "sent"}).status_code,
        sysadmin.post(f"/admin/notices/notice/{notice.pk}/delete/", {"post": "yes"}).status_code,
    ]
    assert codes == [403, 403, 403]
