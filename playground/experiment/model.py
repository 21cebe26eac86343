"""The document: everything a person can change about an experiment, as one frozen value.

An `Experiment` holds choices only: no arrays, no trained weights, no run state. It is validated when it is
made, so an experiment that exists is one that can be shown; whether it can be *trained well* is said by
`experiment.check`. Edits return new values (`experiment.edits`) and share what they did not change.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated, Any, Literal, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    PlainValidator,
    SerializationInfo,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from playground.data import (
    DATASETS,
    EXPRESSION,
    OWN,
    SCALINGS,
    Dataset,
    Feature,
    Table,
    dataset_of,
    dataset_of_expression,
    features_for,
    own_feature,
)
from playground.data.drawn import BALANCE, EVEN, FLIPPED, JITTER, TARGET_NOISE, Choices
from playground.data.expression import read_expression
from playground.data.linked import LINK_NOISE, LINKED
from playground.engine.activations import ACTIVATIONS
from playground.engine.clipping import CLIPPINGS
from playground.engine.initializers import INITIALIZERS
from playground.engine.layers import LAYERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.engine.schedules import SCHEDULES
from playground.experiment.evaluation import MAX_EVALUATIONS, Evaluation
from playground.experiment.held import NOTHING, Held
from playground.tables import Keyed, by_key, check_parameters

SCHEMA_VERSION = 6
"""Raised when files can hold what older programs do not know.

2: layers of other kinds than Dense. 3: schedules, clipping and rules for stopping. 4: tables, formulas and
links of one's own, and TensorFlow Playground's rule. 5: a validation part, a seed of the split's own, targets
that are not scaled, and jitter, flipped labels, noise on the target, balance and shapes of generated data.
6: frozen layers, links and neurons that are switched off.
"""

MAX_LAYERS = 12
"""Dense layers between the inputs and the output."""
MAX_HIDDEN = 24
"""Layers of all kinds between the inputs and the output."""
MAX_UNITS = 1024
MAX_FORMULAS = 20
SAMPLES = (20, 20_000)
NOISE = (0.0, 0.5)
TRAIN_FRACTION = (0.1, 0.9)
VALIDATION_FRACTION = (0.0, 0.5)
TEST_FRACTION = 0.05
"""Share of the rows that training and validation leave to the test part at least."""
RANDOM_SPLIT = "random"
BATCH_SIZE = (1, 20_000)
CLASSES = (2, 8)
LEARNING_RATE = (0.0, 100.0)
REGULARIZATION_RATE = (0.0, 10.0)
SEED = (0, 2**31 - 1)
LINK_SEED_LENGTH = 200
EPOCHS = (1, 1_000_000)
CLIP_LIMIT = (1e-6, 1e6)
TARGET_LOSS = (0.0, 1e6)
PLATEAU_PERCENT = (0.0, 100.0)

OUTPUT_ID = "output"
INPUTS_ID = "inputs"


def room_beside(share: float) -> float:
    """Return how large training or validation can be beside a share of the other, with a test part left."""
    return max(0.0, round(1.0 - TEST_FRACTION - share, 9))


def _one_of(table: tuple[Keyed, ...], what: str) -> AfterValidator:
    """Return a validator that accepts the keys of `table` and names what is allowed otherwise."""

    def check(key: str) -> str:
        by_key(table, key, what)
        return key

    return AfterValidator(check)


ActivationKey = Annotated[str, _one_of(ACTIVATIONS, "activation")]
InitializerKey = Annotated[str, _one_of(INITIALIZERS, "initializer")]
LayerKey = Annotated[str, _one_of(LAYERS, "kind of layer")]
LossKey = Annotated[str, _one_of(LOSSES, "loss")]
OptimizerKey = Annotated[str, _one_of(OPTIMIZERS, "optimizer")]
ClippingKey = Annotated[str, _one_of(CLIPPINGS, "clipping")]
ScheduleKey = Annotated[str, _one_of(SCHEDULES, "schedule")]
RegularizerKey = Annotated[str, _one_of(REGULARIZERS, "regularization")]


def _known_source(key: str) -> str:
    """Accept the key of a data set, of the document's own table, or of its formula."""
    if key not in (OWN, EXPRESSION):
        by_key(DATASETS, key, "data set")
    return key


KEPT_BESIDE = "kept beside"
"""What stands in a project's experiment for a table that is kept as arrays, and where the reader finds it."""


def _read_table(value: Any, info: ValidationInfo) -> Any:
    """Take a table as it is, or as it was kept beside the text, or read it from JSON."""
    if value == KEPT_BESIDE:
        return (info.context or {}).get(KEPT_BESIDE)
    return value if value is None or isinstance(value, Table) else Table.from_json(value)


def _write_table(table: Table | None, info: SerializationInfo) -> Any:
    """Return what is written of a table."""
    if table is not None and (info.context or {}).get(KEPT_BESIDE):
        return KEPT_BESIDE
    return None if table is None else table.as_json()


DatasetKey = Annotated[str, AfterValidator(_known_source)]
OwnTable = Annotated[
    Table | None,
    PlainValidator(_read_table),
    PlainSerializer(_write_table),
]
ScalingKey = Annotated[str, _one_of(SCALINGS, "scaling")]


class Record(BaseModel):
    """A frozen part of the document that refuses unknown fields and non-finite numbers."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, validate_default=False)

    def replace(self, **changes: Any) -> Self:
        """Return a validated copy with `changes`; what is not named is shared, not copied."""
        return type(self).model_validate({**dict(self), **changes})


class DataSettings(Record):
    """Which data there is and how the rows are used.

    `table` holds rows of the person's own; they are used when `dataset` is "own", and kept when it is not.
    `expression` is a formula that makes data when `dataset` is "formula".
    `formulas` are features of the person's own, each known by its text. `leave_out_doubtful` trains and tests
    without the rows that are known to be wrong.
    `split` is "random", by the fractions and `split_seed`, or the key of a split that the data bring. With
    a validation part, training is watched on that, and the test rows wait until they are asked for.
    With `link_seed` rows and split are those of a link to TensorFlow Playground that has this seed; as long
    as the training's seed is 0, so are the first weights of uniform layers. `seed` then plays no part.
    `target_scaling` says whether the number to be learnt is scaled when the inputs are.
    What is asked of generated rows, and of `parameters` those that differ from their defaults, is explained
    in `data.drawn`; what is not for the task is kept and plays no part.
    """

    dataset: DatasetKey = "circle"
    table: OwnTable = None
    expression: str = ""
    samples: int = Field(500, ge=SAMPLES[0], le=SAMPLES[1])
    noise: float = Field(0.0, ge=NOISE[0], le=LINK_NOISE)
    jitter: float = Field(0.0, ge=JITTER[0], le=JITTER[1])
    flipped: float = Field(0.0, ge=FLIPPED[0], le=FLIPPED[1])
    target_noise: float = Field(0.0, ge=TARGET_NOISE[0], le=TARGET_NOISE[1])
    balance: float = Field(EVEN, ge=BALANCE[0], le=BALANCE[1])
    parameters: dict[str, float] = {}
    classes: int = Field(2, ge=CLASSES[0], le=CLASSES[1])
    leave_out_doubtful: bool = False
    split: str = RANDOM_SPLIT
    train_fraction: float = Field(0.5, ge=TRAIN_FRACTION[0], le=TRAIN_FRACTION[1])
    validation_fraction: float = Field(0.0, ge=VALIDATION_FRACTION[0], le=VALIDATION_FRACTION[1])
    split_seed: int = Field(0, ge=SEED[0], le=SEED[1])
    seed: int = Field(0, ge=SEED[0], le=SEED[1])
    formulas: tuple[str, ...] = Field((), max_length=MAX_FORMULAS)
    link_seed: str | None = Field(None, min_length=1, max_length=LINK_SEED_LENGTH)
    features: tuple[str, ...] = ("x1", "x2")
    scaling: ScalingKey = "none"
    target_scaling: Literal["as_inputs", "none"] = "as_inputs"

    @property
    def source(self) -> Dataset:
        """What the rows come from."""
        if self.dataset == OWN:
            assert self.table is not None
            return dataset_of(self.table)
        if self.dataset == EXPRESSION:
            return dataset_of_expression(self.expression)
        return by_key(DATASETS, self.dataset, "data set")

    @property
    def choices(self) -> Choices:
        """What is asked of a generated data set, without what is not for its task."""
        parameters = tuple(sorted(self.parameters.items()))
        asked = Choices(self.samples, self.noise, self.classes, self.seed, self.jitter, parameters=parameters)
        if self.source.task == "classification":
            return replace(asked, flipped=self.flipped, balance=self.balance)
        return replace(asked, target_noise=self.target_noise)

    @property
    def known_features(self) -> tuple[Feature, ...]:
        """The inputs that can be switched on, in their order."""
        columns = self.source.inputs
        return (*features_for(columns), *(own_feature(text, columns) for text in self.formulas))

    @model_validator(mode="after")
    def _rows_exist(self) -> Self:
        if self.dataset == OWN and self.table is None:
            raise ValueError("there is no table of your own: import or paint one first")
        if self.dataset == EXPRESSION:
            read_expression(self.expression)
        check_parameters(self.source.label, self.source.parameters, self.parameters)
        return self

    @model_validator(mode="after")
    def _split_exists(self) -> Self:
        if self.split != RANDOM_SPLIT and self.split not in (
            known := [one.key for one in self.source.splits]
        ):
            raise ValueError(
                f"{self.dataset} has no split {self.split!r}; allowed: {', '.join((RANDOM_SPLIT, *known))}"
            )
        if self.validation_fraction > room_beside(self.train_fraction) + 1e-9:
            raise ValueError(
                f"training and validation leave less than {TEST_FRACTION:.0%} of the rows for the test"
            )
        return self

    @model_validator(mode="after")
    def _link_has_such_data(self) -> Self:
        if self.link_seed is None:
            if self.noise > NOISE[1]:
                raise ValueError(f"noise must be at most {NOISE[1]:g} but in a link to TensorFlow Playground")
            return self
        if self.validation_fraction:
            raise ValueError("a link to TensorFlow Playground has no validation part")
        drawn = {linked.key: linked.dataset.default_samples for linked in LINKED}
        if drawn.get(self.dataset) != self.samples:
            raise ValueError(
                f"no link to TensorFlow Playground stands for {self.samples} rows of {self.dataset}"
            )
        if self.choices != Choices(self.samples, self.noise, self.classes, self.seed):
            raise ValueError(
                "no link to TensorFlow Playground stands for rows with a shape, balance or noise of ours"
            )
        return self

    @model_validator(mode="after")
    def _features_exist(self) -> Self:
        known = [feature.key for feature in self.known_features]
        if len(set(known)) != len(known):
            raise ValueError("a feature of your own is there already")
        if not self.features:
            raise ValueError("at least one input feature is needed")
        for key in self.features:
            if key not in known:
                raise ValueError(f"{key!r} is not a feature of this data set; allowed: {', '.join(known)}")
        if len(set(self.features)) != len(self.features):
            raise ValueError("a feature is named twice")
        return self


class Layer(Record):
    """A hidden layer. `id` stays with the layer when it is moved, so trained weights can follow it.

    `parameters` are those of its kind that differ from their defaults. A layer of any kind but Dense passes
    on as many values as come in: how many follows from what is before it (`experiment.flow`).
    """

    id: str = Field(min_length=1, max_length=40)
    kind: LayerKey
    parameters: dict[str, float] = {}

    @model_validator(mode="after")
    def _of_its_kind(self) -> Self:
        if self.id in (OUTPUT_ID, INPUTS_ID):
            raise ValueError(f"a hidden layer cannot be called {self.id!r}")
        kind = by_key(LAYERS, self.kind, "kind of layer")
        check_parameters(kind.label, kind.parameters, self.parameters)
        if not float(self.parameters.get("span", 1)).is_integer():
            raise ValueError("a Skip spans a whole number of layers")
        return self

    def parameter(self, key: str) -> float:
        """Return a parameter of its kind, the default where it has no other; KeyError when there is none."""
        defaults = {spec.key: spec.default for spec in by_key(LAYERS, self.kind, "kind of layer").parameters}
        return self.parameters.get(key, defaults[key])


class Dense(Layer):
    """A fully connected layer: the one kind that chooses its width, its activation and its first weights."""

    kind: Literal["dense"] = "dense"
    units: int = Field(4, ge=1, le=MAX_UNITS)
    activation: ActivationKey = "tanh"
    initializer: InitializerKey = "glorot_uniform"

    @model_validator(mode="after")
    def _hidden_activation(self) -> Self:
        if by_key(ACTIVATIONS, self.activation, "activation").output_only:
            raise ValueError(f"{self.activation} can be used in the output layer only")
        return self


def _layer_of_its_kind(value: Any) -> Any:
    """Read a layer as the record that has the fields of its kind; without a kind it is Dense."""
    if not isinstance(value, Mapping):
        return value
    kind = value.get("kind", "dense")
    if kind == "dense":
        return Dense.model_validate(value)
    record = next((record for record in LAYERS if record.key == kind), None)
    foreign = [field for field in value if field in Dense.model_fields and field not in Layer.model_fields]
    if record is not None and foreign:
        raise ValueError(f"{record.label} has no {foreign[0]}; only Dense layers do")
    return Layer.model_validate(value)


AnyLayer = Annotated[SerializeAsAny[Layer], BeforeValidator(_layer_of_its_kind)]


class Output(Record):
    """The output layer; its number of units follows from the data and the activation."""

    activation: ActivationKey = "tanh"
    initializer: InitializerKey = "glorot_uniform"


class Stopping(Record):
    """When a run ends by itself; a rule that is None is off.

    `at_end`: after the experiment's epochs. `patience`: when the test loss has not fallen for so many epochs;
    the weights with which it was lowest come back. `target`: when the train loss is no higher. `plateau`:
    when the train loss has not fallen by `plateau_percent` within so many epochs.
    """

    at_end: bool = False
    patience: int | None = Field(None, ge=EPOCHS[0], le=EPOCHS[1])
    target: float | None = Field(None, ge=TARGET_LOSS[0], le=TARGET_LOSS[1])
    plateau: int | None = Field(None, ge=EPOCHS[0], le=EPOCHS[1])
    plateau_percent: float = Field(1.0, ge=PLATEAU_PERCENT[0], le=PLATEAU_PERCENT[1])


class TrainingSettings(Record):
    """How the network is trained.

    `rule`: what a step does with its rows. "mini_batch" shuffles them for every epoch,
    "tensorflow_playground" does as that page (`engine.playground_rule`).
    """

    rule: Literal["mini_batch", "tensorflow_playground"] = "mini_batch"
    loss: LossKey = "half_squared"
    optimizer: OptimizerKey = "sgd"
    optimizer_parameters: dict[str, float] = {}
    learning_rate: float = Field(0.03, ge=LEARNING_RATE[0], le=LEARNING_RATE[1])
    schedule: ScheduleKey = "constant"
    schedule_parameters: dict[str, float] = {}
    batch_size: int = Field(10, ge=BATCH_SIZE[0], le=BATCH_SIZE[1])
    regularizer: RegularizerKey = "none"
    regularization_rate: float = Field(0.0, ge=REGULARIZATION_RATE[0], le=REGULARIZATION_RATE[1])
    clipping: ClippingKey = "none"
    clip_limit: float = Field(1.0, ge=CLIP_LIMIT[0], le=CLIP_LIMIT[1])
    stopping: Stopping = Stopping()
    seed: int = Field(0, ge=SEED[0], le=SEED[1])
    precision: Literal["float32", "float64"] = "float32"

    @model_validator(mode="after")
    def _parameters_exist(self) -> Self:
        known = by_key(OPTIMIZERS, self.optimizer, "optimizer").parameters
        check_parameters(self.optimizer, known, self.optimizer_parameters)
        known = by_key(SCHEDULES, self.schedule, "schedule").parameters
        check_parameters(self.schedule, known, self.schedule_parameters)
        return self

    @property
    def schedule_hyper(self) -> tuple[float, ...]:
        """A value for each parameter of the schedule, in their order."""
        specs = by_key(SCHEDULES, self.schedule, "schedule").parameters
        return tuple(self.schedule_parameters.get(spec.key, spec.default) for spec in specs)


class Experiment(Record):
    """One experiment: the data, the layers between inputs and output, and the training.

    `epochs` is for how long the run is planned: the schedule takes as many, and `playground train` runs so
    long. The window trains until it is paused, or until a rule of `training.stopping` says so. `evaluations`
    are all looks at test rows: they are kept, whatever is edited or undone. `held` is what does not learn.
    """

    name: str = Field("Untitled", min_length=1, max_length=200)
    about: str = Field("", max_length=4000)
    data: DataSettings = DataSettings()
    layers: tuple[AnyLayer, ...] = Field((), max_length=MAX_HIDDEN)
    output: Output = Output()
    training: TrainingSettings = TrainingSettings()
    held: Held = NOTHING
    epochs: int = Field(400, ge=EPOCHS[0], le=EPOCHS[1])
    evaluations: tuple[Evaluation, ...] = Field((), max_length=MAX_EVALUATIONS)

    @model_validator(mode="after")
    def _ids_differ(self) -> Self:
        ids = [layer.id for layer in self.layers]
        if len(set(ids)) != len(ids):
            raise ValueError("two layers have the same id")
        if sum(layer.kind == "dense" for layer in self.layers) > MAX_LAYERS:
            raise ValueError(f"there can be at most {MAX_LAYERS} Dense layers")
        return self

    def layer(self, layer_id: str) -> Layer:
        """Return the hidden layer called `layer_id`; KeyError when there is none."""
        return self.layers[self.index(layer_id)]

    def index(self, layer_id: str) -> int:
        """Return the position of the hidden layer `layer_id`; KeyError when there is none."""
        for index, layer in enumerate(self.layers):
            if layer.id == layer_id:
                return index
        raise KeyError(layer_id)
