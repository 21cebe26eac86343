"""Keeps the settings in a JSON file that survives crashes, other versions of the program and other hands.

Nothing found in the file stops the program: what cannot be used is replaced by its default and reported in
words. The path is handed in; this module never looks one up.
"""

import json
import math
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass, fields
from pathlib import Path
from typing import Any

from playground import paths
from playground.settings.spec import FLAT_OUT, Settings, problem_with

SCHEMA_VERSION = 1
VERSION_KEY = "schema_version"

Content = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Migration:
    """Turns the content of a file of version `before` into that of version `after`.

    `function` gets whatever was in the file and must cope with values of any type.
    """

    before: int
    after: int
    function: Callable[[Content], Content]


MIGRATIONS: tuple[Migration, ...] = ()


class _UnusableError(ValueError):
    """The file is there but holds no settings."""


class SettingsStore:
    """Loads and saves the settings in the JSON file `path`, which need not exist yet.

    `migrations` and `version` are the tables above but for tests.
    """

    def __init__(
        self, path: Path, *, migrations: Sequence[Migration] = MIGRATIONS, version: int = SCHEMA_VERSION
    ) -> None:
        self._path = path
        self._migrations = migrations
        self._version = version

    def load(self) -> tuple[Settings, tuple[str, ...]]:
        """Return the settings and what had to be changed to get them, a sentence each.

        Never raises for what is in the file or for a file that cannot be read.
        """
        try:
            content = self._read()
        except _UnusableError as error:
            return Settings(), (f"The settings file {self._path} {error}. {self._set_aside()}",)
        except OSError as error:
            reason = error.strerror or str(error)
            return Settings(), (
                f"The settings file {self._path} could not be opened ({reason}); using defaults.",
            )
        messages: list[str] = []
        content = self._migrated(content, messages)
        return _settings_from(content, messages), tuple(messages)

    def save(self, settings: Settings) -> None:
        """Write the settings so that the file is, at every moment, the old one or the new one.

        What the file holds beside the known settings is kept. Raises OSError when it cannot be written.
        """
        content: Content = {}
        try:
            content = self._read()
        except _UnusableError:
            self._set_aside()
        if content and content.get(VERSION_KEY) != self._version:
            # Another version of the program may want its own file back.
            shutil.copy2(self._path, self._free_backup())
            content = self._migrated(content, [])
        content.pop(VERSION_KEY, None)
        content.update({name: _to_json(value) for name, value in _values(settings).items()})
        self._path.resolve().parent.mkdir(parents=True, exist_ok=True)
        paths.write_atomically(self._path, _written({VERSION_KEY: self._version, **content}))

    def _read(self) -> Content:
        """Return the file's content, empty when there is no file."""
        try:
            raw = self._path.read_bytes()
        except FileNotFoundError:
            return {}
        try:
            content = json.loads(raw.decode("utf-8"))
        except (ValueError, RecursionError) as error:
            raise _UnusableError("is not valid JSON") from error
        if not isinstance(content, dict):
            raise _UnusableError("does not hold settings")
        return content

    def _migrated(self, content: Content, messages: list[str]) -> Content:
        """Bring the content to the present version; a newer or nonsensical version is read as it stands."""
        version = content.get(VERSION_KEY, 1 if content else self._version)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            messages.append(f"The settings file's {VERSION_KEY} is not a version number; it was ignored.")
            return content
        if version > self._version:
            messages.append(
                "The settings were saved by a newer version of the playground; what this one knows is used."
            )
            return content
        while version < self._version:
            step = next((step for step in self._migrations if step.before == version), None)
            if step is None:
                raise LookupError(f"there is no migration of the settings from version {version}")
            content, version = step.function(dict(content)), step.after
        return content

    def _set_aside(self) -> str:
        """Move the unusable file away and return a sentence that says where it is."""
        backup = self._free_backup()
        try:
            os.replace(self._path, backup)
        except OSError as error:
            reason = error.strerror or str(error)
            return f"Defaults are used. It could not be set aside ({reason}) and will be overwritten."
        return f"Defaults are used, and it was kept as {backup.name}."

    def _free_backup(self) -> Path:
        """Return a name ending in .bak that is not taken, so that no earlier backup is lost."""
        backup = self._path.with_name(self._path.name + ".bak")
        number = 2
        while backup.exists():
            backup = self._path.with_name(f"{self._path.name}.{number}.bak")
            number += 1
        return backup


def _settings_from(content: Content, messages: list[str]) -> Settings:
    """Make settings from a file's content; what is not allowed keeps its default and is reported."""
    usable: Content = {}
    for spec in fields(Settings):
        if spec.name not in content:
            continue
        value = _from_json(content[spec.name], spec)
        problem = problem_with(spec, value)
        if problem is None:
            usable[spec.name] = value
        else:
            messages.append(f"The setting “{spec.metadata['label']}” {problem}; its default is used.")
    return Settings(**usable)


def _from_json(value: object, spec: Field[Any]) -> object:
    if isinstance(value, list):
        return tuple(value)
    if value is None and spec.metadata.get("unlimited", False):
        return FLAT_OUT
    return value


def _to_json(value: object) -> object:
    return None if isinstance(value, float) and math.isinf(value) else value


def _values(settings: Settings) -> Content:
    return {spec.name: getattr(settings, spec.name) for spec in fields(settings)}


def _written(content: Content) -> bytes:
    """Return the file's text in ASCII alone: a file name may hold characters that UTF-8 cannot write."""
    return (json.dumps(content, indent=2) + "\n").encode("ascii")
