"""What changed between two experiments, in the terms in which a run has to act on it."""

from dataclasses import dataclass

from playground.data import EXPRESSION, OWN
from playground.experiment.model import DataSettings, Experiment
from playground.experiment.painting import painted_over

LIVE_TRAINING = (
    "learning_rate",
    "batch_size",
    "regularizer",
    "regularization_rate",
    "optimizer",
    "optimizer_parameters",
    "schedule",
    "schedule_parameters",
    "clipping",
    "clip_limit",
    "stopping",
)


@dataclass(frozen=True, slots=True)
class Difference:
    """Which parts differ.

    `problem`: another data set, so what was learnt is about something else; points painted over one leave it
    what it was. Rows that were dealt to the parts anew count as one: what was learnt from might judge.
    `rows`: the same kind of data made or cut differently. `structure`: layers, features, output,
    loss or precision. `seed`: other starting weights. `training`: settings that a run can take over while it
    goes on. `held`: what does not learn, which it can take over, too.
    """

    problem: bool = False
    rows: bool = False
    structure: bool = False
    seed: bool = False
    training: bool = False
    held: bool = False

    @property
    def needs_new_run(self) -> bool:
        """Whether the run cannot simply go on."""
        return self.problem or self.rows or self.structure or self.seed

    @property
    def keeps_weights(self) -> bool:
        """Whether the trained weights that still fit are to be kept."""
        return not (self.problem or self.seed)


def diff(old: Experiment, new: Experiment) -> Difference:
    """Return what changed; `diff(a, a)` is empty."""
    live = dict.fromkeys(LIVE_TRAINING)
    rest_old = old.training.model_dump(exclude={*live, "seed"})
    rest_new = new.training.model_dump(exclude={*live, "seed"})
    return Difference(
        problem=(_problem(old.data) != _problem(new.data) and not painted_over(old, new))
        or redealt(old.data, new.data),
        rows=_rows(old.data) != _rows(new.data),
        structure=(
            old.layers != new.layers
            or old.output != new.output
            or old.data.features != new.data.features
            or old.data.scaling != new.data.scaling
            or old.data.target_scaling != new.data.target_scaling
            or rest_old != rest_new
        ),
        seed=old.training.seed != new.training.seed,
        training=old.epochs != new.epochs
        or any(getattr(old.training, key) != getattr(new.training, key) for key in LIVE_TRAINING),
        held=old.held != new.held,
    )


def _problem(data: DataSettings) -> tuple[object, ...]:
    """Return what is asked of the network; other rows of a table with the same columns ask the same."""
    source = data.source
    asked = {OWN: (source.inputs, source.target, source.classes), EXPRESSION: data.expression}
    return (data.dataset, data.classes, asked.get(data.dataset))


def redealt(old: DataSettings, new: DataSettings) -> bool:
    """Return whether rows that were learnt from may be among those that are to judge from now on."""
    if (old.split, old.split_seed) != (new.split, new.split_seed):
        return True
    cut = [(data.train_fraction, data.validation_fraction) for data in (old, new)]
    return new.validation_fraction > 0 and cut[0] != cut[1]


def same_numbering(old: Experiment, new: Experiment) -> bool:
    """Return whether the number of a row still means the same row, whatever part it is in."""
    return _problem(old.data) == _problem(new.data) and _drawn(old.data) == _drawn(new.data)


def _drawn(data: DataSettings) -> tuple[object, ...]:
    """Return what the rows are made of."""
    own = {OWN: data.table, EXPRESSION: data.expression}.get(data.dataset)
    return (data.dataset, own, data.choices, data.link_seed)


def _rows(data: DataSettings) -> tuple[object, ...]:
    cut = (
        data.split,
        data.train_fraction,
        data.validation_fraction,
        data.split_seed,
        data.leave_out_doubtful,
    )
    return (*_drawn(data), *cut)
