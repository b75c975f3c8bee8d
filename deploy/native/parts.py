"""The parts of docker-compose.yml as processes: its own commands, on ports and servers of ours."""

import base64
import os
import secrets
import shlex
import subprocess
import sys
from pathlib import Path

import yaml
from cryptography.fernet import Fernet

from deploy.native import servers

ROOT = Path(__file__).parent.parent.parent
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
# In the order in which they start; they stop the other way round.
PARTS = ("web", "ws", "worker", "beat", "relay")
# What the container's own paths are here.
TEMPORARY = "/tmp/platform"


def production(place: Path) -> dict[str, str]:
    """Return the settings of a real installation, with keys made up this moment."""
    return {
        "PRODUCTION": "1",
        "SECRET_KEY": secrets.token_urlsafe(60),
        "RECEIPT_KEYS": secrets.token_urlsafe(48),
        "SEAL_KEY": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "FIELD_KEYS": Fernet.generate_key().decode(),
        "ALLOWED_HOSTS": "127.0.0.1,localhost",
    }


class Stack:
    """PostgreSQL, Redis, the splitter, and every part of docker-compose.yml.

    place: where its data and logs are. settings: what the environment says beside our servers.
    """

    def __init__(
        self, place: Path, *, settings: dict[str, str], port: int = 0, lasting: bool = False
    ) -> None:
        self.place = place
        self.postgresql = servers.PostgreSQL(place, lasting=lasting)
        self.redis = servers.Redis(place)
        self.port = port or servers.free_port()
        self.web, self.ws = servers.free_port(), servers.free_port()
        self.parts: dict[str, subprocess.Popen[bytes]] = {}
        self._started: dict[str, tuple[list[str], dict[str, str]]] = {}
        self.environment = {
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "DATA_DIR": str(place / "data"),
            "STATIC_ROOT": str(place / "static"),
            "DATABASE_URL": self.postgresql.url,
            "REDIS_URL": f"{self.redis.url}/0",
            "TRUSTED_PROXIES": "127.0.0.1",
            **settings,
        }

    def command(self, part: str, *, port: int = 0) -> list[str]:
        """Return the part's command as docker-compose.yml has it, on a port of our own."""
        text = COMPOSE["services"][part]["command"]
        text = text.replace("0.0.0.0:8000", f"127.0.0.1:{port or self.web}")
        text = text.replace("--host 0.0.0.0 --port 8001", f"--host 127.0.0.1 --port {self.ws}")
        return shlex.split(text)

    def environment_of(self, part: str, name: str = "") -> dict[str, str]:
        """Return what the part's process finds around it: what compose says for it alone, too."""
        own = COMPOSE["services"].get(part, {}).get("environment", {})
        here = str(self.place / "tmp" / (name or part))
        Path(here).mkdir(parents=True, exist_ok=True)
        return self.environment | {
            name: str(value).replace(TEMPORARY, here)
            for name, value in own.items()
            if TEMPORARY in str(value)
        }

    def manage(self, *arguments: str, **more: str) -> str:
        """Run a management command to its end; return what it said.

        :raises RuntimeError: with all that it said, if it failed
        """
        done = subprocess.run(
            [sys.executable, "manage.py", *arguments],
            cwd=ROOT, env=self.environment | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            raise RuntimeError(done.stdout + done.stderr)
        return done.stdout

    def migrate(self) -> None:
        """Collect the static files and do what the one-shot `migrate` does."""
        self.manage("collectstatic", "--noinput", "--verbosity", "0")
        self.manage(*self.command("migrate")[2:])

    def start(self, part: str, *, name: str = "", port: int = 0, **more: str) -> None:
        """Start a part; a second one of it under another `name`, a web on another `port`."""
        name = name or part
        self._start(name, self.command(part, port=port), self.environment_of(part, name) | more)

    def start_splitter(self, *webs: int, name: str = "proxy") -> None:
        """Start the proxy's stand-in in front of `ws` and the webs on these ports (our own)."""
        web = ",".join(f"127.0.0.1:{port}" for port in webs or (self.web,))
        command = [sys.executable, "-m", "deploy.native.splitter", str(self.port), web]
        command.append(f"127.0.0.1:{self.ws}")
        if self.environment.get("PRODUCTION") == "1":
            command.append("--secure")
        self._start(name, command, self.environment)

    def _start(self, name: str, command: list[str], environment: dict[str, str]) -> None:
        self._started[name] = command, environment
        with (self.place / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=log, stderr=log, start_new_session=True
            )

    def revive(self) -> list[str]:
        """Start again what ended by itself, as `restart:` does; return the parts' names."""
        ended = [name for name, process in self.parts.items() if process.poll() is not None]
        for name in ended:
            self._start(name, *self._started[name])
        return ended

    def stop(self, name: str, *, within: float = 60) -> int:
        """Stop a part as a container is stopped; return its exit code."""
        process = self.parts.pop(name)
        process.terminate()
        return process.wait(within)

    def said(self) -> str:
        """Return the end of every part's log."""
        return "\n".join(
            f"--- {path.name}\n{path.read_text(errors='replace')[-3000:]}"
            for path in self.place.glob("*.log")
        )

    def close(self) -> None:
        """End everything at once."""
        for process in self.parts.values():
            process.kill()
            process.wait()
        self.redis.stop()
        self.postgresql.stop()
