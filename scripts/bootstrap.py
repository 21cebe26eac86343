"""What play.py and test.py share: a `.venv` that fits, Qt's system libraries, and whether there is a display.

Runs before anything is installed, so it imports the standard library alone. Its syntax stays readable for
Python 3.6, so that an old Python meets the sentence below and not a SyntaxError.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 (an older Python does come this way)
    found = ".".join(map(str, sys.version_info[:3]))
    sys.exit(f"The playground needs Python 3.11 or newer, and this is Python {found}.")

import ctypes
import hashlib
import importlib.util
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
CONSTRAINTS = "scripts/constraints.txt"
VERSION = "{}.{}".format(*sys.version_info)

# Debian names a library's package after the library (policy, section 8.1), but for these. Where a release
# renamed one (libglib2.0-0t64), apt-get still understands the old name.
ODD_PACKAGES = {
    "libglib-2.0.so.0": "libglib2.0-0",
    "libgthread-2.0.so.0": "libglib2.0-0",
    "libz.so.1": "zlib1g",
}


class SetUpError(Exception):
    """Something a person has to do first; the message is the sentence to show."""


def say(text: str) -> None:
    """Print at once, so that our lines and those of pip keep their order in a log."""
    print(text, flush=True)


def guarded(main: Callable[[list[str]], int]) -> int:
    """Run `main` on the command line's arguments and turn what may go wrong into one sentence."""
    try:
        return main(sys.argv[1:])
    except SetUpError as error:
        say(str(error))
        return 1
    except OSError as error:
        say(f"The set-up in {ROOT} failed: {error}.")
        return 1
    except KeyboardInterrupt:
        say("Interrupted.")
        return 130


# --- The virtual environment -------------------------------------------------------------------------------


def venv_python(venv: Path) -> Path:
    """Where the interpreter of the environment lies."""
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def read_stamp(venv: Path) -> dict[str, Any]:
    """What the last set-up wrote down; empty where there was none or it cannot be read."""
    try:
        stamp = json.loads((venv / "playground-stamp.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(venv: Path, stamp: Mapping[str, Any]) -> None:
    """Write down how far the set-up got and what it was made from."""
    (venv / "playground-stamp.json").write_text(json.dumps(stamp, indent=2), encoding="utf-8")


def wanted_stamp(root: Path, extras: Iterable[str]) -> dict[str, Any]:
    """The stamp of a finished environment for this checkout as it lies here now."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", CONSTRAINTS):
        digest.update((root / name).read_bytes() + b"\0")
    return {
        "finished": True,
        "python": VERSION,
        "folder": str(root),
        "requirements": digest.hexdigest(),
        "extras": sorted(extras),
    }


def is_current(stamp: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether pip has nothing to do. More extras than are asked for do no harm."""
    same = all(stamp.get(key) == wanted[key] for key in wanted if key != "extras")
    return same and set(wanted["extras"]) <= set(stamp.get("extras", ()))


def version_inside(venv: Path) -> str:
    """The version of the environment's Python ("3.12"); empty where it or its pip does not start."""
    code = "import sys, pip; print('{}.{}'.format(*sys.version_info))"
    try:
        answer = subprocess.run(
            [venv_python(venv), "-I", "-c", code], capture_output=True, text=True, timeout=60, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()


def why_make(venv: Path, stamp: Mapping[str, Any], root: Path) -> str:
    """Why an environment has to be made from nothing; empty where there is one to use or to update."""
    if not os.path.lexists(venv):
        return "this is the first time here, so 100 to 200 MB are downloaded"
    version = version_inside(venv)
    if not version:
        return "the Python in it does not start"
    if version != VERSION:
        return f"it was made with Python {version}, and this is Python {VERSION}"
    if stamp and not stamp.get("finished"):
        return "an earlier set-up did not finish"
    if stamp and stamp.get("folder") != str(root):
        return "the folder has been moved or copied"
    return ""


def make_venv(venv: Path) -> None:
    """Make an empty environment. The stamp comes first: whatever interrupts us is seen next time."""
    if not importlib.util.find_spec("ensurepip"):
        # Debian and Ubuntu keep this part of Python in a package of its own.
        install_packages([f"python{VERSION}-venv"], "Python's venv module is missing here.")
    if venv.is_dir() and not venv.is_symlink():
        shutil.rmtree(venv)
    else:
        venv.unlink(missing_ok=True)
    venv.mkdir()
    write_stamp(venv, {"finished": False})
    if subprocess.run([sys.executable, "-m", "venv", venv], check=False).returncode:
        raise SetUpError("Python could not make the folder .venv; its message above says why.")


def install(root: Path, venv: Path, extras: Sequence[str]) -> None:
    """Let pip install the package in place, with the versions that were tested together."""
    target = ".[{}]".format(",".join(extras)) if extras else "."
    command = [str(venv_python(venv)), "-m", "pip", "install", "-e", target, "-c", CONSTRAINTS]
    environment = {
        **os.environ,
        # Without it pip's lines arrive in one lump at the end wherever stdout is not a terminal.
        "PYTHONUNBUFFERED": "1",
        "PIP_DISABLE_PIP_VERSION_CHECK": "1",
        # -c does not reach the isolated build of the package itself: the first does so for pip < 25.3, the
        # second from there on. Relative, as pip would split a path with a space in it.
        "PIP_CONSTRAINT": CONSTRAINTS,
        "PIP_BUILD_CONSTRAINT": CONSTRAINTS,
    }
    if subprocess.run(command, cwd=root, env=environment, check=False).returncode:
        why = "its message above says why. Is this machine online? The same command tries again."
        raise SetUpError(f"pip could not install what the playground needs; {why}")


def prepare(root: Path = ROOT, extras: Sequence[str] = ()) -> Path:
    """Make `.venv` fit, or leave it alone where it does already; give its interpreter."""
    venv = root / ".venv"
    stamp, wanted = read_stamp(venv), wanted_stamp(root, extras)
    reason = why_make(venv, stamp, root)
    if not reason and is_current(stamp, wanted):
        return venv_python(venv)
    say(f"Making .venv: {reason} ..." if reason else "Bringing .venv up to date ...")
    if reason:
        make_venv(venv)
    wanted["extras"] = sorted({*extras, *stamp.get("extras", ())})
    write_stamp(venv, {**stamp, "finished": False})
    try:
        install(root, venv, wanted["extras"])
    except SetUpError:
        if not reason:
            # pip refuses before it changes anything: what was there still works.
            write_stamp(venv, stamp)
        raise
    write_stamp(venv, wanted)
    say("The set-up is complete.")
    return venv_python(venv)


# --- Qt's system libraries (Linux) -------------------------------------------------------------------------


def loadable(library: str) -> bool:
    """Whether the dynamic loader finds the library."""
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def not_found(ldd_output: str) -> list[str]:
    """The libraries ldd did not find, each once."""
    return list(dict.fromkeys(re.findall(r"^\s*(\S+) => not found", ldd_output, re.MULTILINE)))


def missing_libraries(venv: Path, platform: str) -> list[str]:
    """What Qt's widgets and its plugin for this platform ("offscreen", "xcb", "wayland") miss here."""
    qt = next(venv.glob("lib*/python*/site-packages/PySide6"), None)
    if qt is None or not shutil.which("ldd"):
        return []
    files = map(str, [*qt.glob("QtWidgets*.so"), qt / f"Qt/plugins/platforms/libq{platform}.so"])
    answer = subprocess.run(["ldd", *files], capture_output=True, text=True, check=False)
    # ldd knows the system's search path; a conda Python brings libraries of its own that only loading shows.
    return [library for library in not_found(answer.stdout) if not loadable(library)]


def package_of(library: str) -> str:
    """The Debian package that brings a library: libxcb-cursor.so.0 is in libxcb-cursor0."""
    name, _, version = library.lower().partition(".so.")
    dash = "-" if name[-1].isdigit() else ""
    return ODD_PACKAGES.get(library, f"{name}{dash}{version.split('.')[0]}")


def packages_for(libraries: Iterable[str]) -> list[str]:
    """The Debian packages that bring these libraries, each once."""
    packages = list(dict.fromkeys(map(package_of, libraries)))
    # Without a single font on the machine every letter would be an empty box.
    return [*packages, "fonts-dejavu-core"] if "libfontconfig1" in packages else packages


def install_packages(packages: Sequence[str], reason: str) -> None:
    """Install with apt-get where we may; otherwise say which command does."""
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    names = " ".join(packages)
    if not shutil.which("apt-get"):
        raise SetUpError(f"{reason} Please install what Debian calls: {names}.")
    if os.geteuid() != 0:
        raise SetUpError(f"{reason} This command installs what is missing:\n  sudo {shlex.join(command)}")
    say(f"{reason} Installing with apt-get: {names} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A stranger's package source that fails to update need not matter.
    subprocess.run(["apt-get", "update"], env=environment, check=False)
    if subprocess.run(command, env=environment, check=False).returncode:
        raise SetUpError(f"apt-get failed. When it works again: {shlex.join(command)}")


def provide_libraries(venv: Path, platforms: Sequence[str]) -> None:
    """See to it that Qt starts on one of these platforms at least, the last one being the surest."""
    missing = {platform: missing_libraries(venv, platform) for platform in platforms}
    if not all(missing.values()):
        return
    wanted = missing[platforms[-1]]
    reason = f"Qt needs system libraries that are missing here: {', '.join(wanted)}."
    install_packages(packages_for(wanted), reason)
    left = missing_libraries(venv, platforms[-1])
    if left:
        raise SetUpError(f"Qt still misses system libraries: {', '.join(left)}.")


# --- The display (Linux) -----------------------------------------------------------------------------------


def answers(family: int, address: Any) -> bool:
    """Whether somebody listens there."""
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(2.0)
        try:
            connection.connect(address)
        except (OSError, OverflowError):  # nobody there, or a port there cannot be
            return False
    return True


def x_answers(display: str, folder: Path = Path("/tmp/.X11-unix")) -> bool:
    """Whether an X server answers at `DISPLAY`: one left over from a closed session does not count."""
    host, _, number = display.rpartition(":")
    number = number.split(".")[0]
    if not number.isdigit():
        return False
    if host not in ("", "unix"):
        return answers(socket.AF_INET, (host, 6000 + int(number)))
    path = str(folder / f"X{number}")
    return answers(socket.AF_UNIX, path) or answers(socket.AF_UNIX, "\0" + path)


def displays(environ: Mapping[str, str]) -> tuple[str, ...]:
    """Qt's platforms that a window can open on here, in Qt's own order of preference."""
    found = []
    wayland = environ.get("WAYLAND_DISPLAY", "")
    # An absolute WAYLAND_DISPLAY wins over the folder, as it does for Wayland's own clients.
    if wayland and answers(socket.AF_UNIX, str(Path(environ.get("XDG_RUNTIME_DIR", "/")) / wayland)):
        found.append("wayland")
    if x_answers(environ.get("DISPLAY", "")):
        found.append("xcb")
    return tuple(found)
