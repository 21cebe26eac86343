"""What is open is kept as one works, offered again after a crash, and removed when the window is closed."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from filelock import FileLock
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.experiment import edits, files
from playground.training import project
from playground.training.project import Project
from playground.training.session import Session
from playground.ui.autosave import PREFIX, Autosave
from playground.ui.main_window import MainWindow

SOON_MS = 20

Keep = Callable[..., Autosave]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "autosaves"


@pytest.fixture
def keep(folder: Path) -> Iterator[Keep]:
    """Return a function that begins to keep what a window has open."""
    begun: list[Autosave] = []

    def begin(window: MainWindow) -> Autosave:
        begun.append(Autosave(window.keeper, folder, every_ms=SOON_MS))
        begun[-1].start()
        return begun[-1]

    yield begin
    for one in begun:
        one.close()
        one.deleteLater()


def train(window: MainWindow, qtbot: QtBot, epochs: int) -> None:
    window.bridge.play_until(epochs)
    qtbot.waitUntil(lambda: shown(window).epoch >= epochs and shown(window).state == "paused", timeout=20_000)


def kept(autosave: Autosave) -> Project | None:
    """Return what is kept at the moment."""
    return project.read(autosave.path) if autosave.path is not None and autosave.path.exists() else None


def step_of(found: Project | None) -> int:
    return -1 if found is None or found.standing is None else found.standing.kept.step


def left_by_a_crash(folder: Path, name: str = "gone") -> Project:
    """Leave a trained project as a window does that was killed: nobody holds its lock."""
    experiment = files.example("xor").replace(name=name)
    session = Session.for_experiment(experiment, "numpy")
    session.train(30)
    folder.mkdir(parents=True, exist_ok=True)
    project.write(session.project(experiment), folder / f"{PREFIX}{name}.nnp")
    return session.project(experiment)


def test_that_edits_and_training_are_kept_and_removed_when_the_window_is_closed(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, folder: Path
) -> None:
    window = make_window(files.example("circle"))
    autosave = keep(window)
    window.document.edit("Widen", edits.set_units, "layer1", 3)
    qtbot.waitUntil(lambda: kept(autosave) is not None)
    train(window, qtbot, 5)
    qtbot.waitUntil(lambda: step_of(kept(autosave)) == shown(window).step)
    found = kept(autosave)
    assert found is not None
    assert found.experiment == window.document.experiment
    np.testing.assert_array_equal(found.history.epoch, np.arange(6))
    autosave.close()
    assert not list(folder.iterdir())


def test_that_nothing_is_written_when_nothing_has_changed(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    window = make_window(files.example("circle"))
    looked: list[object] = []
    state = type(window.keeper).state
    assert isinstance(state, property)
    assert state.fget is not None
    read = state.fget
    monkeypatch.setattr(
        type(window.keeper), "state", property(lambda keeper: (looked.append(1), read(keeper))[1])
    )
    autosave = keep(window)
    qtbot.waitUntil(lambda: len(looked) > 5)
    assert autosave.path is None
    window.document.edit("Widen", edits.set_units, "layer1", 3)
    qtbot.waitUntil(lambda: kept(autosave) is not None)
    qtbot.waitUntil(lambda: not autosave.is_busy)
    assert autosave.path is not None
    written = autosave.path.stat().st_mtime_ns
    looked.clear()
    qtbot.waitUntil(lambda: len(looked) > 5)
    assert autosave.path.stat().st_mtime_ns == written


def test_that_two_windows_keep_to_their_own_files(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, folder: Path
) -> None:
    windows = [make_window(files.example(name)) for name in ("circle", "xor")]
    kept_by = [keep(window) for window in windows]
    for window in windows:
        window.document.edit("Widen", edits.set_units, "layer1", 3)
    for window, autosave in zip(windows, kept_by, strict=True):
        qtbot.waitUntil(lambda autosave=autosave: kept(autosave) is not None)
        found = kept(autosave)
        assert found is not None
        assert found.experiment == window.document.experiment
    kept_by[0].offer(lambda _name: pytest.fail("another window's work was offered"), lambda _left: None)
    assert len(list(folder.glob("*.nnp"))) == 2


def test_that_what_a_crash_has_left_is_offered_and_goes_on(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, folder: Path
) -> None:
    left = left_by_a_crash(folder)
    window = make_window(files.example("circle"))
    run = shown(window).run_id
    autosave = keep(window)
    offered: list[str] = []
    autosave.offer(
        lambda name: not offered.append(name), lambda one: window.desk.open_untitled(one, "Reopen")
    )
    assert offered == ["gone"]
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None and shown(window).run_id > run)
    assert left.standing is not None
    assert shown(window).step == left.standing.kept.step
    assert not window.document.is_saved
    assert autosave.path == folder / f"{PREFIX}gone.nnp"
    autosave.close()
    assert not list(folder.iterdir())


def test_that_what_is_not_wanted_back_becomes_the_last_project(
    make_window: MakeWindow, keep: Keep, folder: Path
) -> None:
    left_by_a_crash(folder)
    (folder / f".{PREFIX}gone.nnp.abc").write_bytes(b"half")
    left = (folder / f"{PREFIX}gone.nnp").read_bytes()
    last = folder.parent / "last.nnp"
    keep(make_window()).offer(lambda _name: False, lambda _left: pytest.fail("reopened"), last)
    assert not list(folder.iterdir())
    assert last.read_bytes() == left


def test_that_the_work_of_a_living_process_is_not_offered(
    make_window: MakeWindow, keep: Keep, folder: Path
) -> None:
    left_by_a_crash(folder)
    with FileLock(folder / f"{PREFIX}gone.lock"):
        keep(make_window()).offer(lambda _name: pytest.fail("offered"), lambda _left: None)
    assert (folder / f"{PREFIX}gone.nnp").exists()


def test_that_a_file_that_cannot_be_read_is_not_offered_and_stays(
    make_window: MakeWindow, keep: Keep, folder: Path
) -> None:
    left_by_a_crash(folder)
    (folder / f"{PREFIX}new.nnp").write_bytes(json.dumps({"of": "the future"}).encode())
    offered: list[str] = []
    keep(make_window()).offer(lambda name: bool(offered.append(name)), lambda _left: None)
    assert offered == ["gone"]
    assert (folder / f"{PREFIX}new.nnp").exists()


def test_that_work_that_cannot_be_kept_is_said_once(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, tmp_path: Path, folder: Path
) -> None:
    folder.write_text("a file in the place of the folder")
    window = make_window(files.example("circle"))
    autosave = keep(window)
    with qtbot.waitSignal(autosave.troubled) as said:
        window.document.edit("Widen", edits.set_units, "layer1", 3)
    assert said.args is not None
    assert "save it yourself" in said.args[0]


def test_that_work_is_kept_again_after_something_went_wrong(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_project: Project, _path: Path) -> None:
        raise MemoryError

    window = make_window(files.example("circle"))
    autosave = keep(window)
    with monkeypatch.context() as broken:
        broken.setattr(project, "write", fail)
        with qtbot.waitSignal(autosave.troubled) as said:
            window.document.edit("Widen", edits.set_units, "layer1", 3)
    assert said.args is not None
    assert "out of memory" in said.args[0]
    window.document.edit("Widen", edits.set_units, "layer1", 4)
    qtbot.waitUntil(lambda: kept(autosave) is not None)


def test_that_what_was_saved_needs_no_keeping(
    make_window: MakeWindow, keep: Keep, qtbot: QtBot, folder: Path
) -> None:
    window = make_window(files.example("circle"))
    autosave = keep(window)
    window.document.edit("Widen", edits.set_units, "layer1", 3)
    qtbot.waitUntil(lambda: kept(autosave) is not None)
    qtbot.waitUntil(lambda: not autosave.is_busy)
    autosave.forget()
    assert kept(autosave) is None


def test_that_a_window_off_screen_asks_nothing(
    qtbot: QtBot, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from playground.app import make_application
    from playground.app import make_window as compose

    left_by_a_crash(folder)
    monkeypatch.setattr(
        "playground.ui.main_window.wants_back", lambda *_arguments: pytest.fail("asked off screen")
    )
    window = compose(make_application(), files.example("circle"), autosaves=folder)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: window.bridge.snapshot is not None)
    window.close()
    assert (folder / f"{PREFIX}gone.nnp").exists()
