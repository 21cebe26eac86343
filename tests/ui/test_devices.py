"""The menu of devices never waits for a card, and the status line says what was chosen and what failed."""

import threading
from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot
from window_cases import MakeWindow, shown

from playground.engine.backends import BACKENDS
from playground.experiment import files
from playground.ui.device_menu import DeviceMenu


def texts(menu: DeviceMenu) -> list[str]:
    return [action.text() for action in menu.actions()]


@pytest.mark.parametrize("there", [True, False])
def test_that_the_menu_opens_before_a_card_has_answered(qtbot: QtBot, there: bool) -> None:
    answer = threading.Event()

    def look() -> bool:
        answer.wait(10)
        assert threading.current_thread() is not threading.main_thread()
        return there

    card = replace(BACKENDS[-1], missing=lambda: None, available=look)
    menu = DeviceMenu(lambda: "auto", choices=(*BACKENDS[:-1], card))
    qtbot.addWidget(menu)
    menu.aboutToShow.emit()
    action = menu.actions()[-1]
    assert action.text() == "GPU (CuPy) (looking for it…)"
    assert not action.isEnabled()
    answer.set()
    qtbot.waitUntil(lambda: "looking" not in action.text())
    assert action.isEnabled() == there
    assert action.text() == ("GPU (CuPy)" if there else "GPU (CuPy) (not found here)")
    menu.aboutToHide.emit()


def test_that_a_package_that_is_missing_is_named_and_nothing_is_looked_for(qtbot: QtBot) -> None:
    def never() -> bool:
        raise AssertionError("looked for what is not installed")

    card = replace(BACKENDS[-1], missing=lambda: "the package is missing", available=never)
    menu = DeviceMenu(lambda: "numpy", choices=(*BACKENDS[:-1], card))
    qtbot.addWidget(menu)
    menu.aboutToShow.emit()
    assert texts(menu) == ["Choose for me", "CPU (compiled)", "CPU (NumPy)", "GPU (CuPy) (not found here)"]
    assert menu.actions()[-1].toolTip() == "the package is missing."
    assert [action.isChecked() for action in menu.actions()] == [False, False, True, False]


def test_that_the_chosen_device_is_trained_on_and_remembered(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(files.example("circle"))
    window.device_menu.aboutToShow.emit()
    with qtbot.waitSignal(window.settings_changed):
        window.device_menu.actions()[2].trigger()
    assert (window.settings.device, window.bridge.device) == ("numpy", "numpy")
    window.device_menu.aboutToShow.emit()
    assert window.device_menu.actions()[2].isChecked()


def test_that_a_device_is_said_to_be_chosen_only_when_it_takes_a_while(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    status, snapshot = window.status, shown(window)
    status.show_snapshot(replace(snapshot, choosing=True))
    assert "choosing" not in status.figures.text()
    qtbot.waitUntil(lambda: "choosing the device…" in status.figures.text())
    status.show_snapshot(replace(snapshot, device_choice="Auto: CPU 2 steps/s, GPU 1 steps/s"))
    assert "choosing" not in status.figures.text()
    status.show_snapshot(replace(snapshot, state="playing", device_choice="Auto: CPU 2 steps/s"))
    assert status.figures.toolTip() == "Auto: CPU 2 steps/s"


def test_that_a_failed_device_is_said_once_and_kept_in_the_tooltip(make_window: MakeWindow) -> None:
    window = make_window(files.example("circle"))
    status, failed = window.status, replace(shown(window), notice="The graphics card failed.")
    status.show_snapshot(failed)
    assert status.words.sentence == "The graphics card failed."
    status.drop_notice()
    status.show_snapshot(failed)
    assert status.words.sentence != "The graphics card failed."
    assert "The graphics card failed." in status.figures.toolTip()


def test_that_missing_kernels_are_said_in_the_line_and_beside_the_figures(
    make_window: MakeWindow, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    window = make_window(files.example("circle"))
    monkeypatch.setattr("playground.training.kernels.desk.trouble", "The fast kernels cannot be kept here.")
    window.bridge.step_epoch()
    qtbot.waitUntil(lambda: shown(window).epoch == 1)
    assert window.status.words.sentence == "The fast kernels cannot be kept here."
    assert "CPU (NumPy), not compiled" in window.status.figures.text()
    assert "The fast kernels cannot be kept here." in window.status.figures.toolTip()
