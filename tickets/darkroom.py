"""Pictures are made anew in a process apart, which has little memory, little time and no secrets.

What a stranger sent meets a decoder here and nowhere else. A picture that is a bomb, or that makes
the decoder crash, ends the process apart; the worker goes on.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tickets import pictures
from tickets.pictures import Made, NotAPicture, TooManyPixels

_HOUSE = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Limits:
    """What one picture may use: bytes of memory, seconds of the processor, seconds by the clock.

    The largest picture that we take (40 million pixels) needs 430 MB and, measured, 1.3 seconds.
    The clock is patient: a machine with too much to do is not the picture's fault.
    """

    memory: int = 512 * 1024**2
    processor: int = 10
    clock: int = 60


class OutOfTime(Exception):
    """The machine did not come to it; the same picture may be tried again."""


def develop(upload: IO[bytes], edges: Sequence[int], limits: Limits | None = None) -> list[Made]:
    """Return what pictures.make_anew() returns, made in a process apart.

    :param upload: an open file of this machine, which the process reads by itself
    :raises NotAPicture: if it cannot be decoded whole, or not within the limits
    :raises TooManyPixels: if it would be too big to decode
    :raises OutOfTime: if nothing came within limits.clock
    :raises OSError: if the file cannot be read
    """
    limits = limits or Limits()
    command = [
        sys.executable, "-m", "tickets.darkroom",
        json.dumps([limits.memory, limits.processor, limits.clock, list(edges)]),
    ]  # fmt: skip
    upload.seek(0)
    # Its own session: whoever interrupts the platform does not interrupt a picture half made. Its
    # own environment: no key and no password is in it.
    with subprocess.Popen(
        command, stdin=upload, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=_HOUSE,
        start_new_session=True, env={"PYTHONPATH": str(_HOUSE), "PYTHONDONTWRITEBYTECODE": "1"},
    ) as apart:  # fmt: skip
        try:
            said, _ = apart.communicate(timeout=limits.clock)
        except subprocess.TimeoutExpired as late:
            raise OutOfTime(f"no picture within {limits.clock} seconds") from late
        finally:
            apart.kill()
    if apart.returncode == -signal.SIGALRM:
        raise OutOfTime(f"no picture within {limits.clock} seconds")
    if apart.returncode:
        # The limit of the processor, or a decoder that crashed.
        raise NotAPicture(f"the process apart ended with {apart.returncode}")
    return _read(said)


def _read(said: bytes) -> list[Made]:
    """Return the pictures from what the process apart said, or raise what it met."""
    head, _, data = said.partition(b"\n")
    answer = json.loads(head)
    if answer.get("errno"):
        raise OSError(answer["errno"], answer["fault"])
    if answer.get("most"):
        raise TooManyPixels(answer["most"])
    if "fault" in answer:
        raise NotAPicture(answer["fault"])
    made = []
    for width, height, size in answer["made"]:
        made.append(Made(data[:size], width, height))
        data = data[size:]
    return made


# --- In the process apart ------------------------------------------------------------------------


def _apart(memory: int, processor: int, clock: int, edges: list[int]) -> None:
    """Make the picture at the standard input anew and write it, or the fault, to the output."""
    # Whoever waited may have been killed: this process ends by itself.
    signal.alarm(clock)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (processor, processor))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    # Nothing is written to a file here, whatever a decoder is talked into.
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    out = sys.stdout.buffer
    try:
        made = pictures.make_anew(sys.stdin.buffer, edges)
    except TooManyPixels as fault:
        _say(out, {"fault": str(fault), "most": fault.most})
    except NotAPicture as fault:
        _say(out, {"fault": str(fault)[:200]})
    except OSError as fault:
        _say(out, {"fault": os.strerror(fault.errno or 0), "errno": fault.errno})
    else:
        _say(out, {"made": [[one.width, one.height, len(one.data)] for one in made]})
        for one in made:
            out.write(one.data)
    out.flush()


def _say(out: IO[bytes], answer: dict) -> None:
    out.write(json.dumps(answer).encode() + b"\n")


if __name__ == "__main__":
    _apart(*json.loads(sys.argv[1]))
