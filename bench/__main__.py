"""Run the benchmarks on a database of their own and print a table of ratios.

Trust the ratios, not the milliseconds: both sides of a line are measured in turns, on the same
machine, in the same minute. SQLite by default; DATABASE_URL names another, empty, database.
"""

import io
import os
import tempfile


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

        from bench import intake
        from bench import place as locating

        print("| what | ours | yardstick | ratio | goal |\n|---|---|---|---|---|")
        for measure in (locating.measure, intake.measure):
            for line in measure():
                print(line, flush=True)


if __name__ == "__main__":
    main()
