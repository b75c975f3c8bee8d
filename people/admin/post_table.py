"""Posts as a table: the security administrator's lists, under the rules of people.posts."""

from typing import Any

from django import forms
from django.apps import apps
from django.utils import timezone
from import_export.fields import Field

from people import posts
from people.admin.posting import PostForm, form_by
from people.models import Post, User
from people.tables import ByCode, Checked


class PostTable(Checked):
    """One row a post: who, which role, over which area or in which unit, from when to when."""

    class Meta:
        model = Post
        fields = ("user", "role", "area", "unit", "full_time", "starts", "ends")
        import_id_fields = ("user", "role", "area", "unit")
        skip_unchanged = True
        use_transactions = True

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for name, model, column in (
            ("user", User, "username"),
            ("area", apps.get_model("grids", "Area"), "code"),
            ("unit", apps.get_model("grids", "Unit"), "code"),
        ):
            self.fields[name] = Field(name, name, ByCode(model, column))

    def form_class(self) -> type[forms.ModelForm]:
        assert self.by is not None
        form: type[PostForm] = form_by(self.by)
        return form

    def do_instance_save(self, instance: Post, is_create: bool) -> None:
        posts.save(post=instance, by=self.by, at=timezone.now())

    def record(self, instance: Post) -> None:
        """posts.save() has put it on record."""
