"""The diagram by single clicks and by keys: everything a drag can do, and looking at neurons."""

from collections.abc import Callable

import pytest
from diagram_bench import Bench, network
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu

from playground.experiment.model import Experiment
from playground.ui.diagram import menus
from playground.ui.selection import NeuronRef

MakeBench = Callable[..., Bench]

# The off-screen platform says so whenever a menu pops up.
pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)
Key = Qt.Key
ALT = Qt.KeyboardModifier.AltModifier
CTRL = Qt.KeyboardModifier.ControlModifier


def popup() -> QMenu:
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return menu


def entry(menu: QMenu, text: str) -> None:
    """Trigger the entry that begins with `text`."""
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


# Clicks -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("part", "units"), [("plus", 5), ("minus", 3)])
def test_that_plus_and_minus_change_the_width(bench: MakeBench, part: str, units: int) -> None:
    b = bench(4, 2)
    b.click(getattr(b.column("layer1"), part).center())
    assert b.widths == [units, 2]
    assert b.steps == 1


def test_that_the_last_neuron_stays_and_the_reason_is_given(bench: MakeBench) -> None:
    b = bench(1)
    minus = b.column("layer1").minus
    assert minus is not None
    b.click(minus.center())
    assert b.widths == [1]
    assert len(b.refusals) == 1


def test_that_the_cross_removes_the_layer(bench: MakeBench) -> None:
    b = bench(4, 2)
    close = b.column("layer1").close
    assert close is not None
    b.click(close.center())
    assert b.widths == [2]


@pytest.mark.parametrize("gap", [0, 1])
def test_that_the_plus_of_a_gap_adds_a_layer_there(bench: MakeBench, gap: int) -> None:
    b = bench(8)
    b.click(b.scene.layout.gaps[gap].button.center())
    assert b.widths[gap] == 4
    assert len(b.widths) == 2


def test_that_a_click_on_the_invitation_adds_the_first_layer(bench: MakeBench) -> None:
    b = bench()
    b.click(b.gap(0))
    assert b.widths == [4]


def test_that_a_click_on_a_palette_activation_sets_it_in_the_selected_layer(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.selection.select("layer2")
    QTest.mouseClick(b.palette.activations["relu"], Qt.MouseButton.LeftButton)
    assert b.experiment.layer("layer2").activation == "relu"
    assert b.palette.activations["relu"].current


def test_that_a_palette_activation_without_a_selection_says_what_to_do(bench: MakeBench) -> None:
    b = bench(4, 2)
    QTest.mouseClick(b.palette.activations["relu"], Qt.MouseButton.LeftButton)
    assert b.steps == 0
    assert "Select a layer" in b.refusals[0]


def test_that_a_click_on_the_activation_opens_its_menu(bench: MakeBench) -> None:
    b = bench(4, 2)
    label = b.column("layer1").activation
    assert label is not None
    b.click(label.center())
    menu = popup()
    assert not any(action.text().startswith("Softmax") for action in menu.actions())
    entry(menu, "Sigmoid")
    menu.close()
    assert b.experiment.layer("layer1").activation == "sigmoid"


def test_that_the_output_offers_softmax(bench: MakeBench) -> None:
    b = bench(4)
    label = b.column("output").activation
    assert label is not None
    b.click(label.center())
    menu = popup()
    entry(menu, "Softmax")
    menu.close()
    assert b.experiment.output.activation == "softmax"
    assert len(b.column("output").tiles) == 2


def test_that_a_click_selects_a_card_and_a_click_beside_it_lets_go(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.click(b.column("layer2").title.center())
    assert b.selection.layer == "layer2"
    assert b.scene.columns["layer2"].face.selected
    b.click(QPointF(b.gap(2).x(), b.scene.layout.bounds.bottom() - 2))
    assert b.selection.layer is None


def test_that_hovering_shows_a_neuron_and_clicking_pins_it(bench: MakeBench) -> None:
    b = bench(4, 2)
    shown: list[object] = []
    b.selection.shown_neuron_changed.connect(shown.append)
    tile = b.column("layer1").tiles[2].center()
    b.hover(tile)
    assert b.selection.hovered == NeuronRef("layer1", 2)
    b.click(tile)
    assert b.selection.neuron == NeuronRef("layer1", 2)
    assert b.selection.layer == "layer1"
    b.hover(b.column("layer2").title.center())
    assert b.selection.hovered is None
    assert shown == [NeuronRef("layer1", 2)]
    b.click(tile)
    assert b.selection.neuron is None


def test_that_the_rows_of_a_block_are_neurons(bench: MakeBench) -> None:
    b = bench(64)
    column = b.column("layer1")
    b.hover(QPointF(column.card.center().x(), column.centre_of(40)))
    assert b.selection.hovered == NeuronRef("layer1", 40)


# Menus --------------------------------------------------------------------------------------------------


def test_that_the_menu_of_a_layer_does_what_a_drag_does(bench: MakeBench) -> None:
    b = bench(4, 2)
    for text, widths in (
        ("Move right", [2, 4]),
        ("One neuron more", [2, 5]),
        ("Add a Dense layer after", [2, 5, 4]),
        ("Remove", [2, 4]),
    ):
        menu = menus.menu_for(b.view, b.document, b.selection, "layer1")
        entry(menu, text)
        menu.deleteLater()
        assert b.widths == widths


def test_that_the_menu_of_the_inputs_switches_features(bench: MakeBench) -> None:
    b = bench(4)
    menu = menus.menu_for(b.view, b.document, b.selection, "inputs")
    entry(menu, "sin x₁")
    menu.deleteLater()
    assert b.experiment.data.features == ("x1", "x2", "sin_x1")
    assert b.scene.columns["inputs"].face.labels == ("x₁", "x₂", "sin x₁")


def test_that_the_menu_of_a_gap_adds_a_layer(bench: MakeBench) -> None:
    b = bench(4)
    menu = menus.gap_menu(b.view, b.document, b.selection, 0)
    entry(menu, "Add a Dense layer here")
    menu.deleteLater()
    assert b.order == ["layer2", "layer1"]


# Keys ---------------------------------------------------------------------------------------------------


def test_that_arrows_walk_from_the_inputs_to_the_output_and_stop(bench: MakeBench) -> None:
    b = bench(4, 2)
    seen = []
    for _ in range(5):
        b.key(Key.Key_Right)
        seen.append(b.selection.layer)
    assert seen == ["inputs", "layer1", "layer2", "output", "output"]
    b.key(Key.Key_Left)
    assert b.selection.layer == "layer2"


@pytest.mark.parametrize(
    ("key", "modifier"), [(Key.Key_Insert, Qt.KeyboardModifier.NoModifier), (Key.Key_L, CTRL)]
)
@pytest.mark.parametrize(
    ("selected", "widths"),
    [(None, [8, 2, 4]), ("inputs", [4, 8, 2]), ("layer1", [8, 4, 2]), ("output", [8, 2, 4])],
)
def test_that_insert_adds_a_layer_after_the_selected_one(
    bench: MakeBench, key: Qt.Key, modifier: Qt.KeyboardModifier, selected: str | None, widths: list[int]
) -> None:
    b = bench(8, 2)
    b.selection.select(selected)
    b.key(key, modifier)
    assert b.widths == widths
    assert b.selection.layer == "layer3"


@pytest.mark.parametrize("key", [Key.Key_Delete, Key.Key_Backspace])
def test_that_delete_removes_the_selected_layer_and_selects_its_neighbour(
    bench: MakeBench, key: Qt.Key
) -> None:
    b = bench(8, 2)
    b.selection.select("layer2")
    b.key(key)
    assert b.order == ["layer1"]
    assert b.selection.layer == "layer1"
    b.key(key)
    assert b.order == []


@pytest.mark.parametrize("layer", ["inputs", "output"])
def test_that_inputs_and_output_cannot_be_removed(bench: MakeBench, layer: str) -> None:
    b = bench(8)
    b.selection.select(layer)
    b.key(Key.Key_Delete)
    assert b.steps == 0
    assert len(b.refusals) == 1


def test_that_plus_and_minus_keys_change_the_width(bench: MakeBench) -> None:
    b = bench(4)
    b.selection.select("layer1")
    b.key(Key.Key_Plus, Qt.KeyboardModifier.ShiftModifier)
    b.key(Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    assert b.widths == [6]
    b.key(Key.Key_Minus)
    assert b.widths == [5]


def test_that_alt_and_an_arrow_move_the_layer(bench: MakeBench) -> None:
    b = bench(3, 4, 5)
    b.selection.select("layer1")
    b.key(Key.Key_Right, ALT)
    assert b.order == ["layer2", "layer1", "layer3"]
    b.key(Key.Key_Left, ALT)
    b.key(Key.Key_Left, ALT)
    assert b.order == ["layer1", "layer2", "layer3"]
    assert b.steps == 2


def test_that_up_and_down_look_at_neurons_and_enter_pins(bench: MakeBench) -> None:
    b = bench(3)
    b.selection.select("layer1")
    b.key(Key.Key_Down)
    b.key(Key.Key_Down)
    assert b.selection.hovered == NeuronRef("layer1", 1)
    b.key(Key.Key_Return)
    assert b.selection.neuron == NeuronRef("layer1", 1)
    b.key(Key.Key_Escape)
    assert b.selection.neuron is None
    assert b.selection.layer == "layer1"
    b.key(Key.Key_Escape)
    assert b.selection.layer is None


@pytest.mark.parametrize("key", [Key.Key_Return, Key.Key_A])
def test_that_the_activation_is_chosen_by_keys(bench: MakeBench, key: Qt.Key) -> None:
    b = bench(3)
    b.selection.select("layer1")
    b.key(key)
    menu = popup()
    QTest.keyClick(menu, Key.Key_Down)
    QTest.keyClick(menu, Key.Key_Return)
    assert b.experiment.layer("layer1").activation == "relu"


def test_that_space_is_left_to_the_window(bench: MakeBench) -> None:
    b = bench(3)
    b.selection.select("layer1")
    heard = []
    b.panel.keyPressEvent = lambda event: heard.append(event.key())  # type: ignore[method-assign]
    b.key(Key.Key_Space)
    assert heard == [Key.Key_Space]


def test_that_every_edit_is_undone_and_redone(bench: MakeBench) -> None:
    b = bench()
    seen: list[Experiment] = [b.experiment]
    b.key(Key.Key_Insert)
    b.key(Key.Key_Plus)
    b.key(Key.Key_Insert)
    b.key(Key.Key_Left, ALT)
    b.key(Key.Key_Delete)
    assert b.steps == 5
    b.document.undo_stack.setIndex(0)
    assert b.experiment == seen[0]
    assert list(b.scene.columns) == ["inputs", "output"]
    b.document.undo_stack.setIndex(5)
    assert b.widths == [5]
    assert network(5).layers[0].units == b.column("layer1").spec.units
