"""What the engine's definitions are made of, and that they keep to the rules that a compiler needs."""

import dis
import math
from types import FunctionType

import numpy as np
import pytest

from playground.engine import activations, losses, maths, optimizers, regularizers
from playground.engine.activations import ACTIVATIONS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS

MODULES = (maths, activations, losses, optimizers, regularizers)
UNARY = ("absolute", "cos", "exp", "expm1", "log", "log1p", "sign", "sin", "sqrt", "tanh")
FIRST_GROUP = (*UNARY, "maximum", "minimum", "where")
X = np.array([-3.0, -0.5, 0.0, 0.25, 4.0])


def _in_tables():
    """Every definition that a table holds, with a name for the test."""
    for activation in ACTIVATIONS:
        if activation.elementwise:
            yield f"{activation.key}.value", activation.value
            yield f"{activation.key}.slope", activation.slope
    for loss in LOSSES:
        yield f"{loss.key}.gradient", loss.gradient
        if loss.term is not None:
            yield f"{loss.key}.term", loss.term
    for regularizer in REGULARIZERS:
        if regularizer.slope is not None:
            yield f"{regularizer.key}.slope", regularizer.slope
    for optimizer in OPTIMIZERS:
        if not optimizer.solves:
            yield f"{optimizer.key}.rule", optimizer.rule


DEFINITIONS = dict(_in_tables())
every_definition = pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS.keys())


def _names(definition):
    return [name for name in definition.__code__.co_names if name in definition.__globals__]


def _with_helpers(definition):
    """A definition and all that it calls, but for the first group of `maths`."""
    found = {}
    waiting = [definition]
    while waiting:
        function = waiting.pop()
        if function in found or function in [getattr(maths, name) for name in FIRST_GROUP]:
            continue
        found[function] = None
        values = (function.__globals__[name] for name in _names(function))
        waiting += [value for value in values if isinstance(value, FunctionType)]
    return list(found)


def _whole_numbers(definition):
    """The whole numbers in a definition's byte code that are not the index in `c[index]`.

    Each instruction that loads a constant is looked at with the one before it and the one after it: `c[0]` is
    "load c, load 0, subscript". Newer versions of Python fuse the loads or have an instruction for small
    numbers, so the names are compared and not the instructions.
    """
    code = list(dis.get_instructions(definition))
    for before, this, after in zip([None, *code], code, [*code[1:], None], strict=False):
        loads = this.opname.startswith(("LOAD_CONST", "LOAD_SMALL_INT", "RETURN_CONST"))
        if not loads or not isinstance(this.argval, int) or isinstance(this.argval, bool):
            continue
        loaded = before.argval if before is not None else None
        of_c = loaded == "c" or (isinstance(loaded, tuple) and loaded[-1] == "c")
        taken = after is not None and (after.opname == "BINARY_SUBSCR" or after.argrepr == "[]")
        if not (of_c and taken):
            yield this.argval


@every_definition
def test_that_its_numbers_are_floats_but_for_the_indices_of_constants(definition):
    for function in _with_helpers(definition):
        assert list(_whole_numbers(function)) == [], function.__name__


def test_that_a_whole_number_in_a_definition_would_be_found():
    def with_two(w, c):
        return 2 * w + c[1]

    def with_another_index(w, slots, c):
        return w + slots[1] * c[0]

    assert list(_whole_numbers(with_two)) == [2]
    assert list(_whole_numbers(with_another_index)) == [1]


@every_definition
def test_that_it_is_made_of_maths_constants_and_its_own_module(definition):
    for function in _with_helpers(definition):
        assert function.__module__ in {module.__name__ for module in MODULES}
        for name in _names(function):
            value = function.__globals__[name]
            if isinstance(value, FunctionType):
                assert value.__module__ in (maths.__name__, function.__module__), name
            elif function.__module__ != maths.__name__:
                assert type(value) is float, name


@every_definition
def test_that_it_has_no_branches_loops_powers_or_keywords(definition):
    for function in _with_helpers(definition):
        for step in dis.get_instructions(function):
            assert "JUMP" not in step.opname, function.__name__
            assert step.opname not in ("FOR_ITER", "KW_NAMES", "CALL_KW"), function.__name__
            assert not (step.opname == "BINARY_OP" and step.argrepr.startswith("**")), function.__name__


@every_definition
@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_that_it_keeps_the_precision_of_its_arrays(definition, dtype):
    arrays = [np.array([0.5, 0.25, 0.75], dtype=dtype)] * definition.__code__.co_argcount
    if definition.__name__ == "rule":
        slots = _slot_count(definition)
        changed, memories = definition(*arrays[:3], tuple(arrays[:slots]), (0.1, 0.9, 0.99, 1e-7, 0.01, 0.5))
        assert len(memories) == slots
        results = [changed, *memories]
    elif definition in [regularizer.slope for regularizer in REGULARIZERS]:
        results = [definition(arrays[0], 0.1)]
    else:
        results = [definition(*arrays)]
    for result in results:
        # A definition that is the same everywhere is a Python float, which takes any precision.
        assert type(result) is float or result.dtype == np.dtype(dtype)


def _slot_count(rule):
    return next(len(one.slots) for one in OPTIMIZERS if not one.solves and one.rule is rule)


# The functions themselves -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*UNARY, "maximum", "minimum"])
def test_that_each_function_is_the_one_it_is_named_after(name):
    given = (np.abs(X) + 0.1,) if name in UNARY else (X, X[::-1])
    np.testing.assert_array_equal(getattr(maths, name)(*given), getattr(np, name)(*given))


def test_that_where_chooses_number_by_number():
    assert maths.where(X > 0.0, X, 7.0).tolist() == [7.0, 7.0, 7.0, 0.25, 4.0]


def test_that_maximum_and_minimum_let_nan_through():
    assert np.isnan(maths.maximum(np.array([math.nan]), 0.0)).all()
    assert np.isnan(maths.minimum(np.array([math.nan]), 0.0)).all()


@pytest.mark.parametrize(
    ("name", "textbook"),
    [("sigmoid", lambda x: 1 / (1 + math.exp(-x))), ("softplus", lambda x: math.log(1 + math.exp(x)))],
)
def test_that_sigmoid_and_softplus_are_the_textbooks_and_cannot_overflow(name, textbook):
    function = getattr(maths, name)
    np.testing.assert_allclose(function(X), [textbook(x) for x in X], rtol=1e-14)
    with np.errstate(over="raise", divide="raise", invalid="raise"):
        ends = function(np.array([-1000.0, 1000.0], dtype="float32"))
    assert ends.tolist() == ([0.0, 1.0] if name == "sigmoid" else [0.0, 1000.0])
