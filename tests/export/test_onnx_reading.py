"""ONNX files of other programs: what is read answers the same, and what cannot be read is named."""

import contextlib
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper
from pipeline_cases import cases, made, rows_for

from playground.engine.activations import ACTIVATIONS
from playground.experiment.files import BadFileError
from playground.export import foreign, onnx_file, onnx_reading
from playground.export.pipeline import Pipeline

RNG = np.random.default_rng(5)
ROWS = RNG.normal(size=(40, 4)).astype(np.float32)


def numbers(*shape: int) -> Any:
    return RNG.uniform(0.3, 1.0, shape).astype(np.float32) * RNG.choice([-1, 1], shape).astype(np.float32)


def positive(*shape: int) -> Any:
    return np.abs(numbers(*shape))


WEIGHTS: dict[str, Any] = {
    **{"w1": numbers(4, 5), "b1": numbers(5), "w2": numbers(5, 5), "b2": numbers(5)},
    **{"w3": numbers(5, 3), "b3": numbers(3), "w4": numbers(5, 1), "b4": numbers(1), "v1": numbers(5, 4)},
    **{"gamma": positive(5), "beta": numbers(5), "mean": numbers(5), "variance": positive(5)},
    **{"half": np.float32(0.5), "one": np.float32(1), "ten": np.float32(10), "row": np.array([-1, 4])},
    **{"offset": numbers(4), "factor": positive(4), "b1_row": numbers(1, 5), "slope": np.float32(0.01)},
    **{"none": np.float32(0), "twenty": np.float32(20), "minus_twenty": np.float32(-20)},
    **{"thousand": np.float32(1000), "one_row": np.array([1, -1]), "zero": np.array([0])},
    **{"axis": np.array([1]), "first": np.array(0), "rest": np.array([-1])},
    **{"b4_table": numbers(1, 1), "pair": numbers(5, 2)},
}


def graph(
    *nodes: Any,
    columns: Any = 4,
    batch: Any = "n",
    outputs: tuple[Any, ...] = ("y",),
    opset: int = 17,
    weights: dict[str, Any] | None = None,
) -> Any:
    """Return a model of nodes (operator, inputs, output, attributes) between x and its outputs."""
    made_nodes = []
    for number, (op, inputs, output, *attributes) in enumerate(nodes):
        options = attributes[0] if attributes else {}
        domain = "ai.onnx.ml" if op in ("Scaler", "ZipMap", "ArrayFeatureExtractor") else ""
        made_nodes.append(
            helper.make_node(op, inputs.split(), [output], name=f"n{number}", domain=domain, **options)
        )
    used = {name for node in made_nodes for name in node.input}
    kept = [
        numpy_helper.from_array(array, name)
        for name, array in (WEIGHTS | (weights or {})).items()
        if name in used
    ]
    results = [
        helper.make_tensor_value_info(one, TensorProto.FLOAT, None) if isinstance(one, str) else one
        for one in outputs
    ]
    source = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, columns])]
    versions = [helper.make_opsetid("", opset), helper.make_opsetid("ai.onnx.ml", 3)]
    return helper.make_model(
        helper.make_graph(made_nodes, "g", source, results, kept), opset_imports=versions, ir_version=8
    )


def read(model: Any, folder: Path, name: str = "net.onnx") -> tuple[Pipeline, tuple[str, ...]]:
    (folder / name).write_bytes(model.SerializeToString())
    return onnx_reading.read(folder / name)


HEAD = (("Gemm", "x w1 b1", "z"),)
TAIL = (("Gemm", "h w3 b3", "s"), ("Softmax", "s", "y"))
ELU = (("Elu", "z", "h"),)

NETWORKS: dict[str, tuple[Any, ...]] = {
    "gemm": (*HEAD, *ELU, *TAIL),
    "weights the other way": (
        ("Gemm", "x v1 b1", "z", {"transB": 1, "alpha": 0.5, "beta": 2.0}),
        *ELU,
        *TAIL,
    ),
    "matmul and add": (("MatMul", "x w1", "m"), ("Add", "b1_row m", "z"), *ELU, *TAIL),
    "two layers without an activation between": (*HEAD, ("Gemm", "z w2 b2", "h"), *TAIL),
    "what changes nothing": (
        ("Cast", "x", "c", {"to": 11}),
        ("Cast", "c", "d", {"to": 1}),
        ("Flatten", "d", "f"),
        ("Reshape", "f row", "i"),
        ("Gemm", "i w1 b1", "z"),
        ("Identity", "z", "j"),
        ("Elu", "j", "k"),
        ("Dropout", "k", "h"),
        *TAIL,
    ),
    "scaled inputs": (
        ("Sub", "x offset", "c"),
        ("Div", "c factor", "d"),
        ("Gemm", "d w1 b1", "z"),
        *ELU,
        *TAIL,
    ),
    "a Scaler": (
        ("Scaler", "x", "c", {"offset": [1.0, 2.0, 3.0, 4.0], "scale": [1.0, 0.5, 0.25, 2.0]}),
        ("Gemm", "c w1 b1", "z"),
        *ELU,
        *TAIL,
    ),
    "one Scaler for all": (
        ("Scaler", "x", "c", {"offset": [1.0], "scale": [0.5]}),
        ("Gemm", "c w1 b1", "h"),
        *TAIL,
    ),
    "swish in parts": (*HEAD, ("Sigmoid", "z", "g"), ("Mul", "g z", "h"), *TAIL),
    "mish in parts": (*HEAD, ("Softplus", "z", "p"), ("Tanh", "p", "g"), ("Mul", "z g", "h"), *TAIL),
    "relu as a maximum": (*HEAD, ("Sub", "z z", "n"), ("Max", "z n", "h"), *TAIL),
    "a slope of its own": (*HEAD, ("PRelu", "z slope", "h"), *TAIL),
    "hard sigmoid": (*HEAD, ("HardSigmoid", "z", "h", {"alpha": 1 / 6, "beta": 0.5}), *TAIL),
    "an activation times ten": (
        *HEAD,
        ("Tanh", "z", "t"),
        ("Mul", "ten t", "u"),
        ("Sub", "u one", "h"),
        *TAIL,
    ),
    "a norm before the activation": (
        *HEAD,
        ("BatchNormalization", "z gamma beta mean variance", "n", {"epsilon": 1e-3}),
        ("Relu", "n", "h"),
        *TAIL,
    ),
    "a norm after the activation": (
        *HEAD,
        ("Relu", "z", "r"),
        ("BatchNormalization", "r gamma beta mean variance", "h", {"epsilon": 1e-3}),
        *TAIL,
    ),
    "a layer norm of another epsilon": (
        *HEAD,
        ("Tanh", "z", "r"),
        ("LayerNormalization", "r gamma beta", "n", {"epsilon": 0.3}),
        ("Relu", "n", "h"),
        *TAIL,
    ),
    "a layer norm first": (
        ("LayerNormalization", "x factor", "n", {"epsilon": 0.1}),
        ("Gemm", "n w1 b1", "h"),
        *TAIL,
    ),
    "a skip": (
        *HEAD,
        ("Relu", "z", "r"),
        ("Gemm", "r w2 b2", "q"),
        ("Tanh", "q", "t"),
        ("Add", "t r", "h"),
        *TAIL,
    ),
    "an activation on a skip": (
        *HEAD,
        ("Relu", "z", "r"),
        ("Gemm", "r w2 b2", "q"),
        ("Add", "r q", "a"),
        ("Relu", "a", "h"),
        *TAIL,
    ),
    "a number for each value after an activation": (
        *HEAD,
        ("Relu", "z", "r"),
        ("Mul", "r gamma", "h"),
        *TAIL,
    ),
    "one output": (*HEAD, *ELU, ("MatMul", "h w4", "m"), ("Add", "m b4_table", "a"), ("Sigmoid", "a", "y")),
    "a number in its own unit": (
        *HEAD,
        *ELU,
        ("Gemm", "h w4 b4", "a"),
        ("Mul", "a ten", "b"),
        ("Add", "b one", "y"),
    ),
    "a squeezed number in its own unit": (
        *HEAD,
        *ELU,
        ("Gemm", "h w4 b4", "a"),
        ("Tanh", "a", "t"),
        ("Mul", "t ten", "y"),
    ),
}


@pytest.mark.parametrize("name", NETWORKS)
def test_that_a_network_of_another_program_answers_the_same(name: str, tmp_path: Path) -> None:
    model = graph(*NETWORKS[name])
    wanted = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": ROWS})[0]
    pipeline, notes = read(model, tmp_path)
    np.testing.assert_allclose(pipeline.outputs(ROWS.astype(np.float64)), wanted, rtol=2e-5, atol=2e-5)
    assert notes[-1].startswith("Its ")
    assert all(note.endswith(".") for note in notes)


@pytest.mark.parametrize("one", [one for one in ACTIVATIONS if one.elementwise], ids=lambda one: one.key)
def test_that_every_activation_is_recognised_without_our_description(one: Any, tmp_path: Path) -> None:
    for precision in ("float32", "float64"):
        pipeline = made((5, one.key), (4, one.key), precision=precision)
        onnx_file.write(pipeline, tmp_path / "network.onnx")
        model = onnx.load(tmp_path / "network.onnx")
        del model.metadata_props[:]
        found, _ = read(model, tmp_path)
        assert [shape.activation for shape in found.shapes] == [one.key, one.key, "tanh"]
        rows = rows_for(pipeline.columns)
        np.testing.assert_allclose(found.outputs(rows), pipeline.outputs(rows), atol=1e-6)


@pytest.mark.parametrize("name", [name for name in cases() if cases()[name].precision == "float32"])
def test_that_our_graphs_without_a_description_answer_the_same_or_are_refused(
    name: str, tmp_path: Path
) -> None:
    pipeline = cases()[name]
    onnx_file.write(pipeline, tmp_path / "network.onnx")
    model = onnx.load(tmp_path / "network.onnx")
    del model.metadata_props[:]
    computed = pipeline.features != pipeline.columns or pipeline.input_scaler.logged is not None
    if computed:
        with pytest.raises(BadFileError, match=r"has \w+ \(node (features|inputs)_"):
            read(model, tmp_path)
        return
    found, _ = read(model, tmp_path)
    rows = rows_for(pipeline.columns)
    wanted = pipeline.outputs(rows)
    np.testing.assert_allclose(found.outputs(rows), wanted, atol=1e-5 * max(1.0, np.abs(wanted).max()))
    assert found.encoding == pipeline.encoding


def test_that_the_names_of_classes_are_taken_over(tmp_path: Path) -> None:
    labels = ("ZipMap", "p", "z_map", {"classlabels_strings": ["ash", "elm", "oak"]})
    nodes = (*HEAD, *ELU, ("Gemm", "h w3 b3", "s"), ("Softmax", "s", "p"), ("ArgMax", "p", "label"), labels)
    label = helper.make_tensor_value_info("label", TensorProto.INT64, None)
    model = graph(*nodes, outputs=(label, onnx.ValueInfoProto(name="z_map")))
    assert read(model, tmp_path)[0].classes == ("ash", "elm", "oak")


@pytest.mark.parametrize(
    ("labels", "said"),
    [(["ash", "elm"], "names 2 classes, but it has 3"), (["ash", "elm", "ash"], "some of them twice")],
)
def test_that_names_of_classes_that_do_not_fit_are_noted(
    labels: list[str], said: str, tmp_path: Path
) -> None:
    nodes = (*HEAD, *ELU, ("Gemm", "h w3 b3", "s"), ("Softmax", "s", "p"))
    zipped = ("ZipMap", "p", "z_map", {"classlabels_strings": labels})
    model = graph(*nodes, zipped, outputs=(onnx.ValueInfoProto(name="z_map"),))
    pipeline, notes = read(model, tmp_path)
    assert pipeline.classes == ("class 1", "class 2", "class 3")
    assert any(said in note for note in notes)


def test_that_names_of_classes_for_a_number_are_noted(tmp_path: Path) -> None:
    labels = ("ZipMap", "m", "z_map", {"classlabels_strings": ["ash", "elm", "oak"]})
    nodes = (*HEAD, *ELU, ("Gemm", "h w4 b4", "m"), labels)
    _, notes = read(graph(*nodes, outputs=(onnx.ValueInfoProto(name="z_map"),)), tmp_path)
    assert "It names 3 classes, but it has 2, so these names are left out." in notes


def test_that_the_two_shares_of_two_classes_are_one_output(tmp_path: Path) -> None:
    nodes = (
        *(*HEAD, *ELU, ("MatMul", "h w4", "m"), ("Add", "m b4_table", "a"), ("Sigmoid", "a", "p")),
        *(("Sub", "one p", "q"), ("Concat", "q p", "y", {"axis": 1})),
        *(("ArgMax", "y", "best"), ("ZipMap", "y", "z_map", {"classlabels_int64s": [3, 8]})),
    )
    pipeline, _ = read(graph(*nodes, outputs=(onnx.ValueInfoProto(name="z_map"),)), tmp_path)
    assert (pipeline.encoding, pipeline.classes) == ("unit", ("3", "8"))
    wanted = onnxruntime.InferenceSession(graph(*nodes).SerializeToString()).run(["y"], {"x": ROWS})[0]
    np.testing.assert_allclose(pipeline.outputs(ROWS.astype(float))[:, 0], wanted[:, 1], atol=1e-6)


def test_that_columns_that_are_not_told_are_counted_by_the_first_weights(tmp_path: Path) -> None:
    assert len(read(graph(*HEAD, *ELU, *TAIL, columns="d"), tmp_path)[0].columns) == 4


def test_that_logarithms_of_probabilities_are_probabilities(tmp_path: Path) -> None:
    model = graph(*HEAD, *ELU, ("Gemm", "h w3 b3", "s"), ("LogSoftmax", "s", "y"))
    pipeline, notes = read(model, tmp_path)
    assert "logarithms" in notes[0]
    wanted = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": ROWS})[0]
    np.testing.assert_allclose(np.log(pipeline.outputs(ROWS.astype(float))), wanted, atol=1e-5)


REFUSED: dict[str, tuple[tuple[Any, ...], str]] = {
    "an operator": ((("Conv", "x w1", "y"),), r"has Conv \(node n0\), which is no part of a fully connected"),
    "an activation": (
        (*HEAD, ("Gelu", "z", "h"), *TAIL),
        r"has Gelu \(node n1\), which computes none of the",
    ),
    "a limit far away": (
        (*HEAD, ("Clip", "z none twenty", "h"), *TAIL),
        r"Clip \(node n1\), which computes none of the",
    ),
    "limits on both sides": (
        (*HEAD, ("Clip", "z minus_twenty twenty", "h"), *TAIL),
        r"Clip \(node n1\), which computes none of the",
    ),
    "a softmax over an axis that was put in": (
        (
            *HEAD,
            ("Unsqueeze", "z axis", "u"),
            ("Softmax", "u", "p", {"axis": 1}),
            ("Squeeze", "p axis", "y"),
        ),
        "Softmax over values that are not laid out as rows",
    ),
    "shares that stand below each other": (
        (
            *(*HEAD, ("Gemm", "z w4 b4", "a"), ("Sigmoid", "a", "p")),
            *(("Sub", "one p", "q"), ("Concat", "q p", "y", {"axis": 0})),
        ),
        "answers other than the network here",
    ),
    "values that are not laid out alike": (
        (*HEAD, ("Unsqueeze", "z axis", "u"), ("Add", "z u", "y")),
        "not laid out alike",
    ),
    "a layout that is computed by anything": (
        (
            ("Size", "x", "c"),
            ("ConstantOfShape", "c", "s"),
            ("Reshape", "x s", "r"),
            ("Gemm", "r w1 b1", "y"),
        ),
        "by what Size computes",
    ),
    "a slope": ((*HEAD, ("LeakyRelu", "z", "h", {"alpha": 0.3}), *TAIL), r"LeakyRelu .* computes none"),
    "a branch": (
        (
            *HEAD,
            *ELU,
            ("Gemm", "h w2 b2", "a"),
            ("Gemm", "h w2 b2", "b"),
            ("Add", "a b", "c"),
            ("Gemm", "c w3 b3", "y"),
        ),
        r"Gemm \(node n3\), which takes an earlier value again",
    ),
    "a product of branches": (
        (*HEAD, *ELU, ("Gemm", "h w2 b2", "a"), ("Mul", "a h", "c"), ("Gemm", "c w3 b3", "y")),
        "brings two branches together",
    ),
    "weights that do not fit": ((*HEAD, ("Gemm", "z w1 b1", "y")), "but 5 values come in"),
    "weights that are computed": ((*HEAD, ("MatMul", "z z", "y")), "does not multiply by a table"),
    "a norm over other things": (
        (
            *HEAD,
            ("LayerNormalization", "z gamma beta", "y", {"axis": 0}),
        ),
        "bring the values of each row",
    ),
    "a softmax in the middle": ((*HEAD, ("Softmax", "z", "h"), *TAIL), "softmax before its last layer"),
    "an unknown name": (
        (*HEAD, ("Gemm", "nothing w2 b2", "y")),
        "takes “nothing”, which nothing before it gives",
    ),
    "whole numbers": ((("Cast", "x", "c", {"to": 7}), ("Gemm", "c w1 b1", "y")), "numbers with a fraction"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_that_what_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    nodes, said = REFUSED[name]
    with pytest.raises(BadFileError, match=said) as caught:
        read(graph(*nodes, opset=20), tmp_path)
    assert str(caught.value).startswith("net.onnx ")
    assert str(caught.value).endswith(".")


def test_that_numbers_in_another_file_are_refused_with_what_to_do(tmp_path: Path) -> None:
    model = graph(*HEAD, *ELU, *TAIL)
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    with pytest.raises(BadFileError, match=r"another file, which is not read.*external_data=False"):
        read(model, tmp_path)


def test_that_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    with pytest.raises(BadFileError, match="There is no file"):
        onnx_reading.read(path)
    for content in (b"", b"%PDF-1.7", onnx.ModelProto().SerializeToString()):
        path.write_bytes(content)
        with pytest.raises(BadFileError, match="no ONNX file"):
            onnx_reading.read(path)


def test_that_a_shape_that_promises_much_is_refused(tmp_path: Path) -> None:
    model = graph(*HEAD, *ELU, *TAIL, columns=10**15)
    with pytest.raises(BadFileError, match="1,000,000,000,000,000 columns"):
        read(model, tmp_path)
    model = graph(*HEAD, *ELU, *TAIL)
    model.graph.initializer[0].dims[:] = [10**9, 10**9]
    with pytest.raises(BadFileError, match="damaged"):
        read(model, tmp_path)


LAID_OUT: dict[str, tuple[tuple[Any, ...], int | str]] = {
    "one row at a time": ((("Reshape", "x one_row", "r"), ("Gemm", "r w1 b1", "z"), *ELU, *TAIL), 1),
    "three rows at a time": ((*HEAD, *ELU, *TAIL), 3),
    "as many rows as come": (
        (
            *(("Shape", "x", "c"), ("Gather", "c first", "n"), ("Unsqueeze", "n zero", "u")),
            *(("Concat", "u rest", "shape", {"axis": 0}), ("Reshape", "x shape", "r")),
            *(("Gemm", "r w1 b1", "z"), *ELU, *TAIL),
        ),
        "n",
    ),
}


@pytest.mark.parametrize("name", LAID_OUT)
def test_that_rows_are_tried_out_as_the_graph_takes_them(name: str, tmp_path: Path) -> None:
    nodes, batch = LAID_OUT[name]
    pipeline, _ = read(graph(*nodes, batch=batch), tmp_path)
    count = batch if isinstance(batch, int) else 7
    model = graph(*nodes, batch=batch)
    wanted = onnxruntime.InferenceSession(model.SerializeToString()).run(None, {"x": ROWS[:count]})[0]
    np.testing.assert_allclose(pipeline.outputs(ROWS[:count].astype(np.float64)), wanted, atol=2e-5)


def test_that_more_rows_at_once_than_can_be_tried_out_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadFileError, match=r"takes 1,000,000,000 rows of 4 columns at once"):
        read(graph(*HEAD, *ELU, *TAIL, batch=10**9), tmp_path)


@pytest.mark.parametrize("limit", ["twenty", "thousand"])
def test_that_a_step_that_was_taken_for_another_is_found_out(
    limit: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    model = graph(*HEAD, ("Clip", f"z none {limit}", "h"), *TAIL[:1], outputs=("s",))
    monkeypatch.setattr(onnx_reading, "recognised", lambda _curve: ("relu", 1.0, 0.0))
    with pytest.raises(BadFileError, match=r"^net\.onnx answers other than the network here"):
        read(model, tmp_path)


def test_that_small_nodes_that_would_make_much_are_refused(tmp_path: Path) -> None:
    wide = {"w1": numbers(4, 1000), "b1": numbers(1000)}
    relus = (("Relu", "z", "r0"), ("Dropout", "r0", "d0"))
    for number in range(1, 6):
        relus += (("Relu", f"d{number - 1}", f"r{number}"), ("Dropout", f"r{number}", f"d{number}"))
    with pytest.raises(
        BadFileError, match=r"Dropout \(node n\d+\), which needs a Dense layer of 1,000 units .*larger"
    ):
        read(graph(*HEAD, *relus, outputs=("d5",), weights=wide), tmp_path)
    again = tuple(("MatMul", f"m{number} w2", f"m{number + 1}") for number in range(100))
    with pytest.raises(BadFileError, match="more than 100 layers"):
        read(graph(("Gemm", "x w1 b1", "m0"), *again, outputs=("m100",)), tmp_path)


def test_that_constants_that_would_grow_are_refused(tmp_path: Path) -> None:
    weights = {"tall": numbers(8000, 1), "flat": numbers(1, 8000)}
    nodes = (("Add", "tall flat", "large"), ("MatMul", "x large", "y"))
    with pytest.raises(BadFileError, match=r"Add \(node n0\), which is no part"):
        read(graph(*nodes, weights=weights), tmp_path)
    summed = (("Add", "b1_row b1", "b"), ("MatMul", "x w1", "z"), ("Add", "z b", "y"))
    assert read(graph(*summed), tmp_path)[0].shapes


def test_that_constants_cannot_be_made_without_an_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(onnx_reading, "MOST_NUMBERS", 30)
    nodes = (("Cast", "w1", "c", {"to": 11}), ("Cast", "c", "d", {"to": 1}), ("MatMul", "x d", "y"))
    with pytest.raises(BadFileError, match="more than 30 numbers"):
        read(graph(*nodes), tmp_path)


def test_that_a_lack_of_memory_is_a_refusal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def lacks(*_given: object, **_options: object) -> None:
        raise MemoryError

    monkeypatch.setattr("onnx.numpy_helper.to_array", lacks)
    with pytest.raises(BadFileError, match="more memory"):
        read(graph(*HEAD, *ELU, *TAIL), tmp_path)


def test_that_the_same_weights_cannot_be_taken_without_an_end(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(foreign, "MOST_NUMBERS", 60)
    read(graph(*HEAD, ("MatMul", "z w2", "y")), tmp_path)
    with pytest.raises(BadFileError, match="more than 60 numbers"):
        read(graph(*HEAD, ("MatMul", "z w2", "m"), ("MatMul", "m w2", "y")), tmp_path)


def content(kind: str) -> bytes:
    if kind == "foreign":
        result: bytes = graph(*NETWORKS["a norm before the activation"]).SerializeToString()
        return result
    ours: bytes = onnx_file.model(made((3, "swish"), ("layer_norm", 0), encoding="real")).SerializeToString()
    return ours


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    kind=st.sampled_from(["foreign", "ours"]),
    cut=st.integers(0, 4000),
    changes=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), max_size=6),
)
def test_that_no_bytes_do_worse_than_be_refused(
    kind: str, cut: int, changes: list[tuple[int, int]], tmp_path: Path
) -> None:
    damaged = bytearray(content(kind))
    for place, value in changes:
        damaged[place % len(damaged)] = value
    path = tmp_path / "net.onnx"
    path.write_bytes(damaged[: len(damaged) - cut % len(damaged)] if cut % 3 else damaged)
    with contextlib.suppress(BadFileError):
        assert onnx_reading.read(path)[0].shapes
