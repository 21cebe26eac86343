"""What the tests of the labs share."""

from collections.abc import Iterator

import pytest
from lab_cases import Behind, MakePage
from pytestqt.qtbot import QtBot

from playground.ui.labs.context import LabContext
from playground.ui.labs.page import LabPage


@pytest.fixture
def behind() -> Behind:
    return Behind()


@pytest.fixture
def context(behind: Behind) -> LabContext:
    return behind.context()


@pytest.fixture
def make_page(qtbot: QtBot, context: LabContext) -> Iterator[MakePage[LabPage]]:
    """Make a page by itself, beside no window, from what takes a context."""
    pages: list[LabPage] = []

    def make(kind: type[LabPage]) -> LabPage:
        page = kind(context)  # type: ignore[call-arg]
        qtbot.addWidget(page)
        page.resize(1100, 700)
        page.show()
        qtbot.waitExposed(page)
        pages.append(page)
        return page

    yield make
    for page in pages:
        page.end()
