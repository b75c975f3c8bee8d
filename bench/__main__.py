"""Run the benchmarks, or those that are named, on a database of their own; print a table of ratios.

Trust the ratios, not the milliseconds: both sides of a line are measured in turns, on the same
machine, in the same minute. SQLite by default; DATABASE_URL names another, empty, database.
"""

import io
import os
import sys
import tempfile
from importlib import import_module

# In this order: the later ones write many rows.
NAMES = ("place", "intake", "snapshot", "fanout", "figures")


def main() -> None:
    with tempfile.TemporaryDirectory(prefix="bench-") as place:
        os.environ["DATA_DIR"] = place
        os.environ["LOG_LEVEL"] = "WARNING"
        os.environ["DJANGO_SETTINGS_MODULE"] = "tonglianggov.settings"
        import django

        django.setup()
        from django.core.management import call_command

        call_command("migrate", verbosity=0, interactive=False)
        call_command("load_pack", "packs/tongliang", stdout=io.StringIO())

        chosen = sys.argv[1:] or NAMES
        print("| what | ours | yardstick | ratio | goal |\n|---|---|---|---|---|")
        for name in chosen:
            for line in import_module(f"bench.{name}").measure():
                print(line, flush=True)


if __name__ == "__main__":
    main()
