"""A network from a file as a project: it answers as it did there, trains on, and Rewind comes back to it."""

from pathlib import Path

from playground.engine.backends import make_backend
from playground.experiment.model import Experiment
from playground.export.adopting import adopt
from playground.export.importing import read_model
from playground.training.project import Project
from playground.training.session import Session


def read(path: Path, around: Experiment) -> tuple[Project, tuple[str, ...]]:
    """Return a network that was exported, here or elsewhere, as a project, and what was assumed about it.

    What does not say where it comes from gets the data of the experiment `around`, where it fits. Raises
    BadFileError.
    """
    found = read_model(path)
    adopted = adopt(found.pipeline, around, path.name)
    session = Session(adopted.prepared, make_backend("numpy"))
    session.begin_with(adopted.weights, adopted.biases)
    session.marks = ((0.0, f"weights from {path.name}"),)
    return session.project(adopted.experiment), found.notes
