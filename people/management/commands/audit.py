import json
from itertools import islice
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from people.models import Seal
from people.seals import receipt, sealing, statements, verifying

_LISTED = 20


class Command(BaseCommand):
    help = (
        "The seals of the history and the audit log. verify: whether everything is as it was "
        "sealed (exit code 1 and the first bad row, if not). receipt FILE: whether a resident's "
        "receipt holds, also against this database. seal, sign: now, without waiting for the "
        "timetable. key: the public key, to be published."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True)
        for verb in ("verify", "seal", "sign", "key"):
            verbs.add_parser(verb)
        verbs.add_parser("receipt").add_argument("file", type=Path)

    def handle(self, *, verb: str, **options) -> None:
        match verb:
            case "verify":
                self._verify()
            case "receipt":
                self._receipt(options["file"])
            case "seal":
                self.stdout.write(f"{sealing.seal(at=timezone.now())} rows were sealed.")
            case "sign":
                self._sign()
            case "key":
                self.stdout.write(statements.public_key())

    def _verify(self) -> None:
        found = list(islice(verifying.faults(), _LISTED))
        if found:
            for more in found[1:]:
                self.stderr.write(str(more))
            raise CommandError(f"First of what is not as it was sealed: {found[0]}", returncode=1)
        rows, seals, signed = verifying.counted()
        self.stdout.write(
            f"Everything is as it was sealed: {rows} rows, {seals} seals, {signed} signed "
            "statements."
        )

    def _receipt(self, file: Path) -> None:
        try:
            shown = json.loads(file.read_text("utf-8"))
            statement = receipt.check(shown, statements.believed_keys())
        except (OSError, ValueError, receipt.BadReceipt) as fault:
            raise CommandError(f"This receipt does not hold: {fault}.", returncode=1) from fault
        seal = Seal.objects.filter(number=shown["seal"]["number"]).first()
        if seal is None or seal.hash != receipt.digest(shown["seal"]):
            raise CommandError(
                "The receipt holds, but this database has another seal in its place: the database "
                "was changed.",
                returncode=1,
            )
        self.stdout.write(f"This receipt holds: signed on {statement['at']}.")

    def _sign(self) -> None:
        at = timezone.now()
        made = statements.sign(at=at, until=at)
        if made is None:
            self.stdout.write("There is nothing to sign.")
        else:
            self.stdout.write(f"Seals {made.first} to {made.last} are signed.")
