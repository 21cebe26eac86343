"""The scripts that measure and draw the window do run, and draw something."""

from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@pytest.fixture(autouse=True)
def scripts_on_the_path(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(SCRIPTS))


def test_that_the_benchmark_counts_frames_and_steps(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    import bench_gui

    monkeypatch.setattr(bench_gui, "WARM_UP_SECONDS", 0.1)
    result = bench_gui.measure("default", 0.5, (900, 640), against="alone")
    assert result["frames_per_second"] > 0
    assert result["steps_per_second"] > 0
    assert result["share_of_alone"] > 0
    assert result["work_ms_per_frame"] > 0


def test_that_the_benchmark_can_draw_without_training(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    import bench_gui

    monkeypatch.setattr(bench_gui, "WARM_UP_SECONDS", 0.1)
    monkeypatch.setattr(bench_gui, "RECORDED", 3)
    result = bench_gui.measure("deep", 0.5, (900, 640), still=True)
    assert result["frames_per_second"] > 0
    assert result["steps_per_second"] is None


def test_that_every_benchmarked_network_is_an_experiment() -> None:
    import bench_gui

    assert [len(network.make().layers) for network in bench_gui.NETWORKS] == [2, 6, 3]


def test_that_a_screenshot_is_drawn_while_a_layer_is_dragged(qtbot: QtBot, tmp_path: Path) -> None:
    import screenshots

    shot = next(shot for shot in screenshots.SHOTS if "drag" in shot.name)
    picture = QImage(str(screenshots.draw(shot, tmp_path)))
    assert (picture.width(), picture.height()) == shot.size
