"""Gallery, chips, metric and flow layout: what fits, what is said, what the keyboard does."""

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPixmap
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QWidget
from pytestqt.qtbot import QtBot

from playground.ui.theme.fonts import body_font, number_font
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled
from playground.ui.widgets import ChipRow, FlowLayout, Gallery, Item, Metric, theme_descendants
from playground.ui.widgets.base import Figure

NAMES = ("Circle", "Xor", "Checkerboard", "Multi Gauss", "Fish", "Spiral", "Moons")
ITEMS = tuple(Item(name.lower(), name, f"Help of {name}.") for name in NAMES)


@pytest.fixture
def gallery(qtbot: QtBot) -> Gallery:
    made = Gallery("Data set", "What the network learns from.")
    qtbot.addWidget(made)
    made.set_items([(item, QPixmap(8, 8)) for item in ITEMS])
    made.resize(260, 400)
    made.show()
    return made


def test_that_a_click_chooses_and_is_said_once(gallery: Gallery, qtbot: QtBot) -> None:
    said: list[str] = []
    gallery.chosen.connect(said.append)
    for _ in range(2):
        qtbot.mouseClick(gallery.tiles[1], Qt.MouseButton.LeftButton)
    assert said == ["xor"]
    assert [tile.isChecked() for tile in gallery.tiles].index(True) == 1


def test_that_setting_a_key_is_not_said_and_leaves_one_chosen(gallery: Gallery, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(gallery.chosen):
        gallery.set_key("circle")
        gallery.set_key("fish")
    assert [tile.key for tile in gallery.tiles if tile.isChecked()] == ["fish"]


def test_that_an_unknown_key_is_an_error(gallery: Gallery) -> None:
    with pytest.raises(KeyError):
        gallery.set_key("nothing")


def test_that_arrows_move_without_choosing_and_space_and_enter_choose(gallery: Gallery, qtbot: QtBot) -> None:
    said: list[str] = []
    gallery.chosen.connect(said.append)
    gallery.tiles[0].setFocus()
    qtbot.waitUntil(gallery.tiles[0].hasFocus)
    qtbot.keyClick(gallery.tiles[0], Qt.Key.Key_Right)
    qtbot.waitUntil(gallery.tiles[1].hasFocus)
    assert said == []
    qtbot.keyClick(gallery.tiles[1], Qt.Key.Key_Space)
    qtbot.keyClick(gallery.tiles[1], Qt.Key.Key_End)
    qtbot.waitUntil(gallery.tiles[-1].hasFocus)
    qtbot.keyClick(gallery.tiles[-1], Qt.Key.Key_Return)
    assert said == ["xor", "moons"]


def test_that_down_goes_to_the_tile_below(gallery: Gallery, qtbot: QtBot) -> None:
    gallery.tiles[0].setFocus()
    qtbot.waitUntil(gallery.tiles[0].hasFocus)
    qtbot.keyClick(gallery.tiles[0], Qt.Key.Key_Down)
    below = next(tile for tile in gallery.tiles if tile.hasFocus())
    assert below.x() == gallery.tiles[0].x()
    assert below.y() > gallery.tiles[0].y()


@pytest.mark.parametrize("theme", [LIGHT, scaled(LIGHT, projector=True)], ids=["desk", "projector"])
def test_that_every_name_can_be_read_in_full(gallery: Gallery, theme: Theme) -> None:
    gallery.apply_theme(theme)
    metrics = QFontMetrics(body_font(theme, theme.size_small, bold=True))
    for tile in gallery.tiles:
        assert all(metrics.horizontalAdvance(word) <= tile.sizeHint().width() for word in tile.text().split())
        room = QRect(0, 0, tile.sizeHint().width(), 1000)
        name = metrics.boundingRect(room, Qt.TextFlag.TextWordWrap, tile.text())
        assert name.height() + tile.picture_side <= tile.sizeHint().height()


def test_that_a_narrow_gallery_is_higher(gallery: Gallery) -> None:
    assert gallery.heightForWidth(100) > gallery.heightForWidth(300) > gallery.heightForWidth(2000)


def test_that_every_tile_has_its_name_and_help(gallery: Gallery) -> None:
    assert [tile.accessibleName() for tile in gallery.tiles] == list(NAMES)
    assert [tile.toolTip() for tile in gallery.tiles] == [item.help for item in ITEMS]


def test_that_a_picture_is_painted_and_the_focus_shows(gallery: Gallery, qtbot: QtBot) -> None:
    picture = QPixmap(52, 52)
    picture.fill(QColor(LIGHT.danger))
    gallery.set_picture("circle", picture)
    tile = gallery.tiles[0]
    tile.clearFocus()
    shown = tile.grab().toImage()
    assert shown.pixelColor(tile.width() // 2, 3 + 26).name() == LIGHT.danger
    without = shown
    tile.setFocus()
    qtbot.waitUntil(tile.hasFocus)
    assert tile.grab().toImage() != without


def test_that_other_items_replace_the_old_ones_and_the_chosen_one_stays(gallery: Gallery) -> None:
    gallery.set_key("fish")
    gallery.set_items([(item, QPixmap()) for item in ITEMS[3:]])
    assert len(gallery.tiles) == 4
    assert gallery.key == "fish"
    gallery.set_items([(item, QPixmap()) for item in ITEMS[:2]])
    assert gallery.key == ""
    assert not any(tile.isChecked() for tile in gallery.tiles)


def test_that_new_pictures_of_the_same_items_keep_the_focus(gallery: Gallery, qtbot: QtBot) -> None:
    tile = gallery.tiles[2]
    tile.setFocus()
    qtbot.waitUntil(tile.hasFocus)
    gallery.set_items([(item, QPixmap(4, 4)) for item in ITEMS])
    assert gallery.tiles[2] is tile
    assert tile.hasFocus()


@pytest.fixture
def chips(qtbot: QtBot) -> ChipRow:
    made = ChipRow("Features", "What the network is given.")
    qtbot.addWidget(made)
    made.set_items(ITEMS)
    made.resize(260, 200)
    made.show()
    return made


def test_that_a_chip_says_its_key(chips: ChipRow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chips.toggled) as said:
        qtbot.mouseClick(chips.chip("xor"), Qt.MouseButton.LeftButton)
    assert said.args == ["xor"]
    assert chips.keys() == ("xor",)


def test_that_setting_chips_is_not_said(chips: ChipRow, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(chips.toggled):
        chips.set_keys(["fish", "circle"])
    assert chips.keys() == ("circle", "fish")


def test_that_chips_break_into_lines_and_switching_moves_nothing(chips: ChipRow) -> None:
    places = {key: chips.chip(key).geometry() for key in ("circle", "xor", "moons")}
    assert len({place.y() for place in places.values()}) > 1
    chips.set_keys([item.key for item in ITEMS])
    assert {key: chips.chip(key).geometry() for key in places} == places


def test_that_the_clicked_chip_survives_being_offered_again(chips: ChipRow, qtbot: QtBot) -> None:
    chips.toggled.connect(lambda key: (chips.set_items(ITEMS[:3]), chips.set_keys([key])))
    qtbot.mouseClick(chips.chip("xor"), Qt.MouseButton.LeftButton)
    assert chips.keys() == ("xor",)
    with pytest.raises(KeyError):
        chips.chip("moons")


def test_that_a_metric_keeps_its_width(qtbot: QtBot) -> None:
    metric = Metric("test loss", "On rows it has never seen.", "0.0000")
    qtbot.addWidget(metric)
    widths = []
    for text in ("–", "0.1111", "0.0000", "0.4871"):
        metric.set_text(text)
        widths.append(metric.sizeHint().width())
    assert len(set(widths)) == 1
    assert metric.text == "0.4871"
    assert "0.4871" in metric.accessibleDescription()


def test_that_a_metric_can_be_called_otherwise(qtbot: QtBot) -> None:
    metric = Metric("test accuracy", "How often it is right.")
    qtbot.addWidget(metric)
    metric.set_label("test R²", "How much is explained.")
    assert metric.accessibleName() == "test R²"
    assert metric.toolTip() == "How much is explained."


def test_that_the_flow_layout_breaks_lines_where_the_width_ends(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    flow = FlowLayout(parent, 10)
    labels = [QLabel("x") for _ in range(4)]
    for label in labels:
        label.setFixedSize(50, 20)
        flow.addWidget(label)
    flow.setGeometry(QRect(0, 0, 110, 100))
    assert [(label.x(), label.y()) for label in labels] == [(0, 0), (60, 0), (0, 30), (60, 30)]
    assert flow.heightForWidth(110) == 50
    assert flow.heightForWidth(50) == 110
    assert flow.columns(110) == 2
    assert flow.count() == 4
    assert flow.takeAt(9) is None


def test_that_the_theme_reaches_every_themed_widget_below(qtbot: QtBot) -> None:
    root = QWidget()
    qtbot.addWidget(root)
    middle = QWidget(root)
    metric = Metric("train loss", "On the rows it learns from.", parent=middle)
    before = metric.sizeHint().height()
    theme_descendants(root, scaled(DARK, projector=True))
    assert metric.sizeHint().height() > before


def test_that_a_changing_figure_has_nothing_laid_out_again(qtbot: QtBot) -> None:
    parent = QWidget()
    qtbot.addWidget(parent)
    figure = Figure("0")
    figure.set_look(number_font(LIGHT, 20), "000")
    QHBoxLayout(parent).addWidget(figure)
    with qtbot.waitExposed(parent):
        parent.show()
    layout = parent.layout()
    assert layout is not None
    layout.activate()
    asked = []
    watcher = Watcher(asked)
    parent.installEventFilter(watcher)
    figure.show_text("123")
    QApplication.sendPostedEvents(parent)
    assert asked == []
    figure.show_text("1,234,567")
    QApplication.sendPostedEvents(parent)
    assert asked
    assert figure.minimumWidth() >= figure.fontMetrics().horizontalAdvance("1,234,567")


class Watcher(QObject):
    """Notes when a widget is asked to lay itself out."""

    def __init__(self, asked: list[QEvent.Type]) -> None:
        super().__init__()
        self.asked = asked

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.asked.append(event.type())
        return False
