"""What a script is written from: a network as it is planned, or as it was trained."""

from dataclasses import dataclass, field
from functools import cached_property

from playground.data.importing import unique
from playground.engine.layers import LayerShape
from playground.engine.losses import LOSSES
from playground.experiment.hold_edits import links_off, sources_off
from playground.experiment.model import OUTPUT_ID, Experiment, TrainingSettings
from playground.experiment.plan import Encoding, layer_shapes, target_encoding, target_scaling, threshold
from playground.export.code.texts import identifiers
from playground.export.pipeline import Pipeline
from playground.tables import by_key


@dataclass(frozen=True)
class Training:
    """How a network that is planned will be trained.

    `frozen` are the numbers of the layers that do not learn, from 1 on; `off` are, by such numbers, the links
    that are switched off, as (unit, source). `still`: every layer is frozen, and none in `frozen`, since no
    library trains such a network.
    """

    settings: TrainingSettings
    epochs: int
    scaling: str
    target_scaling: str
    frozen: frozenset[int] = frozenset()
    off: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    still: bool = False

    @property
    def links_off(self) -> int:
        """How many links are switched off."""
        return sum(map(len, self.off.values()))


@dataclass(frozen=True)
class Recipe:
    """One network; exactly one of `training` and `pipeline` is there.

    `columns` and `target` are named as in files of rows.
    """

    name: str
    columns: tuple[str, ...]
    target: str
    features: tuple[str, ...]
    feature_columns: tuple[str, ...]
    shapes: tuple[LayerShape, ...]
    encoding: Encoding
    classes: tuple[str, ...]
    precision: str
    training: Training | None = None
    pipeline: Pipeline | None = None

    @cached_property
    def names(self) -> dict[str, str]:
        """What a script calls the columns."""
        return dict(zip(self.feature_columns, identifiers(self.feature_columns), strict=True))

    @property
    def has_skip(self) -> bool:
        """Whether some layer is fed by more than the one before it."""
        return any(shape.kind == "skip" for shape in self.shapes)

    @property
    def scores(self) -> bool:
        """Whether the loss is one that libraries compute from the values before the last activation."""
        loss = self.training and by_key(LOSSES, self.training.settings.loss, "loss")
        return bool(loss and loss.from_logits)

    @property
    def threshold(self) -> float:
        """The output above which a single output means the second class."""
        return threshold(self.encoding)


def recipe_of(experiment: Experiment) -> Recipe:
    """Return the recipe of an experiment, which need not have been prepared."""
    source = experiment.data.source
    _, *columns, target = unique(["part", *source.inputs, source.target])
    return Recipe(
        name=experiment.name,
        columns=tuple(columns),
        target=target,
        features=experiment.data.features,
        feature_columns=source.inputs,
        shapes=layer_shapes(experiment),
        encoding=target_encoding(experiment),
        classes=(),
        precision=experiment.training.precision,
        training=Training(
            experiment.training,
            experiment.epochs,
            experiment.data.scaling,
            target_scaling(experiment.data),
            *_held(experiment),
        ),
    )


def _held(experiment: Experiment) -> tuple[frozenset[int], dict[int, tuple[tuple[int, int], ...]], bool]:
    """Return `frozen`, `off` and `still` of a `Training`."""
    shapes, ids = layer_shapes(experiment), (*(layer.id for layer in experiment.layers), OUTPUT_ID)
    frozen = {place for place, one in enumerate(ids, 1) if one in experiment.held.frozen}
    learning = {place for place, shape in enumerate(shapes, 1) if shape.trained}
    off = {}
    for place, (one, shape) in enumerate(zip(ids, shapes, strict=True), 1):
        if shape.kind == "dense":
            sources = sources_off(experiment, one)
            found = {link for link in links_off(experiment, one) if link[0] < shape.units}
            found |= {(unit, source) for unit in range(shape.units) for source in sources}
            off[place] = tuple(sorted(found))
    still = learning <= frozen
    off = {place: links for place, links in off.items() if links}
    return frozenset() if still else frozenset(frozen), off, still


def recipe_of_pipeline(pipeline: Pipeline) -> Recipe:
    """Return the recipe of a trained network."""
    return Recipe(
        name=pipeline.name,
        columns=pipeline.columns,
        target=pipeline.target,
        features=pipeline.features,
        feature_columns=pipeline.columns,
        shapes=pipeline.shapes,
        encoding=pipeline.encoding,
        classes=pipeline.classes,
        precision=pipeline.precision,
        pipeline=pipeline,
    )
