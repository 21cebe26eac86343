"""Layers of every kind in the document: their fields, widths, names, edits, problems and files."""

import json
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from layer_cases import OTHER_KINDS, shorthand, stack
from pydantic import ValidationError

from playground.engine.layers import LAYERS
from playground.experiment import edits, files, flow
from playground.experiment.check import check, errors
from playground.experiment.diff import Difference, diff
from playground.experiment.edits import EditRefused
from playground.experiment.files import BadFileError
from playground.experiment.model import MAX_HIDDEN, MAX_LAYERS, Dense, Experiment, Layer
from playground.experiment.plan import DataShape, Plan, layer_shapes, make_plan
from playground.experiment.prepare import prepare
from playground.experiment.words import layer_names

# The document and its files -----------------------------------------------------------------------------


def as_file(*layers: dict[str, object]) -> str:
    experiment = {**Experiment().model_dump(mode="json"), "layers": list(layers)}
    return json.dumps({"format": files.FORMAT, "version": 1, "experiment": experiment})


def test_that_a_layer_without_a_kind_is_dense_as_in_older_files() -> None:
    experiment = files.parse(as_file({"id": "a", "units": 3}), "old.json")
    assert experiment.layers == (Dense(id="a", units=3),)


def test_that_every_kind_comes_back_from_a_file_as_it_was() -> None:
    experiment = stack(8, "dropout 0.4", 8, "skip", "batch_norm 0.5", "layer_norm")
    assert files.parse(files.dump(experiment), "copy.json") == experiment


def test_that_a_file_names_only_the_fields_that_mean_something() -> None:
    layers = json.loads(files.dump(stack(8, "dropout 0.4")))["experiment"]["layers"]
    assert layers[1] == {"id": "layer2", "kind": "dropout", "parameters": {"rate": 0.4}}
    assert layers[0]["units"] == 8


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ({"id": "a", "kind": "dropout", "units": 4}, "number 1: Dropout has no units"),
        ({"id": "a", "kind": "skip", "activation": "tanh"}, "Skip has no activation"),
        ({"id": "a", "kind": "magic"}, "unknown kind of layer 'magic'; allowed: dense, dropout"),
        ({"id": "a", "kind": "dropout", "parameters": {"rate": 2}}, "Rate must be between 0 and 0.9"),
        ({"id": "a", "kind": "dropout", "parameters": {"span": 2}}, "no parameter 'span'; it has: rate"),
        ({"id": "a", "parameters": {"rate": 0.1}}, "Dense has no parameter 'rate'; it has: none"),
        ({"id": "a", "kind": "skip", "parameters": {"span": 1.5}}, "whole number"),
        ({"id": "a", "kind": "dropout", "colour": "red"}, "colour is not a field"),
        ({"id": "output", "kind": "dropout"}, "cannot be called 'output'"),
        ({"id": "a", "kind": "skip"}, "nothing to bridge"),
        (7, "an object"),
    ],
)
def test_that_a_layer_that_makes_no_sense_is_refused_in_words(layer: dict[str, object], words: str) -> None:
    with pytest.raises(BadFileError, match=words):
        files.parse(as_file(layer), "bad.json")


def test_that_there_is_an_end_to_dense_layers_and_to_all_layers() -> None:
    with pytest.raises(ValidationError, match=f"at most {MAX_LAYERS} Dense"):
        stack(*[2] * (MAX_LAYERS + 1))
    full = stack(*["dropout"] * MAX_HIDDEN)
    for kind in ("dropout", "dense"):
        with pytest.raises(EditRefused, match=str(MAX_HIDDEN)):
            edits.add_layer(full, 0, kind=kind)


# Widths and names ---------------------------------------------------------------------------------------


def test_that_other_kinds_pass_on_as_many_values_as_come_in() -> None:
    experiment = stack("dropout", 8, "batch_norm", "skip", 3, "layer_norm")
    assert flow.widths(experiment) == (2, 2, 8, 8, 8, 3, 3)


def test_that_dense_layers_are_numbered_and_others_where_there_are_several() -> None:
    layers = stack(8, "dropout", 8, "skip", "batch_norm", 8, "skip").layers
    names = ("Dense 1", "Dropout", "Dense 2", "Skip 1", "Batch norm", "Dense 3", "Skip 2")
    assert layer_names(layers) == names


@pytest.mark.parametrize(
    ("layers", "source"),
    [
        ((2, "skip 1"), 0),
        ((8, 8, "skip 1"), 1),
        ((8, 8, 8, "skip 2"), 1),
        ((8, "dropout", 8, "batch_norm", "skip 1"), 2),
        ((8, "batch_norm", 8, "dropout", 8, "skip 2"), 2),
    ],
)
def test_that_a_skip_adds_what_went_into_the_first_layer_it_spans(
    layers: tuple[int | str, ...], source: int
) -> None:
    experiment = stack(*layers)
    index = next(i for i, layer in enumerate(experiment.layers) if layer.kind == "skip")
    assert flow.source_of(experiment.layers, index) == source
    assert layer_shapes(experiment)[index].source == source


# The plan -----------------------------------------------------------------------------------------------


def plan_of(experiment: Experiment) -> Plan:
    return make_plan(experiment, DataShape(500, ("0", "1")))[0]


def test_that_the_plan_has_every_layer_with_its_parameters_in_order() -> None:
    plan = plan_of(stack(8, "dropout", "batch_norm 0.5", 8, "skip"))
    assert [shape.kind for shape in plan.shapes] == [
        "dense",
        "dropout",
        "batch_norm",
        "dense",
        "skip",
        "dense",
    ]
    assert [shape.parameters for shape in plan.shapes] == [(), (0.2,), (0.5,), (), (1.0,), ()]
    assert [(shape.inputs, shape.units) for shape in plan.shapes[1:3]] == [(8, 8), (8, 8)]
    assert len(plan.layer_ids) == len(plan.shapes)


@pytest.mark.parametrize(
    ("kind", "more"), [("dropout", 0), ("batch_norm", 16), ("layer_norm", 16), ("skip", 0)]
)
def test_that_only_numbers_that_learn_are_counted(kind: str, more: int) -> None:
    assert plan_of(stack(8, 8, kind)).parameters - plan_of(stack(8, 8)).parameters == more


def test_that_another_rate_needs_another_run_that_keeps_the_weights() -> None:
    experiment = stack(8, "dropout")
    changed = edits.set_layer_parameter(experiment, "layer2", "rate", 0.5)
    assert diff(experiment, changed) == Difference(structure=True)
    assert diff(experiment, changed).keeps_weights


# Edits --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", OTHER_KINDS)
def test_that_every_kind_is_added_moved_and_removed(kind: str) -> None:
    experiment = edits.add_layer(stack(8, 8, 8), 2, kind=kind)
    added = experiment.layers[2]
    assert type(added) is Layer
    assert added.kind == kind
    moved = edits.move_layer(experiment, added.id, 4)
    assert moved.index(added.id) == 3
    assert edits.remove_layer(moved, added.id) == stack(8, 8, 8)


def test_that_a_new_dense_layer_takes_the_activation_of_the_dense_layer_before_it() -> None:
    experiment = edits.set_activation(stack(8, "dropout"), "layer1", "relu")
    assert edits.add_layer(experiment, 2).layers[2].activation == "relu"  # type: ignore[attr-defined]
    assert edits.add_layer(experiment, 0).layers[0].activation == "relu"  # type: ignore[attr-defined]


def test_that_a_parameter_is_set_within_its_range() -> None:
    experiment = edits.set_layer_parameter(stack(8, "dropout"), "layer2", "rate", 0.5)
    assert experiment.layers[1].parameter("rate") == 0.5
    with pytest.raises(EditRefused, match=r"Rate must be between 0 and 0\.9"):
        edits.set_layer_parameter(experiment, "layer2", "rate", 1.0)


REFUSALS: tuple[tuple[tuple[int | str, ...], Callable[[Experiment], Experiment], str], ...] = (
    ((8, "dropout"), lambda e: edits.set_units(e, "layer2", 3), "Dropout has as many values as come in"),
    ((8, "dropout"), lambda e: edits.set_activation(e, "layer2", "relu"), "Dropout has no activation"),
    ((8, "skip 1"), lambda e: edits.set_initializer(e, "layer2", "zeros"), "Skip has no weights"),
    ((8, "dropout"), lambda e: edits.add_layer(e, 1, kind="skip", units=3), "Skip has no neurons"),
    ((8, "dropout"), lambda e: edits.set_layer_parameter(e, "output", "rate", 0.1), "no parameters of"),
    ((8, "dropout"), lambda e: edits.set_layer_parameter(e, "layer1", "rate", 0.1), "Dense has no parameter"),
    ((), lambda e: edits.add_layer(e, 0, kind="skip"), "needs a Dense layer before it"),
    ((8,), lambda e: edits.add_layer(e, 1, kind="skip"), "the 2 values that went into Dense 1 to its 8"),
    ((8, 4), lambda e: edits.add_layer(e, 2, kind="skip"), "the 8 values that went into Dense 2 to its 4"),
    ((8, 8, "skip"), lambda e: edits.remove_layer(e, "layer1"), "Without Dense 1, Skip would add 2"),
    ((2, "skip"), lambda e: edits.remove_layer(e, "layer1"), "nothing to bridge: remove Skip first"),
    ((8, 8, "skip"), lambda e: edits.move_layer(e, "layer3", 0), "no Dense layer before it to bridge"),
    ((8, 8, "skip"), lambda e: edits.move_layer(e, "layer3", 1), "would add 2 values to 8"),
    ((8, 8, "skip"), lambda e: edits.add_layer(e, 2, units=3), "would add 8 values to 3"),
    (
        (8, 8, "skip"),
        lambda e: edits.set_layer_parameter(e, "layer3", "span", 2),
        "went into Dense 1 to the 8",
    ),
    ((8, 8, "skip"), lambda e: edits.set_layer_parameter(e, "layer3", "span", 3), "only 2 stand before it"),
    ((2, "skip"), lambda e: edits.set_units(e, "layer1", 3), "as many neurons as there are inputs, 2"),
)


@pytest.mark.parametrize(("layers", "edit", "words"), REFUSALS)
def test_that_an_edit_that_makes_no_sense_is_refused_in_words(
    layers: tuple[int | str, ...], edit: Callable[[Experiment], Experiment], words: str
) -> None:
    with pytest.raises(EditRefused, match=words):
        edit(stack(*layers))


KEPT: tuple[tuple[tuple[int | str, ...], Callable[[Experiment], Experiment], list[int | str]], ...] = (
    # A new Skip bridges the fewest layers that fit.
    ((8, 8), lambda e: edits.add_layer(e, 2, kind="skip"), [8, 8, "skip"]),
    ((8, 4, 8), lambda e: edits.add_layer(e, 3, kind="skip"), [8, 4, 8, "skip 2"]),
    # A Dense layer put inside is bridged as well, as wide as it has to be.
    ((8, 8, "skip"), lambda e: edits.add_layer(e, 2), [8, 8, 8, "skip 2"]),
    ((8, 8, 8, "skip 2"), lambda e: edits.add_layer(e, 2), [8, 8, 4, 8, "skip 3"]),
    ((8, 8, "skip"), lambda e: edits.add_layer(e, 1), [8, 8, 8, "skip"]),
    ((8, 8, "skip"), lambda e: edits.add_layer(e, 0), [4, 8, 8, "skip"]),
    # One taken out no longer counts.
    ((8, 8, 8, "skip 2"), lambda e: edits.remove_layer(e, "layer3"), [8, 8, "skip"]),
    ((8, 8, 8, "skip 2"), lambda e: edits.remove_layer(e, "layer2"), [8, 8, "skip"]),
    ((8, 8, 8, "skip 2"), lambda e: edits.move_layer(e, "layer2", 4), [8, 8, "skip 1", 8]),
    # Changing places inside leaves what is bridged alone.
    ((8, 8, 8, "skip 2"), lambda e: edits.move_layer(e, "layer3", 1), [8, 8, 8, "skip 2"]),
    ((8, 8, "dropout", "skip"), lambda e: edits.move_layer(e, "layer3", 1), [8, "dropout", 8, "skip"]),
    # A moved Skip bridges what fits at its new place.
    ((8, 8, "skip", 4, 8), lambda e: edits.move_layer(e, "layer3", 5), [8, 8, 4, 8, "skip 2"]),
    # What a Skip adds has to stay equally wide.
    ((8, 8, "skip", 3), lambda e: edits.set_units(e, "layer2", 5), [5, 5, "skip", 3]),
    ((2, "skip", 8), lambda e: edits.toggle_feature(e, "sin_x1"), [3, "skip", 8]),
    ((2, "skip", 8), lambda e: edits.set_dataset(e, "fish"), [5, "skip", 8]),
)


@pytest.mark.parametrize(("layers", "edit", "expected"), KEPT)
def test_that_every_skip_can_still_add_after_an_edit(
    layers: tuple[int | str, ...], edit: Callable[[Experiment], Experiment], expected: list[int | str]
) -> None:
    changed = edit(stack(*layers))
    plain = [
        x.replace(" 1", "") if isinstance(x, str) and x.startswith("skip") else x for x in shorthand(changed)
    ]
    assert plain == [x.replace(" 1", "") if isinstance(x, str) else x for x in expected]
    assert errors(check(changed)) == ()


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["add", "remove", "move", "units", "span", "feature"]),
        st.sampled_from([record.key for record in LAYERS]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    max_size=14,
)


def walk(experiment: Experiment, step: tuple[str, str, int, int]) -> Experiment:
    what, kind, place, number = step
    ids = [layer.id for layer in experiment.layers] or ["output"]
    layer = ids[place % len(ids)]
    if what == "add":
        return edits.add_layer(experiment, place % (len(experiment.layers) + 1), kind=kind)
    if what == "remove":
        return edits.remove_layer(experiment, layer)
    if what == "move":
        return edits.move_layer(experiment, layer, number % (len(experiment.layers) + 1))
    if what == "units":
        return edits.set_units(experiment, layer, number + 1)
    if what == "span":
        return edits.set_layer_parameter(experiment, layer, "span", number + 1)
    return edits.toggle_feature(experiment, ("x1", "x2", "sin_x1")[place % 3])


@given(STEPS)
def test_that_whatever_is_built_can_be_trained_saved_and_opened(
    steps: list[tuple[str, str, int, int]],
) -> None:
    experiment = stack(4, 4, "skip")
    for step in steps:
        try:
            experiment = walk(experiment, step)
        except EditRefused:
            continue
    assert errors(check(experiment)) == ()
    assert files.parse(files.dump(experiment), "walk.json") == experiment
    shapes = layer_shapes(experiment)
    assert [shape.inputs for shape in shapes[1:]] == [shape.units for shape in shapes[:-1]]
    for index, shape in enumerate(shapes):
        if shape.kind == "skip":
            assert flow.widths(experiment)[shape.source] == shape.units
            assert shape.source < index


# Problems -----------------------------------------------------------------------------------------------


def problems(*layers: int | str, batch: int = 10) -> list[tuple[str, str, str]]:
    experiment = stack(*layers)
    experiment = experiment.replace(training=experiment.training.replace(batch_size=batch))
    return [(problem.severity, problem.where, problem.message) for problem in check(experiment)]


def test_that_a_skip_of_two_widths_is_an_error_with_a_remedy() -> None:
    [(severity, where, message)] = problems(8, "skip")
    assert (severity, where) == ("error", "layer2")
    assert message == (
        "Skip adds the 2 values that went into Dense 1 to its 8: both need the same width. "
        "Let Dense 1 have 2 neurons, or bridge layers that are equally wide."
    )


def test_that_a_skip_over_more_layers_than_there_are_is_an_error() -> None:
    [(severity, _, message)] = problems(8, "skip 3")
    assert severity == "error"
    assert message == "Skip spans 3 Dense layers, but only 1 stands before it: let it span fewer."


@pytest.mark.parametrize(
    ("layers", "batch", "words"),
    [
        ((8, "batch_norm"), 1, "a batch of 1 has nothing to compare"),
        ((8, "dropout", "batch_norm"), 10, "Batch norm right after Dropout"),
        ((1, "layer_norm"), 10, "a single one has nothing"),
    ],
)
def test_that_an_unwise_layer_is_warned_of(layers: tuple[int | str, ...], batch: int, words: str) -> None:
    [(severity, where, message)] = problems(*layers, batch=batch)
    assert (severity, where) == ("warning", f"layer{len(layers)}")
    assert words in message


@pytest.mark.parametrize(
    "layers",
    [
        (8, "dropout"),
        (8, "batch_norm", "dropout"),
        (8, "layer_norm", 8, "skip"),
        ("dropout", 8),
        ("batch_norm", 8),
    ],
)
def test_that_what_is_usual_is_not_warned_of(layers: tuple[int | str, ...]) -> None:
    assert problems(*layers) == []


def test_that_linear_layers_are_one_layer_whatever_passes_their_values_on() -> None:
    experiment = stack(8, "dropout", 8)
    for layer in ("layer1", "layer3"):
        experiment = edits.set_activation(experiment, layer, "linear")
    assert ["Every hidden layer is linear" in problem.message for problem in check(experiment)] == [True]
    assert check(edits.add_layer(experiment, 2, kind="layer_norm")) == ()


def test_that_rows_are_prepared_for_a_network_of_all_kinds() -> None:
    prepared = prepare(stack(8, "batch_norm", "dropout", 8, "layer_norm", "skip"))
    assert len(prepared.plan.shapes) == 7
    assert prepared.problems == ()
