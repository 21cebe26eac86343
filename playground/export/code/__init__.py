"""The network as a Python script that runs without the playground, in the library of one's choice."""

from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import numpy.typing as npt

from playground.export.pipeline import Pipeline

if TYPE_CHECKING:
    from playground.export.code.recipe import Recipe


@dataclass(frozen=True, slots=True)
class Script:
    """One kind of script; its file beside this one is called `<key>_script`.

    `library` is the name of what it needs beside Python, and `module` what is imported of it.
    `most_work` is how many multiplications it makes in about a second.
    """

    key: str
    label: str
    help: str
    suffix: str
    library: str
    module: str
    most_work: float

    def training(self, recipe: "Recipe") -> str:
        """Return the script that makes the network of an experiment and trains it."""
        return cast(str, self._writer.training(recipe))

    def trained(self, recipe: "Recipe", most: int | None = None) -> str:
        """Return the script with the weights of a trained network, as one file that runs alone.

        With `most`, numbers of layers that have more than that are only named, and the script does not run.
        """
        return cast(str, self._writer.trained(recipe, most))

    @property
    def _writer(self) -> Any:
        """The file that writes it; most of those who import the table need none of them."""
        return import_module(f"playground.export.code.{self.key}_script")

    def write(self, pipeline: Pipeline, path: Path) -> None:
        """Write the script with the weights of a trained network."""
        from playground.export.code.recipe import recipe_of_pipeline

        path.write_text(self.trained(recipe_of_pipeline(pipeline)), encoding="utf-8")

    def predict(self, path: Path, rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Return what the script at `path` answers (n, k) to raw rows (n, columns) when it is run alone."""
        from playground.export.code import running

        return running.predict(path, rows)

    def unproved(self) -> str | None:
        """Return in words why the script cannot be run here, None when it can."""
        from playground.export.code import running

        return running.without(self.module, self.library)


SCRIPTS: tuple[Script, ...] = (
    Script(
        "keras",
        "Keras",
        "A Python script that makes the network with Keras 3.",
        ".keras.py",
        "Keras",
        "keras",
        1e9,
    ),
    Script(
        "torch",
        "PyTorch",
        "A Python script that makes the network with PyTorch.",
        ".torch.py",
        "PyTorch",
        "torch",
        1e9,
    ),
    Script(
        "numpy",
        "NumPy",
        "A Python script that computes the network with NumPy alone, as a model of scikit-learn.",
        ".py",
        "NumPy",
        "numpy",
        1e9,
    ),
    Script(
        "plain",
        "Python",
        "A Python script that computes the network with lists and loops: nothing to install.",
        ".plain.py",
        "Python",
        "csv",
        1e7,
    ),
)
