from django.apps import AppConfig


class TonglianggovConfig(AppConfig):
    name = "tonglianggov"
    verbose_name = "Wiring"

    def ready(self) -> None:
        from tonglianggov import checks  # noqa: F401  registers the checks
        from tonglianggov.operations import slow

        slow.watch()
