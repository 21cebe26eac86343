"""The building blocks of a report: one page, nothing loaded, every word escaped."""

from html.parser import HTMLParser

import pytest

from playground.export import page

VOID = {"meta", "img", "link", "br"}
LOOKS = ({"ink": "black"}, {"ink": "white"})


class Strict(HTMLParser):
    """Fails where a tag is closed that is not open; keeps what was seen."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def parsed(html: str) -> Strict:
    parser = Strict()
    parser.feed(html)
    parser.close()
    assert parser.open == []
    return parser


EVIL = "<script>alert(\"x\")</script>&<b a='1'>"


@pytest.mark.parametrize(
    "made",
    [
        page.section(EVIL, page.paragraph(EVIL)),
        page.bullets([EVIL]),
        page.table([[EVIL, EVIL]]),
        page.table([[EVIL, EVIL]], (EVIL, EVIL), numbers=(1,)),
        page.code_block(EVIL),
        page.details(EVIL, page.code_block(EVIL)),
        page.png_figure(b"png", EVIL),
        page.svg_figure(b"<?xml?><svg></svg>", EVIL),
        page.page(EVIL, EVIL, "", (), LOOKS),
    ],
)
def test_that_no_text_becomes_a_tag(made: str) -> None:
    found = parsed(made)
    names = [tag for tag, _ in found.tags]
    assert "script" not in names
    assert "b" not in names
    said = "".join(found.text) + "".join(
        str(value) for _, attributes in found.tags for value in attributes.values()
    )
    assert EVIL in said


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\ufffe", "\ud800"])
def test_that_signs_that_no_page_may_hold_are_replaced(sign: str) -> None:
    text = f"a{sign}b"
    parts = (page.paragraph(text), page.table([[text]]), page.code_block(text), page.png_figure(b"png", text))
    made = page.page(text, text, "", [page.section(text, *parts)], LOOKS)
    assert sign not in made
    assert made.count("a\ufffdb") == 9
    assert made.encode("utf-8")


def test_that_a_page_may_load_nothing_and_says_so() -> None:
    found = parsed(page.page("Title", "program 1", page.paragraph("head"), [page.paragraph("body")], LOOKS))
    policy = next(
        attributes for tag, attributes in found.tags if tag == "meta" and "http-equiv" in attributes
    )
    assert policy["content"] == page.CSP
    assert not [attributes for _, attributes in found.tags if "src" in attributes or "href" in attributes]
    assert "http" not in page.CSP


def test_that_dark_colours_are_for_those_who_prefer_dark() -> None:
    made = page.page("Title", "p", "", (), LOOKS)
    light, dark = made.split("@media (prefers-color-scheme: dark)")
    assert "--ink: black" in light
    assert "--ink: white" in dark.split("}")[0]


def test_that_the_clips_of_one_figure_do_not_cut_another() -> None:
    svg = b'<svg><clipPath id="c1"/><g clip-path="url(#c1)"/><use href="#c1"/></svg>'
    names = set()
    for _ in range(2):
        tags = parsed(page.svg_figure(svg, "A figure")).tags
        name = next(str(attributes["id"]) for tag, attributes in tags if tag == "clippath")
        assert next(a["clip-path"] for tag, a in tags if tag == "g") == f"url(#{name})"
        assert next(a["href"] for tag, a in tags if tag == "use") == f"#{name}"
        names.add(name)
    assert len(names) == 2


def test_that_a_section_of_nothing_is_nothing() -> None:
    assert page.section("Title", "", page.table([]), page.bullets([]), page.paragraph("")) == ""
