"""The scripts that measure and draw the window do run, and draw something."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(autouse=True)
def scripts_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


def test_that_the_benchmark_counts_frames_and_steps(qtbot: QtBot) -> None:
    import bench_gui

    result = bench_gui.measure("circle", 0.5, (900, 640))
    assert result["frames_per_second"] > 0
    assert result["steps_per_second"] > 0


def test_that_a_screenshot_is_drawn_while_a_layer_is_dragged(qtbot: QtBot, tmp_path: Path) -> None:
    import screenshots

    shot = next(shot for shot in screenshots.SHOTS if "drag" in shot.name)
    picture = QImage(str(screenshots.draw(shot, tmp_path)))
    assert (picture.width(), picture.height()) == shot.size
