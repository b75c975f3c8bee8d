"""Make the secrets of a new installation: `python3 deploy/make_secrets.py`. Needs Python alone.

Each is a file in deploy/secrets/ (never committed), which docker-compose.yml hands to the parts
that need it. A file that is there is left as it is: lost keys cannot be made again.
"""

import base64
import os
import secrets
import sys
from pathlib import Path

READER = 10001  # who runs in the image


def main(place: Path) -> None:
    """Write what is missing in `place`."""
    place.mkdir(mode=0o711, exist_ok=True)
    password = place / "postgres_password"
    given = password.read_text().strip() if password.exists() else secrets.token_urlsafe(32)
    made = {
        "postgres_password": given,
        "database_url": f"postgres://platform:{given}@postgres:5432/platform",
        "secret_key": secrets.token_urlsafe(60),
        "receipt_keys": secrets.token_urlsafe(48),
        "field_keys": base64.urlsafe_b64encode(os.urandom(32)).decode(),
        "seal_key": base64.urlsafe_b64encode(os.urandom(32)).decode(),
    }
    for name, text in made.items():
        if not (place / name).exists():
            write(place / name, text)


def write(path: Path, text: str) -> None:
    """Write a file that its owner alone reads: the image's user, where we may give it away."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o400), "w") as file:
        file.write(text)  # without a line break: it would be part of the secret
    # The database's container reads its password as root, before it becomes somebody else.
    if os.getuid() == 0 and path.name != "postgres_password":
        os.chown(path, READER, READER)
    print(f"made {path}", file=sys.stderr)


if __name__ == "__main__":
    main(Path(sys.argv[1] if sys.argv[1:] else Path(__file__).parent / "secrets"))
