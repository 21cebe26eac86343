"""A network from a file answers as it did there, trains on from there, and Rewind comes back to it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.experiment import files
from playground.experiment.files import BadFileError
from playground.experiment.own import experiment_with
from playground.export import export
from playground.export.importing import IMPORTERS
from playground.training import imported, project
from playground.training.session import Session


def exported(name: str, path: Path) -> Session:
    experiment = files.example(name)
    session = Session.for_experiment(experiment)
    for _ in range(3):
        session.train_epoch()
    export(session.trained_model(experiment), path)
    return session


@pytest.mark.parametrize("importer", IMPORTERS, ids=lambda importer: importer.key)
@pytest.mark.parametrize("name", files.examples())
def test_that_what_was_exported_answers_the_same_and_trains_on(
    name: str, importer: object, tmp_path: Path
) -> None:
    path = tmp_path / f"net{importer.suffix}"  # type: ignore[attr-defined]
    before = exported(name, path)
    opened, notes = imported.read(path, files.example("circle"))
    assert notes == ()
    session = Session.from_project(opened)
    for mine, theirs in zip(session.layers()[0], before.layers()[0], strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-7)
    assert (session.trainer.epoch, session.trainer.step) == (0, 0)
    first = session.network.get_parameters()
    session.train_epoch()
    assert not np.array_equal(session.network.get_parameters(), first)
    session.rewind()
    np.testing.assert_array_equal(session.network.get_parameters(), first)


def test_that_a_project_keeps_what_was_imported(tmp_path: Path) -> None:
    exported("spiral", tmp_path / "net.npz")
    opened, _ = imported.read(tmp_path / "net.npz", files.example("circle"))
    project.write(opened, tmp_path / "net.nnp")
    again = Session.from_project(project.read(tmp_path / "net.nnp"))
    np.testing.assert_array_equal(
        again.network.get_parameters(), Session.from_project(opened).network.get_parameters()
    )


def test_that_a_network_from_elsewhere_gets_the_open_data_or_is_refused(tmp_path: Path) -> None:
    experiment = experiment_with("iris")
    model = Session.for_experiment(experiment).trained_model(experiment)
    path = tmp_path / "net.npz"
    export(replace(model, pipeline=replace(model.pipeline, document="")), path)
    opened, _ = imported.read(path, experiment)
    assert opened.experiment.data.dataset == "iris"
    with pytest.raises(BadFileError, match=r"net\.npz takes 4 inputs"):
        imported.read(path, files.example("circle"))
