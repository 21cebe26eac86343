"""Tables and looking things up in them."""

import pickle

import pytest
from engine_cases import over

from playground.engine.activations import ACTIVATIONS
from playground.engine.backends import BACKENDS
from playground.engine.initializers import INITIALIZERS
from playground.engine.losses import LOSSES
from playground.engine.optimizers import OPTIMIZERS
from playground.engine.regularizers import REGULARIZERS
from playground.tables import UnknownChoiceError, by_key

TABLES = [ACTIVATIONS, BACKENDS, INITIALIZERS, LOSSES, OPTIMIZERS, REGULARIZERS]
every_table = pytest.mark.parametrize("table", TABLES)
RECORDS = [record for table in TABLES for record in table]


@every_table
def test_that_every_record_is_found_by_its_key(table):
    assert all(by_key(table, record.key, "thing") is record for record in table)


@every_table
def test_that_keys_and_labels_of_a_table_differ(table):
    assert len({record.key for record in table}) == len(table)
    assert len({record.label for record in table}) == len(table)


@every_table
def test_that_an_unknown_key_is_answered_with_the_allowed_ones(table):
    with pytest.raises(UnknownChoiceError) as caught:
        by_key(table, "nonsense", "thing")
    message = str(caught.value)
    assert "'nonsense'" in message
    assert "thing" in message
    assert all(record.key in message for record in table)


@over(RECORDS, "record")
def test_that_every_help_is_one_sentence(record):
    assert record.help[0].isupper()
    assert record.help.endswith(".")
    assert ". " not in record.help


@pytest.mark.parametrize("record", [record for record in RECORDS if hasattr(record, "formula")])
def test_that_every_formula_is_an_equation_or_a_rule(record):
    assert any(sign in record.formula for sign in "=←~")


@over(OPTIMIZERS, "optimizer")
def test_that_every_default_is_within_its_range(optimizer):
    assert all(p.minimum <= p.default <= p.maximum for p in optimizer.parameters)


def test_that_the_error_survives_the_way_from_another_process():
    error = UnknownChoiceError("x", "loss", ["a", "b"])
    copy = pickle.loads(pickle.dumps(error))
    assert str(copy) == str(error)
    assert (copy.key, copy.allowed) == ("x", ("a", "b"))
