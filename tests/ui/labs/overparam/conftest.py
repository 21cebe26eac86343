"""What the tests of this lab's pages share."""

import pytest
from overparam_cases import Behind

from playground.ui.labs.context import LabContext


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def context(behind: Behind) -> LabContext:
    return behind.context()
