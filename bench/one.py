"""Measure one thing on the database of DATABASE_URL; write its results as lines of JSON.

python -m bench.one NAME FILE
"""

import json
import sys
from importlib import import_module
from pathlib import Path


def main() -> None:
    name, file = sys.argv[1:]
    import django

    django.setup()
    with Path(file).open("a", encoding="utf-8") as results:
        for result in import_module(f"bench.{name}").measure():
            results.write(json.dumps(result.as_json(), ensure_ascii=False) + "\n")
            results.flush()


if __name__ == "__main__":
    main()
