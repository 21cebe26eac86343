"""Freezing and switching off in the diagram: menus, keys, what is shown and what is said."""

from collections.abc import Callable

import numpy as np
import pytest
from diagram_bench import Bench
from layer_cases import stack
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMenu
from pytestqt.qtbot import QtBot

from playground.experiment import edits
from playground.experiment.held import NOTHING
from playground.experiment.model import Experiment
from playground.ui.diagram import outline
from playground.ui.diagram.hints import hint
from playground.ui.diagram.hits import Hit
from playground.ui.diagram.links import LinkRef
from playground.ui.diagram.menus import link_menu, menu_for
from playground.ui.selection import NeuronRef
from playground.ui.theme.tokens import DARK

MakeBench = Callable[..., Bench]
Key = Qt.Key


def texts(menu: QMenu) -> list[str]:
    return [action.text().split("\t")[0] for action in menu.actions()]


def entry(menu: QMenu, text: str) -> None:
    """Trigger the entry that begins with `text`."""
    next(action for action in menu.actions() if action.text().startswith(text)).trigger()


def menu_of(b: Bench, layer: str, unit: int | None = None) -> QMenu:
    neuron = None if unit is None else NeuronRef(layer, unit)
    return menu_for(b.view, b.document, b.selection, layer, neuron)


@pytest.mark.parametrize("layer", ["layer1", "output"])
def test_that_a_layers_menu_freezes_it_and_lets_it_learn_again(bench: MakeBench, layer: str) -> None:
    b = bench(4, 2)
    entry(menu_of(b, layer), "Freeze")
    assert b.experiment.held.frozen == (layer,)
    assert b.scene.columns[layer].face.frozen
    assert "Frozen: no step changes its numbers" in hint(b.scene, Hit("card", layer))
    entry(menu_of(b, layer), "Unfreeze")
    assert b.experiment.held == NOTHING
    assert not b.scene.columns[layer].face.frozen
    assert b.steps == 2


def test_that_a_neurons_menu_switches_it_off_and_on(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.run()
    entry(menu_of(b, "layer1", 2), "Switch neuron 3 off")
    assert b.scene.columns["layer1"].off == {2}
    assert set(b.scene.bundles["layer1", "layer2"].cut) == {LinkRef(0, 2), LinkRef(1, 2)}
    assert "switched off" in hint(b.scene, Hit("tile", "layer1", 2))
    assert "switched off" in hint(b.scene, Hit("link", "layer2", 1, 2))
    entry(menu_of(b, "layer1", 2), "Switch neuron 3 on")
    assert b.scene.columns["layer1"].off == frozenset()
    assert b.scene.bundles["layer1", "layer2"].cut == ()
    assert b.steps == 2


def test_that_a_links_menu_switches_it_off_and_offers_what_the_gap_offers(bench: MakeBench) -> None:
    b = bench(4, 2)
    hit = Hit("link", "layer2", 1, 3)
    menu = link_menu(b.view, b.document, b.selection, hit, 1)
    assert "Add a Dense layer here" in texts(menu)
    entry(menu, "Switch this link off")
    assert b.scene.bundles["layer1", "layer2"].cut == (LinkRef(1, 3),)
    entry(link_menu(b.view, b.document, b.selection, hit, None), "Switch this link on")
    assert b.experiment.held == NOTHING


def test_that_a_right_click_on_a_link_opens_its_menu(bench: MakeBench) -> None:
    b = bench(2)
    b.run()
    curve = b.scene.bundles["inputs", "layer1"].curve(LinkRef(0, 0))
    place = curve.pointAtPercent(0.5)
    menu = b.view._menu_for(b.scene.hit(place), place)
    assert menu.accessibleName() == "Link"
    menu.close()


def test_that_what_makes_no_sense_is_greyed_and_says_why(bench: MakeBench) -> None:
    b = bench(1)
    action = next(one for one in menu_of(b, "layer1", 0).actions() if "Switch neuron" in one.text())
    assert not action.isEnabled()
    assert "last neuron" in action.toolTip()
    output = next(one for one in menu_of(b, "output", 0).actions() if "Switch neuron" in one.text())
    assert "what the network answers" in output.toolTip()


def test_that_keys_freeze_and_switch_off(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.selection.select("layer1")
    b.key(Key.Key_F)
    b.key(Key.Key_Down)
    b.key(Key.Key_Down)
    b.key(Key.Key_O)
    assert b.experiment.held.frozen == ("layer1",)
    assert b.scene.columns["layer1"].off == {1}
    b.key(Key.Key_O)
    b.key(Key.Key_F)
    assert b.experiment.held == NOTHING


def test_that_a_link_is_switched_by_keys_between_a_kept_and_a_pointed_neuron(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.selection.select("layer1")
    b.key(Key.Key_Down)
    b.key(Key.Key_Return)
    b.key(Key.Key_Right)
    b.key(Key.Key_Up)
    b.key(Key.Key_X)
    assert b.scene.bundles["layer1", "layer2"].cut == (LinkRef(1, 0),)
    b.key(Key.Key_X)
    assert b.experiment.held == NOTHING


@pytest.mark.parametrize(
    ("key", "words"),
    [(Key.Key_F, "Select a layer first"), (Key.Key_O, "Point at a neuron"), (Key.Key_X, "Keep one end")],
)
def test_that_a_key_with_nothing_to_act_on_says_what_to_do(bench: MakeBench, key: Key, words: str) -> None:
    b = bench(4)
    b.key(key)
    assert words in b.refusals[-1]


def test_that_two_ends_that_are_not_neighbours_are_no_link(bench: MakeBench) -> None:
    b = bench(4, 2)
    b.selection.pin(NeuronRef("layer1", 0))
    b.selection.hover(NeuronRef("output", 0))
    b.key(Key.Key_X)
    assert "Keep one end" in b.refusals[-1]
    assert b.experiment.held == NOTHING


def test_that_the_keyboards_menu_is_of_the_neuron_pointed_at(bench: MakeBench) -> None:
    b = bench(4)
    b.selection.select("layer1")
    b.selection.hover(NeuronRef("layer1", 1))
    assert "Switch neuron 2 off" in texts(b.view._menu_for(b.view._keyboard_hit(), b.gap(0)))


def test_that_the_network_in_words_says_what_does_not_learn() -> None:
    experiment = edits.set_frozen(stack(3, "batch_norm", 2), "layer2", True)
    experiment = edits.set_neuron(experiment, "layer1", 0, False)
    experiment = edits.set_link(edits.set_link(experiment, "output", 0, 1, False), "layer3", 0, 1, False)
    words = outline.network_in_words(experiment)
    assert "Dense 3 Tanh (1 neuron off), Batch norm 0.9 (frozen), Dense 2 Tanh (1 link off)" in words
    assert words.endswith("Output 1 Tanh (1 link off)")


def image(b: Bench) -> np.ndarray:
    picture = b.view.grab().toImage()
    return np.frombuffer(picture.constBits(), dtype=np.uint8).reshape(picture.height(), -1).copy()


HELD: list[tuple[str, Callable[[Experiment], Experiment]]] = [
    ("layer", lambda e: edits.set_frozen(e, "layer1", True)),
    ("slim card", lambda e: edits.set_frozen(e, "layer2", True)),
    ("output", lambda e: edits.set_frozen(e, "output", True)),
    ("link", lambda e: edits.set_link(e, "layer3", 0, 1, False)),
    ("neuron", lambda e: edits.set_neuron(e, "layer1", 0, False)),
    ("neuron of a block", lambda e: edits.set_neuron(e, "layer3", 7, False)),
]


@pytest.mark.parametrize("edit", [pytest.param(edit, id=name) for name, edit in HELD])
def test_that_what_is_held_looks_different_in_every_theme(
    edit: Callable[[Experiment], Experiment], qtbot: QtBot
) -> None:
    b = Bench(stack(3, "batch_norm", 200), qtbot)
    b.run()
    for theme in (None, DARK):
        if theme is not None:
            b.panel.apply_theme(theme)
        before = image(b)
        assert b.document.edit("Hold", edit)
        during = image(b)
        b.document.undo_stack.undo()
        assert (during != before).any()
        assert (image(b) == before).all()


def test_that_links_that_are_off_are_found_among_very_many(qtbot: QtBot) -> None:
    b = Bench(stack(40, 40), qtbot)
    b.run()
    assert b.document.edit("Off", edits.set_link, "layer2", 20, 20, False)
    bundle = b.scene.bundles["layer1", "layer2"]
    bundle.set_weights(np.where(np.eye(40), 0.0, 1.0))
    bundle.redraw()
    assert (20, 20) in zip(bundle._units.tolist(), bundle._sources.tolist(), strict=True)
