"""Accounts, posts, the audit log and API tokens, each for the administrator whose work it is."""

from django.contrib import admin
from django.contrib.auth.models import Group

from people.admin.accounts import UserAdmin
from people.admin.post_list import PostAdmin
from people.admin.records import ApiTokenAdmin, AuditEntryAdmin

__all__ = ["ApiTokenAdmin", "AuditEntryAdmin", "PostAdmin", "UserAdmin"]

if admin.site.is_registered(Group):
    # Rights come from posts; a list of groups would only mislead.
    admin.site.unregister(Group)
