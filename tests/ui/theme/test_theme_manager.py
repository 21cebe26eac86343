"""The manager gives the application one look at a time and says when it is another one."""

import re
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QFontMetricsF, QPalette
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from playground.ui.theme.colour import contrast
from playground.ui.theme.files import theme_file
from playground.ui.theme.fonts import body_font, can_show, caption_font, load_fonts, number_font
from playground.ui.theme.icons import ICONS, UnknownIconError, icon
from playground.ui.theme.manager import ThemeManager, palette, style_sheet
from playground.ui.theme.tokens import DARK, LIGHT, Theme, scaled

THEMES = pytest.mark.parametrize("theme", [LIGHT, DARK], ids=lambda theme: theme.name)


@pytest.fixture
def manager(qapp: QApplication) -> Iterator[ThemeManager]:
    font, colours = qapp.font(), qapp.palette()
    made = ThemeManager(qapp)
    made.set_preference("light")
    yield made
    made.set_preference("system")
    made.deleteLater()
    qapp.setStyleSheet("")
    qapp.setPalette(colours)
    qapp.setFont(font)


def test_that_another_preference_is_said_and_shown(
    manager: ThemeManager, qtbot: QtBot, qapp: QApplication
) -> None:
    with qtbot.waitSignal(manager.theme_changed) as said:
        manager.set_preference("dark")
    assert said.args == [DARK]
    assert manager.theme == DARK
    assert qapp.palette().color(QPalette.ColorRole.Window).name() == DARK.surface
    assert DARK.surface in qapp.styleSheet()


def test_that_the_same_preference_again_is_not_said(manager: ThemeManager, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(manager.theme_changed):
        manager.set_preference("light")
        manager.set_projector(False)


def test_that_the_projector_changes_sizes_only(manager: ThemeManager, qtbot: QtBot) -> None:
    with qtbot.waitSignal(manager.theme_changed) as said:
        manager.set_projector(True)
    assert said.args == [scaled(LIGHT, projector=True)]


def test_that_the_look_is_there_before_it_is_said(manager: ThemeManager, qapp: QApplication) -> None:
    seen: list[str] = []
    manager.theme_changed.connect(
        lambda _theme: seen.append(qapp.palette().color(QPalette.ColorRole.Window).name())
    )
    manager.set_preference("dark")
    assert seen == [DARK.surface]


def test_that_a_fixed_preference_ignores_what_the_system_says(
    manager: ThemeManager, qapp: QApplication
) -> None:
    qapp.styleHints().setColorScheme(Qt.ColorScheme.Dark)
    assert manager.theme == LIGHT


@THEMES
def test_that_every_token_of_the_style_sheet_is_filled_in(theme: Theme) -> None:
    sheet = style_sheet(theme)
    assert "$" not in sheet
    assert "None" not in sheet
    assert theme.accent in sheet


@THEMES
def test_that_every_picture_of_the_style_sheet_is_there_in_the_colours_of_the_theme(theme: Theme) -> None:
    names = set(re.findall(r"url\(theme:([\w-]+\.svg)\)", style_sheet(theme)))
    assert len(names) >= 6
    for name in names:
        colours = set(re.findall(r"#[0-9a-f]{6}", theme_file(name).read_text(encoding="utf-8")))
        assert colours
        assert colours <= {theme.muted, theme.accent_text}, name


def test_that_the_style_sheet_has_no_colour_of_its_own() -> None:
    template = theme_file("style.qss").read_text(encoding="utf-8")
    assert not re.findall(r"#[0-9a-fA-F]{3,8}\b(?!\w)(?=[^{]*;)", template)
    assert "rgb" not in template


@THEMES
def test_that_tooltips_can_be_read(theme: Theme) -> None:
    colours = palette(theme)
    ink = colours.color(QPalette.ColorRole.ToolTipText).name()
    assert contrast(ink, colours.color(QPalette.ColorRole.ToolTipBase).name()) >= 4.5


def test_that_disabled_text_differs_from_other_text() -> None:
    colours = palette(LIGHT)
    group = QPalette.ColorGroup.Disabled
    assert colours.color(group, QPalette.ColorRole.Text).name() == LIGHT.disabled


def test_that_the_bundled_font_is_used_in_both_weights(qapp: QApplication) -> None:
    assert len(load_fonts()) == 2
    for bold in (False, True):
        info = QFontInfo(body_font(LIGHT, bold=bold))
        assert info.family() == LIGHT.family
        assert (info.weight() >= 600) is bold


def test_that_all_figures_are_equally_wide(qapp: QApplication) -> None:
    for bold in (False, True):
        metrics = QFontMetricsF(number_font(LIGHT, 20, bold=bold))
        widths = [metrics.horizontalAdvance(digit * 8) / 8 for digit in "0123456789"]
        # Hinting moves single figures by less than a twentieth of a pixel.
        assert max(widths) - min(widths) < 0.05


def test_that_running_text_keeps_its_own_figures(qapp: QApplication) -> None:
    metrics = QFontMetricsF(body_font(LIGHT, 20))
    assert metrics.horizontalAdvance("1111") < metrics.horizontalAdvance("0000") - 4


def test_that_captions_are_small_capitals(qapp: QApplication) -> None:
    font = caption_font(LIGHT)
    assert font.capitalization() == font.Capitalization.AllUppercase
    assert font.pixelSize() < LIGHT.size_body


@pytest.mark.parametrize("character", "₀₁₂₉⁰¹²³⁴⁻−×→Σσ½·…≤≥∂ηβλŷ∞≈√“”–")
def test_that_the_font_has_the_signs_that_are_shown(qapp: QApplication, character: str) -> None:
    assert can_show(character)


def test_that_the_fonts_are_small_and_come_with_their_licence() -> None:
    fonts = sorted(theme_file("fonts").glob("*.otf"))
    assert len(fonts) == 2
    assert all(font.stat().st_size < 500_000 for font in fonts)
    assert "SIL OPEN FONT LICENSE Version 1.1" in theme_file("fonts", "LICENSE.txt").read_text(
        encoding="utf-8"
    )


@pytest.mark.parametrize("name", ICONS)
def test_that_every_icon_can_be_drawn(qapp: QApplication, name: str) -> None:
    image = icon(name, LIGHT).pixmap(32, 32).toImage()
    drawn = [image.pixelColor(x, y).alpha() > 0 for x in range(image.width()) for y in range(image.height())]
    assert any(drawn)


def test_that_an_unknown_icon_is_refused(qapp: QApplication) -> None:
    with pytest.raises(UnknownIconError):
        icon("no such thing", LIGHT)
