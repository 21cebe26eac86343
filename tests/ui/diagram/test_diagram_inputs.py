"""Many inputs: one block, a line of it for each, and as many names as can be read."""

import numpy as np
import pytest
from diagram_bench import snapshot, specs
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from playground.data.table import Table
from playground.experiment import edits
from playground.experiment.model import INPUTS_ID, Experiment
from playground.experiment.prepare import Prepared, prepare
from playground.ui.diagram.hints import hint
from playground.ui.diagram.layout import arrange
from playground.ui.diagram.panel import NetworkPanel
from playground.ui.document import Document
from playground.ui.selection import Selection
from playground.ui.theme.tokens import DARK, LIGHT


def wide(columns: int = 64, classes: int = 10) -> Experiment:
    inputs = np.random.default_rng(1).normal(size=(60, columns))
    names = tuple(f"pixel {i}" for i in range(columns))
    kinds = tuple(f"class {i}" for i in range(classes))
    own = Table("wide", names, inputs, "kind", np.arange(60) % classes, kinds)
    return edits.set_table(Experiment(), own)


@pytest.fixture
def panel(qtbot: QtBot) -> NetworkPanel:
    document = Document(wide())
    panel = NetworkPanel(document, Selection(document), LIGHT)
    qtbot.addWidget(panel)
    panel.resize(640, 560)
    with qtbot.waitExposed(panel):
        panel.show()
    return panel


def begun(panel: NetworkPanel) -> Prepared:
    prepared = prepare(wide())
    panel.start_run(prepared)
    panel.show_snapshot(snapshot(prepared))
    return prepared


@pytest.mark.parametrize(("inputs", "is_block"), [(7, False), (16, False), (17, True), (200, True)])
def test_that_crowded_inputs_become_a_block(inputs: int, is_block: bool) -> None:
    column = arrange(specs(inputs, 4), 700, 500).columns[0]
    assert (column.block is not None) is is_block
    assert column.stack.height() < 500


def test_that_the_block_shows_each_input_and_survives_a_theme(panel: NetworkPanel) -> None:
    begun(panel)
    item = panel.view.diagram.columns[INPUTS_ID]
    assert item.has_answers

    def picture() -> QImage:
        assert item._matrix is not None
        return item._matrix

    assert picture().height() == 64
    assert picture().width() > 20
    before = picture()
    panel.apply_theme(DARK)
    assert picture() != before


def test_that_names_beside_a_block_do_not_overlap(
    panel: NetworkPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun(panel)
    written: list[tuple[str, float]] = []
    monkeypatch.setattr(
        "playground.ui.diagram.chrome.draw_fitted",
        lambda _painter, box, _font, text, _align: written.append((text, box.center().y())),
    )
    panel.view.diagram.columns[INPUTS_ID].chrome.update()
    panel.view.grab()
    places = [y for text, y in written if text.startswith("pixel ")]
    assert 5 < len(places) < 64
    assert np.diff(places).min() >= 13


def test_that_pointing_at_a_line_of_the_block_names_its_input(panel: NetworkPanel) -> None:
    begun(panel)
    scene = panel.view.diagram
    column = scene.columns[INPUTS_ID].column
    hit = scene.hit(column.box_of(41).center())
    assert (hit.part, hit.index) == ("tile", 41)
    assert hint(scene, hit).startswith("pixel 41")


def test_that_few_of_very_many_links_are_drawn(panel: NetworkPanel) -> None:
    begun(panel)
    bundle = next(iter(panel.view.diagram.bundles.values()))
    assert bundle.weights is not None
    assert bundle.weights.size == 640
    assert len(bundle._units) <= 140
