"""Set everything up where needed, then start the playground: `python3 scripts/play.py [arguments]`.

The arguments are those of the command `playground`; without any the window opens.
"""

import bootstrap  # first: it is what an older Python stops at  # isort: skip

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

PICTURE = "playground.png"
QUESTIONS = frozenset({"--help", "--version", "-V"})


@dataclass(frozen=True)
class Launch:
    """What to start: the command line's arguments, its environment, and the platforms Qt may choose from."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    platforms: tuple[str, ...] = ()
    note: str = ""


def wants_window(arguments: Sequence[str]) -> bool:
    """Whether these arguments open the window, and do not name another command or ask for help."""
    if not QUESTIONS.isdisjoint(arguments):
        return False
    return not arguments or arguments[0] == "window" or arguments[0].startswith("-")


def plan(arguments: Sequence[str], environ: Mapping[str, str], displays: Sequence[str]) -> Launch:
    """Decide for a Linux machine what to start, given the platforms a window can open on."""
    if not wants_window(arguments):
        return Launch(tuple(arguments), environ)
    asked = environ.get("QT_QPA_PLATFORM", "")
    if asked not in ("", "offscreen", "minimal"):
        return Launch(tuple(arguments), environ)
    picture = any(argument.partition("=")[0] == "--picture" for argument in arguments)
    if displays and not asked and not picture:
        return Launch(tuple(arguments), environ, tuple(displays))
    rest = tuple(arguments)
    if rest[:1] == ("window",):
        rest = rest[1:]
    # Without DISPLAY: Qt's off-screen platform would still wait for a server that is gone.
    environment = {name: value for name, value in environ.items() if name != "DISPLAY"}
    environment["QT_QPA_PLATFORM"] = "offscreen"
    if picture:
        return Launch(("window", *rest), environment, ("offscreen",))
    note = f"No display here, so the playground trains off screen and draws its window into {PICTURE}."
    return Launch(("window", "--picture", PICTURE, *rest), environment, ("offscreen",), note)


def start(python: Path, launch: Launch) -> int:
    """Become the playground (where the system can), so that signals and exit codes are its own."""
    # -P: what lies in the current folder is data, never a module.
    command = [str(python), "-P", "-m", "playground", *launch.arguments]
    sys.stdout.flush()
    if os.name == "posix":
        os.execve(python, command, dict(launch.environment))
    return subprocess.run(command, env=launch.environment, check=False).returncode


def main(arguments: list[str]) -> int:
    python = bootstrap.prepare()
    launch = Launch(tuple(arguments), os.environ)
    if sys.platform.startswith("linux"):
        launch = plan(arguments, os.environ, bootstrap.displays(os.environ))
    if launch.note:
        bootstrap.say(launch.note)
    if launch.platforms:
        bootstrap.provide_libraries(python.parent.parent, launch.platforms)
    return start(python, launch)


if __name__ == "__main__":
    sys.exit(bootstrap.guarded(main))
