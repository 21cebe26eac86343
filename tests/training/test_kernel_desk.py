"""Kernels are compiled elsewhere, loaded when they are there, and done without when they cannot be had."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from playground.engine.backends import compiled
from playground.training import kernels
from playground.training.kernels import KernelDesk, cache_folder, why_not_written


class Compiler:
    """Starts a small program where the desk would start the compiler."""

    def __init__(self, program: str) -> None:
        self.started: list[subprocess.Popen[bytes]] = []
        self._program = program

    def __call__(self, _command: list[str], **options: object) -> "subprocess.Popen[bytes]":
        process = POPEN([sys.executable, "-c", self._program], **options)  # type: ignore[call-overload]
        self.started.append(process)
        return process


POPEN = subprocess.Popen
ALLOW = KernelDesk.allow  # all tests find it replaced


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> KernelDesk:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    made = KernelDesk()
    ALLOW(made, tmp_path)
    return made


def use(monkeypatch: pytest.MonkeyPatch, program: str) -> Compiler:
    compiler = Compiler(program)
    monkeypatch.setattr("playground.training.kernels.subprocess.Popen", compiler)
    return compiler


def until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 20
    while not condition() and time.monotonic() < end:
        kernels.threading.Event().wait(0.01)
    assert condition()


def test_that_nothing_is_started_before_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    compiler = use(monkeypatch, "pass")
    desk = KernelDesk()
    desk.want("float32")
    assert compiler.started == []
    assert not desk.awaited("float32")


def test_that_one_compiler_is_started_and_its_end_awaited(
    desk: KernelDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = use(monkeypatch, "import time; time.sleep(60)")
    desk.want("float32")
    desk.want("float32")
    until(lambda: compiler.started)
    assert desk.awaited("float32")
    desk.stop()
    until(lambda: compiler.started[0].poll() is not None)
    assert len(compiler.started) == 1
    assert not desk.trouble


def test_that_a_compiler_that_fails_is_named_and_not_tried_again(
    desk: KernelDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiler = use(monkeypatch, "raise SystemExit('the disk is full')")
    desk.want("float32")
    until(lambda: desk.trouble)
    assert "the disk is full" in desk.trouble
    assert "NumPy trains instead" in desk.trouble
    assert not desk.awaited("float32")
    desk.want("float32")
    assert len(compiler.started) == 1


def test_that_a_folder_that_cannot_be_written_is_named_with_a_remedy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "taken").write_text("a file")
    folder = tmp_path / "taken" / "kernels"
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(folder))
    compiler = use(monkeypatch, "pass")
    desk = KernelDesk()
    ALLOW(desk, folder)
    desk.want("float32")
    until(lambda: desk.trouble)
    assert f"cannot be kept in the folder {folder} (Not a directory)" in desk.trouble
    assert "NumPy trains, more slowly" in desk.trouble
    assert "NUMBA_CACHE_DIR" in desk.trouble
    assert compiler.started == []


def test_that_kernels_are_not_loaded_from_where_they_could_not_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(compiled, "is_compiled", lambda _dtype: True)
    monkeypatch.setattr(compiled, "load", loaded.append)
    monkeypatch.setattr(kernels, "why_not_written", lambda _folder: "Read-only file system")
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    desk = KernelDesk()
    ALLOW(desk, tmp_path)
    desk.want("float32")
    until(lambda: desk.trouble)
    assert "(Read-only file system)" in desk.trouble
    assert loaded == []


def test_that_a_full_disk_is_named_with_the_folder(desk: KernelDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    use(monkeypatch, "raise OSError(28, 'No space left on device')")
    desk.want("float32")
    until(lambda: desk.trouble)
    assert "(no space is left there)" in desk.trouble
    assert "Make room there" in desk.trouble


def test_that_trying_a_folder_leaves_nothing_in_it(tmp_path: Path) -> None:
    assert why_not_written(tmp_path / "new") == ""
    assert list((tmp_path / "new").iterdir()) == []


def test_that_compiled_kernels_are_loaded_once(desk: KernelDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    loaded: list[str] = []
    monkeypatch.setattr(compiled, "is_compiled", lambda _dtype: True)
    monkeypatch.setattr(compiled, "is_loaded", lambda dtype: dtype in loaded)
    monkeypatch.setattr(compiled, "load", loaded.append)
    desk.want("float32")
    until(lambda: loaded)
    assert not desk.awaited("float32")
    desk.want("float32")
    assert loaded == ["float32"]


def test_that_kernels_that_do_not_load_are_done_without(
    desk: KernelDesk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_dtype: str) -> None:
        raise OSError("the file is damaged")

    monkeypatch.setattr(compiled, "is_compiled", lambda _dtype: True)
    monkeypatch.setattr(compiled, "load", fail)
    desk.want("float32")
    until(lambda: desk.trouble)
    assert "the file is damaged" in desk.trouble


def test_that_a_folder_of_the_persons_choice_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path / "mine"))
    assert cache_folder(tmp_path) == tmp_path / "mine"
    monkeypatch.delenv("NUMBA_CACHE_DIR")
    assert cache_folder(tmp_path) == tmp_path / "kernels"


def test_that_the_cache_belongs_to_the_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    compiled.use_cache(tmp_path)
    assert not compiled.is_compiled("float32")
    folder = Path(kernels.os.environ["NUMBA_CACHE_DIR"])
    assert folder.parent == tmp_path
    folder.mkdir()
    (folder / "float32.compiled").write_text("")
    assert compiled.is_compiled("float32")
    assert not compiled.is_compiled("float64")


def test_that_a_copy_of_the_sources_has_a_cache_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", "")
    compiled.use_cache(tmp_path)
    ours = kernels.os.environ["NUMBA_CACHE_DIR"]
    engine = Path(compiled.__file__).parents[1]
    shutil.copytree(engine, tmp_path / "engine", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(compiled, "__file__", str(tmp_path / "engine" / "backends" / "compiled.py"))
    compiled.use_cache(tmp_path)
    assert kernels.os.environ["NUMBA_CACHE_DIR"] != ours


def test_that_kernels_of_old_sources_are_deleted_in_the_end(tmp_path: Path) -> None:
    for number in range(compiled.KEPT + 3):
        folder = tmp_path / f"version{number}"
        folder.mkdir()
        (folder / "float32.compiled").write_text("")
        os.utime(folder / "float32.compiled", (number, number))
    (tmp_path / "something else").mkdir()
    compiled._tidy(folder)
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"something else", *(f"version{number}" for number in range(3, compiled.KEPT + 3))}


def test_that_of_two_compilers_the_second_finds_what_the_first_has_left(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compiled_for: list[str] = []
    at_work = kernels.threading.Event()
    go_on = kernels.threading.Event()

    def compile_slowly(dtype: str) -> None:
        at_work.set()
        assert go_on.wait(20)
        compiled_for.append(dtype)

    monkeypatch.setattr(compiled, "is_compiled", lambda dtype: dtype in compiled_for)
    monkeypatch.setattr(compiled, "run_compiler", compile_slowly)
    both = [
        kernels.threading.Thread(target=kernels.compile_alone, args=("float32", str(tmp_path)))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    until(at_work.is_set)
    assert both[0].is_alive()
    assert both[1].is_alive()
    go_on.set()
    for one in both:
        one.join(20)
    assert compiled_for == ["float32"]
