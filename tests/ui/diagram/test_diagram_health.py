"""The badges that say how many units of a layer no longer learn."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from diagram_bench import Bench, network, snapshot
from PySide6.QtWidgets import QToolTip

from playground.experiment.prepare import Prepared, prepare
from playground.training.messages import Picture, Snapshot
from playground.training.signals import LayerSignals, Signals, histogram
from playground.ui.diagram import health
from playground.ui.diagram.health import HealthWatch
from playground.ui.diagram.hints import hint

MakeBench = Callable[..., Bench]


def with_dead(prepared: Prepared, count: int) -> Snapshot:
    """Return a snapshot in which the first units of the first layer answer 0 everywhere."""
    shown = snapshot(prepared)
    first, *others = (np.abs(layer) for layer in shown.picture.layers)
    first[:count] = 0.0
    return replace(shown, picture=Picture((first, *others), shown.picture.output))


def signals(prepared: Prepared, saturated: int) -> Signals:
    bars = histogram(np.ones(3))
    layers = [
        LayerSignals(bars, bars, bars, 1.0, 1.0, 1.0, shape.units, 0, saturated)
        for shape in prepared.plan.shapes
    ]
    return Signals(1.0, 1, 9, tuple(layers))


def forms(bench: Bench) -> list[tuple[str, ...]]:
    notes = (item.face.health for item in bench.scene.columns.values())
    return [note.forms if note is not None else () for note in notes]


def test_that_a_layer_says_how_many_of_its_neurons_are_dead_and_what_to_do(bench: MakeBench) -> None:
    b = bench(experiment=network(8, 2, activation="relu"))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    b.panel.show_snapshot(with_dead(prepared, 3))
    assert forms(b) == [(), ("3 of 8 dead", "3 dead", "3/8"), (), ()]
    box = b.scene.columns["layer1"].chrome.health_box()
    assert hint(b.scene, b.scene.hit(box.center())).startswith("3 of 8 neurons are dead. A dead neuron")
    b.hover(box.center())
    assert "Leaky ReLU" in QToolTip.text().replace("\n", " ")
    b.panel.show_snapshot(with_dead(prepared, 0))
    assert not any(forms(b))
    assert b.scene.hit(box.center()).part != "health"


def test_that_the_badge_is_painted(bench: MakeBench) -> None:
    b = bench(experiment=network(8, 2, activation="relu"))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    b.panel.show_snapshot(with_dead(prepared, 0))
    before = b.panel.grab().toImage()
    b.panel.show_snapshot(with_dead(prepared, 1))
    assert b.panel.grab().toImage() != before
    assert forms(b)[1][0] == "1 of 8 dead"


def test_that_another_run_begins_without_badges(bench: MakeBench) -> None:
    b = bench(experiment=network(8, 2, activation="relu"))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    b.panel.show_snapshot(with_dead(prepared, 3))
    b.panel.start_run(prepared)
    assert not any(forms(b))


def test_that_saturation_is_told_only_while_the_signals_are_measured(bench: MakeBench) -> None:
    b = bench(experiment=network(8, 2, activation="tanh"))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    shown = with_dead(prepared, 0)
    ones = tuple(np.ones_like(layer) for layer in shown.picture.layers)
    b.panel.show_snapshot(replace(shown, picture=Picture(ones, shown.picture.output)))
    assert not any(forms(b))
    b.panel.show_snapshot(replace(shown, signals=signals(prepared, 2)))
    assert [found[:1] for found in forms(b)] == [(), ("2 of 8 saturated",), ("2 of 2 saturated",), ()]


def test_that_the_text_is_short_where_cards_are_narrow(bench: MakeBench) -> None:
    b = bench(experiment=network(*[6] * 12, activation="relu"))
    prepared = prepare(b.experiment)
    b.panel.start_run(prepared)
    b.panel.show_snapshot(with_dead(prepared, 6))
    item = b.scene.columns["layer1"]
    assert item.chrome.health_box().width() < b.column("layer2").card.center().x() - item.column.card.left()


def test_that_a_picture_of_another_network_is_not_counted() -> None:
    watch = HealthWatch()
    prepared = prepare(network(8, activation="relu"))
    shown = with_dead(prepare(network(4, activation="relu")), 4)
    assert watch.notes(shown) is None
    watch.start_run(prepared)
    assert watch.notes(shown) == {}


def test_that_a_playing_run_is_looked_at_seldom(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [100.0]
    monkeypatch.setattr(health.time, "monotonic", lambda: now[0])
    watch, prepared = HealthWatch(), prepare(network(8, activation="relu"))
    watch.start_run(prepared)
    playing = replace(with_dead(prepared, 2), state="playing")
    assert watch.notes(playing)
    now[0] += 0.9 * health.SELDOM
    assert watch.notes(playing) is None
    assert watch.notes(replace(playing, state="paused"))
    now[0] += 1.1 * health.SELDOM
    assert watch.notes(playing)
