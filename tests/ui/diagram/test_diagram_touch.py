"""Weights and biases set in the diagram: with the mouse, with the keyboard, while the run goes on."""

from collections.abc import Callable

import numpy as np
import pytest
from diagram_bench import Bench, network, snapshot
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest

from playground.experiment import edits
from playground.training.numbers import NumberRef, find
from playground.ui.diagram import number_words
from playground.ui.diagram.hits import bias_box
from playground.ui.diagram.links import LinkRef
from playground.ui.diagram.scene import DiagramScene
from playground.ui.diagram.touch import number_at
from playground.ui.figures import in_full
from playground.ui.selection import NeuronRef

MakeBench = Callable[..., Bench]
Key = Qt.Key
NONE = Qt.KeyboardModifier.NoModifier
SHIFT, CTRL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class Hand:
    """A bench with a run, and a note of every number that was set."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.prepared = bench.run()
        self.editor = bench.view.touch.editor
        self.field = self.editor.field
        self.set: list[tuple[NumberRef | None, float]] = []
        plan = self.prepared.plan
        bench.document.number_set.connect(lambda name, value: self.set.append((find(plan, name), value)))

    def point(self, ref: NumberRef) -> QPointF:
        """Return where only this number is hit."""
        scene = self.bench.scene
        if ref.source is None:
            return bias_box(self.bench.column(ref.layer).tiles[ref.unit], 8.0).center()
        bundle = next(b for (_, layer), b in scene.bundles.items() if layer == ref.layer)
        curve = bundle.curve(LinkRef(ref.unit, ref.source))
        places = [curve.pointAtPercent(share) for share in np.linspace(0.05, 0.95, 60)]
        view = self.bench.view
        pixels = [view.mapToScene(view.mapFromScene(place)) for place in places]
        return next(place for place in pixels if hits(scene, place, ref))

    def click(self, ref: NumberRef) -> None:
        self.bench.click(self.point(ref))

    def key(self, key: Qt.Key, modifier: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.field, key, modifier)

    def type(self, text: str) -> None:
        self.field.insert(text)  # not every character has a key
        self.field.textEdited.emit(self.field.text())

    def value(self, ref: NumberRef) -> float:
        value = self.bench.scene.value_of(ref)
        assert value is not None
        return value


def hits(scene: DiagramScene, place: QPointF, ref: NumberRef) -> bool:
    return number_at(scene.hit(place)) == ref


@pytest.fixture
def hand(bench: MakeBench) -> Hand:
    return Hand(bench(3, 2))


LINK = NumberRef("layer1", 1, 0)
BIAS = NumberRef("layer1", 2)
OUTPUT_BIAS = NumberRef("output", 0)


@pytest.mark.parametrize("ref", [LINK, BIAS, OUTPUT_BIAS, NumberRef("output", 0, 1)])
def test_that_a_click_opens_the_number_in_full_with_its_text_selected(hand: Hand, ref: NumberRef) -> None:
    hand.click(ref)
    assert hand.editor.isVisible()
    assert hand.field.hasFocus()
    assert hand.field.text() == in_full(hand.value(ref), "float32")
    assert hand.field.selectedText() == hand.field.text()
    assert hand.editor.title.text() == number_words.title(hand.bench.experiment, ref)
    assert hand.bench.selection.layer == ref.layer
    assert hand.bench.selection.neuron is None


def test_that_the_title_and_the_tooltip_name_the_number(hand: Hand) -> None:
    hand.click(LINK)
    assert hand.editor.title.text() == "w from x₁ to neuron 2 of Dense 1"
    assert "w₂₁, from j = 1 to i = 2: z₂ = … + w₂₁ x₁ + …" in hand.field.toolTip()
    hand.key(Key.Key_Escape)
    hand.click(OUTPUT_BIAS)
    assert hand.editor.title.text() == "b of the output"


@pytest.mark.parametrize(
    ("text", "number"), [("0.25", 0.25), ("0,25", 0.25), ("-1,5", -1.5), ("−3", -3.0), ("1e-3", 0.001)]
)
def test_that_enter_sets_what_was_typed_with_comma_or_point(hand: Hand, text: str, number: float) -> None:
    before = hand.value(LINK)
    hand.click(LINK)
    hand.type(text)
    assert hand.set == []
    hand.key(Key.Key_Return)
    assert hand.set == [(LINK, number)]
    assert not hand.editor.isVisible()
    assert hand.bench.view.hasFocus()
    hand.bench.document.undo_stack.undo()
    assert hand.set[-1] == (LINK, before)
    hand.bench.document.undo_stack.redo()
    assert hand.set[-1] == (LINK, number)


def test_that_a_click_elsewhere_sets_it_too_and_opens_the_next_one(hand: Hand) -> None:
    hand.click(LINK)
    hand.type("2")
    hand.click(BIAS)
    assert hand.set == [(LINK, 2.0)]
    assert hand.editor.title.text() == "b of neuron 3 of Dense 1"
    hand.bench.click(hand.bench.column("layer2").title.center())
    assert not hand.editor.isVisible()
    assert hand.bench.steps == 1


@pytest.mark.parametrize("text", ["abc", "", "1 2 x", "nan", "inf", "1e999", "50%", "1e300"])
def test_that_what_is_no_weight_is_said_and_stays_to_be_mended(hand: Hand, text: str) -> None:
    hand.click(LINK)
    hand.key(Key.Key_Delete)
    hand.type(text)
    hand.key(Key.Key_Return)
    assert hand.editor.isVisible()
    assert hand.editor.problem.isVisible()
    assert "Type" in hand.editor.problem.text()
    assert hand.set == []
    hand.field.selectAll()
    hand.type("1")
    assert not hand.editor.problem.isVisible()
    hand.key(Key.Key_Return)
    assert hand.set == [(LINK, 1.0)]


def test_that_what_is_no_weight_is_left_when_the_person_goes_elsewhere(hand: Hand) -> None:
    hand.click(LINK)
    hand.type("abc")
    hand.bench.click(hand.bench.column("layer2").title.center())
    assert not hand.editor.isVisible()
    assert hand.set == []
    assert "“abc” is no number" in hand.bench.refusals[-1]


def test_that_arrows_change_the_number_at_once_in_one_step(hand: Hand) -> None:
    hand.click(LINK)
    hand.type("0.5")
    for key, modifier in (
        (Key.Key_Up, None),
        (Key.Key_Up, SHIFT),
        (Key.Key_Down, CTRL),
        (Key.Key_Down, None),
    ):
        hand.key(key, modifier or Qt.KeyboardModifier.NoModifier)
    assert [value for _, value in hand.set] == [0.6, 1.6, 1.59, 1.49]
    assert hand.field.text() == "1.49"
    assert hand.bench.steps == 1


def test_that_escape_brings_back_the_number_and_leaves_no_step(hand: Hand) -> None:
    before = hand.value(LINK)
    hand.click(LINK)
    hand.key(Key.Key_Up)
    hand.key(Key.Key_Up)
    hand.type("77")
    hand.key(Key.Key_Escape)
    assert not hand.editor.isVisible()
    assert hand.set[-1] == (LINK, before)
    assert hand.bench.steps == 0


def test_that_escape_sets_nothing_where_nothing_was_set(hand: Hand) -> None:
    hand.click(LINK)
    hand.type("77")
    hand.key(Key.Key_Escape)
    assert hand.set == []


def test_that_tab_walks_through_the_numbers_of_the_neuron(hand: Hand) -> None:
    hand.click(NumberRef("layer1", 1, 0))
    titles = []
    for _ in range(3):
        hand.key(Key.Key_Tab)
        titles.append(hand.editor.title.text())
    assert titles == [
        "w from x₂ to neuron 2 of Dense 1",
        "b of neuron 2 of Dense 1",
        "w from x₁ to neuron 2 of Dense 1",
    ]
    hand.type("4")
    hand.key(Key.Key_Backtab, SHIFT)
    assert hand.set == [(LINK, 4.0)]
    assert hand.editor.title.text() == "b of neuron 2 of Dense 1"
    assert hand.field.selectedText() == hand.field.text()


def test_that_the_value_follows_the_training_while_nobody_types(hand: Hand) -> None:
    hand.click(LINK)
    hand.bench.panel.show_snapshot(snapshot(hand.prepared, seed=1, state="playing"))
    assert hand.field.text() == in_full(hand.value(LINK), "float32")
    assert hand.field.selectedText() == hand.field.text()
    hand.type("0.1")
    hand.bench.panel.show_snapshot(snapshot(hand.prepared, seed=2, state="playing"))
    assert hand.field.text() == "0.1"
    meanwhile = hand.value(LINK)
    hand.key(Key.Key_Return)
    hand.bench.document.undo_stack.undo()
    assert hand.set == [(LINK, 0.1), (LINK, meanwhile)]


def test_that_the_editor_goes_with_its_layer(hand: Hand) -> None:
    hand.click(LINK)
    hand.type("3")
    hand.bench.document.edit("Remove", edits.remove_layer, "layer1")
    assert not hand.editor.isVisible()
    assert hand.set == []


def test_that_w_opens_the_first_weight_of_the_neuron_that_is_kept(hand: Hand) -> None:
    hand.bench.view.touch.open_first()
    assert "Choose a neuron first" in hand.bench.refusals[-1]
    hand.bench.selection.pin(NeuronRef("inputs", 0))
    hand.bench.view.touch.open_first()
    assert len(hand.bench.refusals) == 2
    hand.bench.selection.pin(NeuronRef("layer2", 1))
    hand.bench.view.touch.open_first()
    assert hand.editor.title.text() == "w from neuron 1 of Dense 1 to neuron 2 of Dense 2"
    assert hand.field.hasFocus()


def test_that_a_link_that_is_off_is_not_set_and_passed_over(hand: Hand) -> None:
    document = hand.bench.document
    document.edit("Off", edits.set_link, "layer2", 1, 0, False)
    assert not hand.bench.view.touch.open(NumberRef("layer2", 1, 0))
    assert "switched off" in hand.bench.refusals[-1]
    hand.bench.selection.pin(NeuronRef("layer2", 1))
    hand.bench.view.touch.open_first()
    assert hand.editor.title.text() == "w from neuron 2 of Dense 1 to neuron 2 of Dense 2"
    for _ in range(3):  # neuron 3, the bias, and round again without the first
        hand.key(Key.Key_Tab)
    assert hand.editor.title.text() == "w from neuron 2 of Dense 1 to neuron 2 of Dense 2"


def test_that_a_norm_has_gamma_and_beta_and_a_dropout_nothing(bench: MakeBench) -> None:
    experiment = edits.add_layer(network(3), 1, kind="batch_norm")
    experiment = edits.add_layer(experiment, 2, kind="dropout")
    hand = Hand(bench(experiment=experiment))
    norm, dropout = (layer.id for layer in experiment.layers[1:])
    hand.bench.selection.pin(NeuronRef(norm, 1))
    hand.bench.view.touch.open_first()
    assert hand.editor.title.text() == "γ of value 2 of Batch norm"
    hand.key(Key.Key_Tab)
    assert hand.editor.title.text() == "β of value 2 of Batch norm"
    hand.type("0.5")
    hand.key(Key.Key_Return)
    assert hand.set == [(NumberRef(norm, 1), 0.5)]
    hand.bench.selection.pin(NeuronRef(dropout, 1))
    hand.bench.view.touch.open_first()
    assert "Dropout has no weights" in hand.bench.refusals[-1]


def test_that_before_there_is_a_run_the_remedy_is_said(bench: MakeBench) -> None:
    b = bench(2)
    b.selection.pin(NeuronRef("layer1", 0))
    b.view.touch.open_first()
    assert "try again" in b.refusals[-1]


def test_that_pointing_at_a_number_is_told_to_everyone(hand: Hand) -> None:
    seen: list[NumberRef | None] = []
    hand.bench.hover(hand.bench.column("layer2").title.center())
    hand.bench.selection.hovered_link_changed.connect(seen.append)
    hand.bench.hover(hand.point(LINK))
    hand.bench.hover(hand.point(BIAS))
    assert hand.bench.scene.columns["layer1"].lit_bias == 2
    hand.bench.hover(hand.bench.column("layer2").title.center())
    assert seen == [LINK, BIAS, None]
    assert hand.bench.scene.columns["layer1"].lit_bias == -1


def test_that_a_number_pointed_at_elsewhere_is_lit(hand: Hand) -> None:
    bundle = hand.bench.scene.bundles["inputs", "layer1"]
    hand.bench.selection.hover_link(LINK)
    assert bundle.lit is not None
    assert (bundle.lit.unit, bundle.lit.source) == (1, 0)
    hand.bench.selection.hover_link(NumberRef("layer1", 99, 99))
    assert bundle.lit is None


@pytest.mark.parametrize("corner", ["top", "bottom"])
def test_that_the_field_is_whole_within_the_view(hand: Hand, corner: str) -> None:
    view = hand.bench.view.viewport()
    place = view.rect().topLeft() if corner == "top" else view.rect().bottomRight()
    hand.bench.view.touch.open(LINK, place)
    assert view.rect().contains(hand.editor.geometry())
    hand.type("abc")
    hand.key(Key.Key_Return)
    assert view.rect().contains(hand.editor.geometry())


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1, "0.1"), (-0.5, "−0.5"), (1e-7, "1e−7"), (3.0, "3"), (2.5e12, "2.5e12"), (0.0, "0")],
)
def test_that_a_number_in_full_has_the_fewest_digits_that_give_it_back(value: float, text: str) -> None:
    for precision in ("float32", "float64"):
        number = float(np.dtype(precision).type(value))
        assert in_full(number, precision) == text
        assert np.dtype(precision).type(in_full(number, precision).replace("−", "-")) == number
