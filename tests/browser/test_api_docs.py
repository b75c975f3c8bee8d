"""The API's page of reference: Swagger UI from our own files, under the policy of all pages."""

import pytest
from playwright.sync_api import expect

from tests.screen import watch  # noqa: F401  somebody signed in; a complaint of the console fails


@pytest.mark.slow
def test_every_call_is_described_and_the_policy_refuses_nothing(cast, watch):  # noqa: F811
    page = watch(cast.worker, size=(1366, 768), path="/api/docs/")

    report = page.locator(".opblock-post").filter(has_text="/api/v1/reports/").first
    expect(report).to_be_visible(timeout=30_000)
    report.get_by_role("button").first.click()
    expect(report.get_by_text("Request body")).to_be_visible()
