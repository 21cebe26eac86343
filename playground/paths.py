"""Finds what ships with the program (resources/) and the person's own folders, and writes files safely.

The program runs in three ways, and its resources lie elsewhere in each: from the source tree, from an
installed wheel, and frozen into one application. Nothing is created here: who writes a file makes its folder.
"""

import errno
import os
import stat
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

APP_NAME = "nn-playground"

_MASK = threading.Lock()
"""The mask of new files' permissions can only be read by setting it, for all threads."""


class ResourcesMissingError(RuntimeError):
    """The files that ship with the program are in none of the places they can be in."""


def resources() -> Path:
    """Return the folder that holds datasets/, examples/ and theme/.

    Raises ResourcesMissingError, naming the places looked at, when there is none.
    """
    candidates = _candidates()
    for folder in candidates:
        # A folder that merely has the right name may belong to another package next to this one.
        if (folder / "datasets").is_dir():
            return folder
    places = ", ".join(str(folder) for folder in candidates)
    raise ResourcesMissingError(
        f"The files that belong to the playground were not found; looked in: {places}. "
        "Install the program again."
    )


def config_folder() -> Path:
    """Return the folder for the person's settings; it need not exist yet."""
    # platformdirs is not needed for `--version`, which must answer at once.
    from platformdirs import user_config_path

    return user_config_path(APP_NAME, appauthor=False)


def data_folder() -> Path:
    """Return the folder for what the program keeps for the person (autosaves); it need not exist yet."""
    from platformdirs import user_data_path

    return user_data_path(APP_NAME, appauthor=False)


def cache_folder() -> Path:
    """Return the folder for what can be made again at any time; it need not exist yet."""
    from platformdirs import user_cache_path

    return user_cache_path(APP_NAME, appauthor=False)


def _candidates() -> tuple[Path, ...]:
    """Return the places the resources can be in, the surest first."""
    package = Path(__file__).resolve().parent
    places = [package / "_resources", package.parent / "resources"]
    frozen = getattr(sys, "_MEIPASS", None)
    if frozen is not None:
        places = [Path(frozen) / "resources", Path(frozen) / "playground" / "_resources", *places]
    return tuple(places)


def open_plain(path: Path) -> BinaryIO:
    """Open a file for reading; OSError also for pipes and devices, which may never come to an end."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise OSError(errno.EINVAL, "it is a folder, a pipe or a device, and no plain file", str(path))
    return path.open("rb")


def write_atomically(path: Path, content: bytes) -> None:
    """Write `content` beside `path`, then put it in its place, as `replacing` does. Raises OSError."""
    with replacing(path) as beside:
        beside.write_bytes(content)


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Yield a file beside `path` with its ending; when the block ends, it takes the place of `path`.

    The file is the old one or the new one, even when the power fails: file and folder have reached the disk
    before this returns. A link stays a link, and a file keeps the permissions it had. Raises OSError; the old
    file is then as it was, unless the disk failed after it had been replaced.
    """
    target = path.resolve()
    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.stem}.", suffix=target.suffix)
    os.close(handle)
    try:
        yield Path(name)
        with Path(name).open("rb+") as file:
            os.fsync(file.fileno())
        Path(name).chmod(_permissions(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _sync_folder(folder: Path) -> None:
    """Have the disk keep what a folder lists now, where the system has a way to ask for it."""
    if os.name != "posix":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in (errno.EINVAL, errno.ENOTSUP):  # some file systems know no such thing
            raise
    finally:
        os.close(handle)


def _permissions(target: Path) -> int:
    """Return the permissions of a file, or those that a new file is to have."""
    if target.exists():
        return stat.S_IMODE(target.stat().st_mode)
    with _MASK:
        mask = os.umask(0)
        os.umask(mask)
    return 0o666 & ~mask
