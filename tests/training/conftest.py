"""What the tests of a run on its thread get ready."""

from collections.abc import Iterator

import pytest
from run_cases import Launch

from playground.experiment.model import Experiment
from playground.experiment.prepare import prepare
from playground.training.run import Run


@pytest.fixture
def launch() -> Iterator[Launch]:
    """Return a function that starts a run of an experiment on the processor."""
    runs: list[Run] = []

    def begin(wanted: Experiment) -> Run:
        runs.append(Run(len(runs) + 1, prepare(wanted, devices=("numpy",))))
        runs[-1].start()
        return runs[-1]

    yield begin
    for run in runs:
        run.stop()
