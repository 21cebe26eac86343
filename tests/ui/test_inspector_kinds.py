"""The inspector of layers that are not Dense: their parameters, what they do, nothing that they lack."""

from collections.abc import Callable

import pytest
from layer_cases import stack
from pytestqt.qtbot import QtBot

from playground.engine.layers import LAYERS
from playground.ui.document import Document
from playground.ui.panels.inspector import Inspector
from playground.ui.selection import Selection
from playground.ui.theme.tokens import LIGHT

Open = Callable[..., Inspector]


class Desk:
    """An inspector on an experiment, with one layer selected."""

    def __init__(self, qtbot: QtBot, *layers: int | str, layer: str) -> None:
        self.document = Document(stack(*layers))
        self.selection = Selection(self.document)
        self.inspector = Inspector(self.document, self.selection, LIGHT)
        self.titles: list[str] = []
        self.refusals: list[str] = []
        self.inspector.title_changed.connect(self.titles.append)
        self.document.refused.connect(self.refusals.append)
        qtbot.addWidget(self.inspector)
        self.inspector.resize(600, 140)
        self.inspector.show()
        self.selection.select(layer)

    def parameter(self, layer: str, key: str) -> float:
        return self.document.experiment.layer(layer).parameter(key)


@pytest.mark.parametrize("kind", [record for record in LAYERS if record.key != "dense"])
def test_that_it_shows_what_a_kind_has_and_nothing_else(qtbot: QtBot, kind: object) -> None:
    record = next(record for record in LAYERS if record is kind)
    desk = Desk(qtbot, 8, 8, record.key, layer="layer3")
    inspector = desk.inspector
    assert desk.titles[-1] == record.label
    shown = [key for key, slider in inspector.kind_page.parameters.items() if slider.isVisible()]
    assert shown == [(record.key, spec.key) for spec in record.parameters]
    assert not inspector.units.isVisible()
    assert not inspector.activation.isVisible()
    assert not inspector.initializer.isVisible()
    assert not inspector.histogram.isVisible()
    assert inspector.kind_page.formula.text() == record.formula
    assert inspector.kind_page.help.text() == record.help
    assert inspector.kind_page.shape.text().startswith("(B, 8) → (B, 8), ")


def test_that_a_dense_layer_is_shown_as_before(qtbot: QtBot) -> None:
    desk = Desk(qtbot, 8, "dropout", layer="layer2")
    desk.selection.select("layer1")
    inspector = desk.inspector
    assert inspector.units.isVisible()
    assert inspector.activation.isVisible()
    assert inspector.histogram.isVisible()
    assert not inspector.kind_page.formula.isVisible()
    assert not any(slider.isVisible() for slider in inspector.kind_page.parameters.values())
    assert inspector.count.text() == "2 × 8 + 8 = 24"


def test_that_only_trained_numbers_are_counted(qtbot: QtBot) -> None:
    norm, dropout = (Desk(qtbot, 8, kind, layer="layer2") for kind in ("batch_norm", "dropout"))
    assert norm.inspector.kind_page.shape.text().endswith("16 parameters")
    assert dropout.inspector.kind_page.shape.text().endswith("nothing to learn")


def test_that_a_slider_held_is_one_step_of_the_history(qtbot: QtBot) -> None:
    desk = Desk(qtbot, 8, "dropout", layer="layer2")
    slider = desk.inspector.kind_page.parameters["dropout", "rate"]
    assert slider.value == 0.2
    for value in (0.25, 0.3, 0.35):
        slider.slider.setValue(round(value * 20))
    assert desk.parameter("layer2", "rate") == 0.35
    assert desk.document.undo_stack.count() == 1
    desk.document.undo_stack.undo()
    assert slider.value == 0.2


def test_that_a_span_reaches_no_further_than_the_first_layer_and_a_refused_one_goes_back(
    qtbot: QtBot,
) -> None:
    desk = Desk(qtbot, 8, 8, 8, "skip", layer="layer4")
    slider = desk.inspector.kind_page.parameters["skip", "span"]
    assert slider.slider.maximum() == 2
    slider.slider.setValue(1)
    assert desk.parameter("layer4", "span") == 2.0
    slider.slider.setValue(2)
    assert desk.parameter("layer4", "span") == 2.0
    assert slider.value == 2
    assert "both need the same width" in desk.refusals[0]
