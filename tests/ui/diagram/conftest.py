"""What the tests of the diagram share."""

from collections.abc import Callable, Iterator

import pytest
from diagram_bench import Bench, network
from pytestqt.qtbot import QtBot

from playground.experiment.model import Experiment


@pytest.fixture
def bench(qtbot: QtBot) -> Iterator[Callable[..., Bench]]:
    """Return a function that opens a network of these widths."""
    made: list[Bench] = []

    def make(*widths: int, experiment: Experiment | None = None) -> Bench:
        made.append(Bench(experiment or network(*widths), qtbot))
        return made[-1]

    yield make
    for one in made:
        one.view.gestures.cancel()
