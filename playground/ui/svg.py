"""Makes what Qt writes as SVG fit to be read elsewhere: any font keeps to its place, and nothing is empty."""

from xml.etree import ElementTree

from PySide6.QtGui import QFont, QFontMetricsF

from playground.export.page import fit
from playground.ui.theme.tokens import LIGHT

SVG, XLINK = "http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"
STAND_INS = f"{LIGHT.family}, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif"
"""What a reader without the bundled font shows instead, the most alike first."""

Element = ElementTree.Element


def tidied(svg: bytes) -> bytes:
    """Return the SVG with other fonts to fall back on, each text as wide as it was measured, and no more."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", XLINK)
    root = ElementTree.fromstring(fit(svg.decode("utf-8", "replace")))
    _drop_empty(root)
    for group in root.iter(f"{{{SVG}}}g"):
        texts = group.findall(f"{{{SVG}}}text")
        if texts:
            _keep_widths(group, texts)
        for name in [name for name in group.attrib if name.startswith("font-") and not texts]:
            del group.attrib[name]
    _use_pixels(root)
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written


def _drop_empty(parent: Element) -> None:
    """Take away paths that lead nowhere, and empty groups: Qt begins one at every change of a pen."""
    for child in list(parent):
        _drop_empty(child)
        is_group = child.tag == f"{{{SVG}}}g" and not len(child)
        is_path = child.tag == f"{{{SVG}}}path" and not (child.get("d") or "").strip()
        if is_group or is_path:
            parent.remove(child)


def _keep_widths(group: Element, texts: list[Element]) -> None:
    """Say how wide the texts of a group are, or in another font they would run over what is beside them."""
    font = QFont(LIGHT.family)
    font.setPixelSize(max(1, round(float(group.get("font-size", LIGHT.size_body)))))
    font.setWeight(QFont.Weight(int(group.get("font-weight", QFont.Weight.Normal.value))))
    metrics = QFontMetricsF(font)
    group.set("font-family", STAND_INS)
    for text in texts:
        words = "".join(text.itertext())
        text.attrib.pop("font-family", None)
        if len(words) > 1:
            text.set("textLength", f"{metrics.horizontalAdvance(words):.2f}")
            text.set("lengthAdjust", "spacingAndGlyphs")


def _use_pixels(root: Element) -> None:
    """Give the size in pixels, as it was asked for: Qt writes it in millimetres."""
    _, _, width, height = root.get("viewBox", "0 0 0 0").split()
    root.set("width", width)
    root.set("height", height)
