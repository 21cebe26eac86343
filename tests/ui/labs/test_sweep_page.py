"""The page of sweeps in the real window, with networks so small that they train at once."""

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow

from playground.experiment import edits, files
from playground.experiment.model import Experiment
from playground.labs.sweep import SweepSpec
from playground.labs.sweep_groups import best
from playground.settings import FLAT_OUT, Settings
from playground.training import sweep_results
from playground.ui.labs.sweep.page import SweepPage
from playground.ui.labs.sweep.reading import duration, goodness, thing_of
from playground.ui.labs.sweep.values import made, read
from playground.ui.main_window import MainWindow

SETTINGS = Settings(motion=False, speed=FLAT_OUT, device="numpy")


def small() -> Experiment:
    experiment = edits.set_data(files.example("xor"), samples=40)
    return edits.set_epochs(experiment, 3)


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window(small(), SETTINGS)


def opened(window: MainWindow, *varied: tuple[str, str]) -> SweepPage:
    page = window.labs.open("sweep").page
    assert isinstance(page, SweepPage)
    page.setup.jobs.set_value(1)
    if varied:
        for row, one in zip(page.setup.rows, [*varied, None, None], strict=False):
            row.show_vary(None if one is None else read(thing_of(one[0]), one[1]))
        page.setup.changed.emit()
    return page


def run(qtbot: QtBot, page: SweepPage) -> None:
    page.begin()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=60_000)


def open_file(qtbot: QtBot, page: SweepPage, path: Path) -> None:
    page.open_path(path)
    qtbot.waitUntil(lambda: not page._reading.is_busy)


TWO = (("learning_rate", "0.01, 0.1"), ("width", "2, 3"))


def test_that_it_says_beforehand_what_start_would_do(window: MainWindow) -> None:
    page = opened(window, *TWO)
    assert page.words.text() == "2 × 2 = 4 runs of 3 epochs each. 20 % of the rows are kept to choose by."
    page.setup.seeds.set_value(5)
    page.setup.changed.emit()
    assert "2 × 2 × 5 seeds = 20 runs" in page.words.text()


def test_that_what_cannot_be_is_said_and_start_is_off(window: MainWindow) -> None:
    page = opened(window, *TWO)
    page.setup.rows[1].field.setText("two")
    page.setup.rows[1].field.editingFinished.emit()
    assert "is no number" in page.words.text()
    assert not page.runs.start.isEnabled()
    page.setup.rows[1].field.setText("2")
    page.setup.rows[1].field.editingFinished.emit()
    assert page.runs.start.isEnabled()


def test_that_a_sweep_is_made_drawn_and_its_best_opened(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, *TWO)
    run(qtbot, page)
    assert len(page.views.found) == 4
    assert page.words.text().startswith("Best by validation loss: ")
    assert page.runs.left.text() == "4 of 4 runs made"
    cells = page.views.cells.cells
    assert len(cells) == 4
    assert all(cell.text for cell in cells)
    sweep = page.runner.sweep
    assert sweep is not None
    top = best(sweep.spec, page.views.found)
    assert top is not None
    assert max(cells, key=lambda cell: cell.share or 0.0).key == top.group
    page.best_button.click()
    assert window.document.experiment.training.learning_rate == top.values["learning_rate"]
    assert window.document.experiment.data.validation_fraction == 0.2
    assert page.words.text().startswith(f"“{window.document.experiment.name}” is open in the window behind")
    window.document.undo_stack.undo()
    assert window.document.experiment == small()


def test_that_pictures_show_what_each_network_answers(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, *TWO)
    run(qtbot, page)
    page.views.view.chips["pictures"].click()
    pictures = [cell.picture for cell in page.views.cells.cells]
    assert all(picture is not None and not picture.isNull() for picture in pictures)
    page.views.view.chips["parallel"].click()
    assert len(page.views.parallel.runs) == 4
    assert all(np.isfinite(one.places).all() for one in page.views.parallel.runs)


def test_that_keys_choose_a_cell_and_open_it(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, *TWO)
    run(qtbot, page)
    cells = page.views.cells
    QTest.keyClick(cells, Qt.Key.Key_Right)
    QTest.keyClick(cells, Qt.Key.Key_Down)
    QTest.keyClick(cells, Qt.Key.Key_Right)
    assert "learning rate 0.1, width 2" in cells.accessibleDescription()
    QTest.keyClick(cells, Qt.Key.Key_Return)
    assert window.document.experiment.training.learning_rate == 0.1


def test_that_one_thing_is_drawn_as_a_curve_with_every_seed(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, ("width", "1, 2, 3"))
    page.setup.seeds.set_value(2)
    run(qtbot, page)
    assert page.views.view.key == "curve"
    marks = page.views.curve.things[1]
    assert len(marks.xy) == 6  # type: ignore[union-attr]
    assert not page.views.view.chips["cells"].isEnabled()


def test_that_a_third_thing_is_chosen_or_the_best_of_it_shown(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, *TWO, ("batch_size", "5, 20"))
    run(qtbot, page)
    assert len(page.views.found) == 8
    assert len(page.views.cells.cells) == 4
    page.views.third.set_key("1")
    page.views.third.chosen.emit("1")
    assert all("batch size 20" in cell.help for cell in page.views.cells.cells)


def test_that_it_pauses_goes_on_and_is_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, ("width", "1, 2, 3, 4, 5, 6, 7, 8"))
    page.setup.epochs.set_value(200)
    page.begin()
    qtbot.waitUntil(lambda: bool(page.views.found), timeout=60_000)
    page.runs.pause.click()
    assert page.runs.pause.text() == "Go on"
    assert page.runs.left.text().endswith("paused") or page.runner.sweep is not None
    page.runs.pause.click()
    page.runs.cancel.click()
    qtbot.waitUntil(lambda: not page.runner.is_busy, timeout=60_000)
    assert page.setup.isEnabled()
    assert page.views.found
    assert page.runs.start.isVisible()


def test_that_another_file_or_none_ends_the_complaint_about_the_one_before(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = opened(window, *TWO)
    (tmp_path / "other.jsonl").write_text("no results", encoding="utf-8")
    chosen = [str(tmp_path / "other.jsonl"), ""]
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args, **_kinds: (chosen.pop(0), ""))
    page.stream.click()
    assert page.stream_name.text().endswith("Write to… and Cancel end that.")
    run(qtbot, page)
    assert page.words.property("role") == "warning"
    page.stream.click()
    assert page.stream_name.isHidden()
    assert "4 runs" in page.words.text()


def test_that_results_are_written_as_they_come_and_opened_again(
    window: MainWindow, qtbot: QtBot, tmp_path: Path
) -> None:
    page = opened(window, *TWO)
    page._target = tmp_path / "rates.jsonl"
    run(qtbot, page)
    spec, results = sweep_results.read(tmp_path / "rates.jsonl")
    assert len(results) == 4
    before = {cell.key: cell.text for cell in page.views.cells.cells}
    page.save_path(tmp_path / "again.jsonl", spec)
    page.save_path(tmp_path / "plan.json", spec)
    open_file(qtbot, page, tmp_path / "again.jsonl")
    assert {cell.key: cell.text for cell in page.views.cells.cells} == before
    open_file(qtbot, page, tmp_path / "plan.json")
    assert page.setup.spec().vary == spec.vary
    assert "4 runs" in page.words.text()


@pytest.mark.parametrize("content", ["", "{", "[]", '{"format": "x"}', "\x00\xff"])
def test_that_a_file_that_is_none_is_refused_and_all_stays(
    window: MainWindow, qtbot: QtBot, tmp_path: Path, content: str
) -> None:
    page = opened(window, *TWO)
    before = page.setup.spec()
    for name in ("bad.json", "bad.jsonl"):
        path = tmp_path / name
        path.write_text(content, encoding="latin-1")
        open_file(qtbot, page, path)
        assert page.words.property("role") == "warning"
        assert name in page.words.text()
        assert page.setup.spec() == before


def test_that_an_unreachable_scheduler_is_said_in_words(window: MainWindow, qtbot: QtBot) -> None:
    pytest.importorskip("distributed")
    page = opened(window, *TWO)
    page.setup.scheduler.setText("tcp://127.0.0.1:9")
    run(qtbot, page)
    assert page.words.property("role") == "warning"
    assert "127.0.0.1:9" in page.words.text()
    assert page.setup.isEnabled()


def test_that_a_shipped_sweep_is_shown_as_it_is_written(window: MainWindow) -> None:
    page = opened(window)
    page.setup.source.set_key("double-descent")
    page.setup.source.chosen.emit("double-descent")
    spec = page.setup.spec()
    assert "width" in [one.key for one in spec.vary]
    assert spec.rows.train == 100
    json.dumps(spec.model_dump(mode="json"))


def test_that_a_random_sweep_draws_as_many_as_asked_for(window: MainWindow, qtbot: QtBot) -> None:
    page = opened(window, ("learning_rate", "0.001 to 1 log"), ("width", "1 to 8"))
    page.setup.mode.chips["random"].click()
    page.setup.count.set_value(6)
    run(qtbot, page)
    assert len(page.views.found) == 6
    assert len({one.values["learning_rate"] for one in page.views.found}) == 6


def test_that_good_is_little_loss_and_lost_runs_are_the_worst() -> None:
    losses = np.array([1e-4, 1e-2, 1.0, np.inf, np.nan])
    shares = goodness(losses, is_loss=True)
    assert shares.tolist() == pytest.approx([1.0, 0.5, 0.0, 0.0, 0.0])
    assert goodness(np.array([0.2, 0.8]), is_loss=False).tolist() == [0.0, 1.0]


def test_that_time_is_said_as_people_say_it() -> None:
    assert [duration(s) for s in (7.2, 200, 7500)] == ["8 s", "3 min 20 s", "2 h 5 min"]


def test_that_a_spec_keeps_what_the_controls_do_not_show(window: MainWindow) -> None:
    page = opened(window)
    spec = SweepSpec(
        name="kept",
        experiment=small(),
        vary=(made(key="width", values=(2.0, 4.0)),),
        validation=0.3,
        draw_data=True,
    )
    page.setup.show_spec(spec)
    assert page.setup.spec() == spec.model_copy(update={"epochs": 3})
