"""`make restore-drill`: is a copy worth anything? Dump, restore into a new database, compare.

The source is the installation that DATABASE_URL and DATA_DIR name; without them what `make stack`
keeps, or a demonstration made for the purpose. It is only read. The new database is on a
PostgreSQL of the drill's own, and thrown away with it. Ends with 1 if anything differs.
"""

import contextlib
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
from psycopg2 import sql

from deploy.native.parts import ROOT
from deploy.native.servers import PostgreSQL, program

SAMPLE = 50  # tickets, with everything that hangs on them, and files, compared byte by byte
# What hangs on a ticket, and by which column.
HANGING = {
    "tickets_ticket": "id",
    "tickets_tickettext": "ticket_id",
    "tickets_contact": "ticket_id",
    "tickets_ticketevent": "ticket_id",
    "tickets_duestep": "ticket_id",
    "tickets_request": "ticket_id",
    "tickets_rating": "ticket_id",
    "tickets_photo": "ticket_id",
}


@dataclass
class Found:
    """What the drill has shown: lines for people, and what differs."""

    lines: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)

    def expect(self, what: str, same: bool) -> None:
        """Note one comparison."""
        (self.lines if same else self.faults).append(what)


def run(*, source: str, media: Path, environment: dict[str, str], place: Path) -> Found:
    """Copy the installation into `place`, restore it there and compare.

    :param source: the database's URL
    :param environment: the installation's settings, with its keys
    """
    found = Found()
    started = time.monotonic()
    target = PostgreSQL(place)
    try:
        copied = place / "data" / "media"
        with frozen(source) as (connection, snapshot):
            dump(source, snapshot, to=place / "dump")
            # After the dump: a file may be in the copy without a row, never the other way round.
            if media.exists():
                shutil.copytree(media, copied)
            restore(place / "dump", into=target.url)
            new = environment | {"DATABASE_URL": target.url, "DATA_DIR": str(place / "data")}
            compare_counts(connection, target.url, found)
            manage("migrate", "--noinput", environment=new)
            compare_tickets(connection, target.url, found)
            compare_files(connection, media, copied, found)
        read_with_the_keys(new, found)
        verify_seals(new, found)
    finally:
        target.stop()
    found.lines.append(f"restored and compared in {time.monotonic() - started:.0f} s")
    return found


@contextlib.contextmanager
def frozen(url: str) -> Iterator[tuple[psycopg2.extensions.connection, str]]:
    """Give a transaction that sees one moment, and the name by which pg_dump sees the same."""
    with contextlib.closing(psycopg2.connect(url)) as connection:
        connection.set_session(isolation_level="REPEATABLE READ", readonly=True)
        yield connection, str(rows(connection, sql.SQL("SELECT pg_export_snapshot()"))[0][0])


def rows(connection: psycopg2.extensions.connection, query: sql.Composable, *values: object):
    """Return the rows of a question."""
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchall()


def dump(url: str, snapshot: str, *, to: Path) -> None:
    """Dump the database as it was at the snapshot."""
    tool("pg_dump", "--format=custom", f"--snapshot={snapshot}", f"--file={to}", url)


def restore(dump: Path, *, into: str) -> None:
    """Restore the dump into an empty database."""
    tool("pg_restore", "--no-owner", "--no-acl", "--exit-on-error", f"--dbname={into}", str(dump))


def tool(name: str, *arguments: str) -> None:
    """Run one of PostgreSQL's programs.

    :raises RuntimeError: with what it said, if it failed
    """
    done = subprocess.run([program(name), *arguments], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(f"{name} failed: {done.stderr[-2000:]}")


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a management command of the restored installation.

    :raises RuntimeError: with what it said, if it failed
    """
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} failed: {done.stdout}{done.stderr}")
    return done


def compare_counts(connection, url: str, found: Found) -> None:
    """Compare the number of rows of every table, before migrations may add some."""
    tables = [
        name
        for (name,) in rows(
            connection,
            sql.SQL("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1"),
        )
    ]
    with contextlib.closing(psycopg2.connect(url)) as new:
        total = 0
        for table in tables:
            count = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            here, there = rows(connection, count)[0][0], rows(new, count)[0][0]
            total += there
            if here != there:
                found.faults.append(f"{table}: {here} rows, restored {there}")
    found.lines.append(f"{len(tables)} tables with {total} rows restored")


def compare_tickets(connection, url: str, found: Found) -> None:
    """Compare a sample of tickets with everything that hangs on them."""
    sample = sql.SQL("SELECT id FROM tickets_ticket ORDER BY md5(id::text) LIMIT %s")
    ids = [pk for (pk,) in rows(connection, sample, SAMPLE)]
    with contextlib.closing(psycopg2.connect(url)) as new:
        for table, column in HANGING.items():
            question = sql.SQL(
                "SELECT to_jsonb(row) FROM {} row WHERE {} = ANY(%s) ORDER BY to_jsonb(row)::text"
            ).format(sql.Identifier(table), sql.Identifier(column))
            old = rows(connection, question, ids)
            restored = rows(new, question, ids)
            # A newer version may have added columns: what was there must be the same.
            same = len(old) == len(restored) and all(
                all(other.get(name) == value for name, value in one.items())
                for (one,), (other,) in zip(old, restored, strict=True)
            )
            found.expect(f"{table}: {len(old)} rows of {len(ids)} tickets are equal", same)


def compare_files(connection, media: Path, copied: Path, found: Found) -> None:
    """Compare every photo's files with their copies; an upload also with the hash it came with."""
    photos = rows(connection, sql.SQL("SELECT file, upload, sent_sha256 FROM tickets_photo"))
    checked = 0
    for file, upload, sent in photos:
        for path in filter(None, (file, upload)):
            checked += 1
            if not (copied / path).exists():
                found.faults.append(f"the photo {path} has a row and no file")
            elif digest(media / path) != digest(copied / path):
                found.faults.append(f"the photo {path} differs in the copy")
            elif path == upload and digest(copied / path) != sent:
                found.faults.append(f"the upload {path} is not what was sent")
    found.lines.append(f"{checked} files of {len(photos)} photos are there and equal")


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, "" if there is none."""
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else ""


READ = """
from tickets.models import Contact
read = [contact.phone for contact in Contact.objects.all()[:50]]
print(len(read))
"""


def read_with_the_keys(environment: dict[str, str], found: Found) -> None:
    """Show that the keys which are kept apart open what is encrypted."""
    try:
        said = manage("shell", "-v", "0", "-c", READ, environment=environment).stdout
    except RuntimeError as fault:
        found.faults.append(f"the keys do not open the contacts: {str(fault)[-300:]}")
    else:
        found.lines.append(f"{said.strip()} contacts can be read with the keys")


def verify_seals(environment: dict[str, str], found: Found) -> None:
    """Let the restored installation verify its own seals, where this version has them."""
    commands = manage("help", "--commands", environment=environment).stdout.split()
    if "audit" not in commands:
        found.lines.append("this version has no seals to verify")
        return
    try:
        manage("audit", "verify", environment=environment)
    except RuntimeError as fault:
        found.faults.append(f"the seals are broken: {str(fault)[-300:]}")
    else:
        found.lines.append("the seals are whole")


def main() -> int:
    """Run the drill on the installation at hand; print what it has shown."""
    with tempfile.TemporaryDirectory(prefix="restore-drill-") as folder, source() as installation:
        Path(folder).chmod(0o755)
        url, media, environment = installation
        found = run(source=url, media=media, environment=environment, place=Path(folder))
    for line in found.lines:
        print(f"ok       {line}")
    for line in found.faults:
        print(f"DIFFERS  {line}")
    return 1 if found.faults else 0


@contextlib.contextmanager
def source() -> Iterator[tuple[str, Path, dict[str, str]]]:
    """Give the URL, the photos and the settings of the installation to copy."""
    data = Path(os.environ.get("DATA_DIR") or ROOT / "var")
    if url := os.environ.get("DATABASE_URL"):
        yield url, data / "media", dict(os.environ)
        return
    place = data / "stack"
    place.mkdir(parents=True, exist_ok=True)
    place.chmod(0o755)
    fresh = not (place / "postgresql").exists()
    server = PostgreSQL(place, lasting=True)
    environment = dict(os.environ) | {
        "DATABASE_URL": server.url, "DATA_DIR": str(place / "data"), "DEMONSTRATION": "1",
    }  # fmt: skip
    try:
        if fresh:
            print("Making a demonstration to copy; this takes some minutes …", flush=True)
            manage("migrate", "--noinput", environment=environment)
            manage("load_pack", "packs/tongliang", environment=environment)
            manage("demo", environment=environment)
        yield server.url, place / "data" / "media", environment
    finally:
        server.stop()


if __name__ == "__main__":
    sys.exit(main())
