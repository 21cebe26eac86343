"""The three ways the program runs, each imitated by a copy of paths.py in a folder of its own."""

import errno
import importlib.util
import os
import shutil
import sys
from pathlib import Path
from types import ModuleType

import pytest

from playground import paths


def _paths_in(folder: Path) -> ModuleType:
    """Load a copy of paths.py as `folder`/playground/paths.py, as if the program were installed there."""
    package = folder / "playground"
    package.mkdir(parents=True)
    copy = Path(shutil.copy(paths.__file__, package / "paths.py"))
    spec = importlib.util.spec_from_file_location("paths_elsewhere", copy)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files here")
def test_that_only_a_plain_file_is_opened(tmp_path):
    (tmp_path / "mine.txt").write_bytes(b"text")
    (tmp_path / "link.txt").symlink_to("mine.txt")
    for name in ("mine.txt", "link.txt"):
        with paths.open_plain(tmp_path / name) as file:
            assert file.read() == b"text"
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "endless").symlink_to("/dev/zero")
    for name in ("pipe", "endless", "."):
        with pytest.raises(OSError, match="no plain file"):
            paths.open_plain(tmp_path / name)


@pytest.mark.skipif(sys.platform != "linux", reason="/proc says which file a handle stands for")
def test_that_file_and_folder_reach_the_disk(tmp_path, monkeypatch):
    synced = []

    def fsync(handle):
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")))

    monkeypatch.setattr("playground.paths.os.fsync", fsync)
    paths.write_atomically(tmp_path / "mine.txt", b"text")
    assert [place.parent if place != tmp_path else place for place in synced] == [tmp_path, tmp_path]
    assert synced[1] == tmp_path


@pytest.mark.skipif(os.name != "posix", reason="only there can a folder be asked for")
def test_that_a_file_system_that_cannot_keep_folders_is_no_reason_to_fail(tmp_path, monkeypatch):
    monkeypatch.setattr("playground.paths.os.fsync", lambda _handle: None)
    real = paths._sync_folder

    def refuse(_handle):
        raise OSError(errno.EINVAL, "Invalid argument")

    def sync(folder):
        monkeypatch.setattr("playground.paths.os.fsync", refuse)
        real(folder)

    monkeypatch.setattr(paths, "_sync_folder", sync)
    paths.write_atomically(tmp_path / "mine.txt", b"text")
    assert (tmp_path / "mine.txt").read_bytes() == b"text"


def test_that_this_program_finds_its_fish():
    assert (paths.resources() / "datasets" / "fish.csv").is_file()


def test_that_the_source_tree_is_found(tmp_path):
    (tmp_path / "resources" / "datasets").mkdir(parents=True)
    assert _paths_in(tmp_path).resources() == (tmp_path / "resources").resolve()


def test_that_an_installed_wheel_is_found_before_a_neighbour_of_the_same_name(tmp_path):
    elsewhere = _paths_in(tmp_path)
    (tmp_path / "resources" / "datasets").mkdir(parents=True)
    (tmp_path / "playground" / "_resources" / "datasets").mkdir(parents=True)
    assert elsewhere.resources() == (tmp_path / "playground" / "_resources").resolve()


@pytest.mark.parametrize("place", ["resources", "playground/_resources"])
def test_that_a_frozen_application_is_found(tmp_path, monkeypatch, place):
    bundle = tmp_path / "bundle"
    (bundle / place / "datasets").mkdir(parents=True)
    monkeypatch.setattr(sys, "_MEIPASS", str(bundle), raising=False)
    assert _paths_in(tmp_path / "library").resources() == bundle / place


def test_that_another_package_called_resources_is_not_taken_for_ours(tmp_path):
    (tmp_path / "resources").mkdir()
    elsewhere = _paths_in(tmp_path)
    with pytest.raises(elsewhere.ResourcesMissingError) as caught:
        elsewhere.resources()
    assert str((tmp_path / "resources").resolve()) in str(caught.value)
    assert "Install the program again" in str(caught.value)


@pytest.mark.parametrize("folder", [paths.config_folder, paths.data_folder])
def test_that_a_user_folder_is_the_programs_own(folder):
    assert folder().is_absolute()
    assert "nn-playground" in folder().parts


@pytest.mark.skipif(sys.platform != "linux", reason="the XDG variables hold on Linux")
def test_that_asking_for_user_folders_creates_nothing(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    assert paths.config_folder() == tmp_path / "config" / "nn-playground"
    assert paths.data_folder() == tmp_path / "data" / "nn-playground"
    assert list(tmp_path.iterdir()) == []
