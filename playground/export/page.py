"""One web page in one file: no script, nothing from elsewhere, every word of a stranger escaped.

The helpers return HTML; what they are given as text is text, whatever it looks like.
"""

import base64
import html
import re
from collections.abc import Mapping, Sequence
from itertools import count
from string import Template

CSP = "default-src 'none'; img-src data:; style-src 'unsafe-inline'"
"""What a browser may load for the page: nothing but what is in it."""

Looks = tuple[Mapping[str, str], Mapping[str, str]]
"""The colours in light and in dark: ink, soft, line, ground and raised; paper and pencil of figures."""

STYLE = Template("""
:root { color-scheme: light dark; $light }
@media (prefers-color-scheme: dark) { :root { $dark } }
* { box-sizing: border-box; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; background: var(--ground); color: var(--ink);
  font: 1rem/1.5 Inter, "Segoe UI", "Helvetica Neue", Arial, sans-serif; overflow-wrap: anywhere; }
h1 { margin: 0; line-height: 1.2; } h2 { margin: 2.5rem 0 0.75rem; break-after: avoid; }
.muted { color: var(--soft); }
table { border-collapse: collapse; margin: 0.75rem 0; font-variant-numeric: tabular-nums;
  break-inside: avoid; }
th, td { text-align: left; padding: 0.3rem 1.25rem 0.3rem 0; border-bottom: 1px solid var(--line);
  vertical-align: top; }
th { font-weight: 600; } td.number, th.number { text-align: right; }
figure { margin: 1.25rem 0; padding: 0.5rem; background: var(--paper); border: 1px solid var(--line);
  border-radius: 0.5rem; break-inside: avoid; }
figure svg, figure img { display: block; width: 100%; height: auto; max-height: 45rem; }
figcaption { color: var(--pencil); font-size: 0.875rem; padding: 0.25rem 0.5rem; }
pre { background: var(--raised); padding: 1rem; border-radius: 0.5rem; white-space: pre-wrap; }
code, pre { font-family: ui-monospace, "Cascadia Mono", Menlo, Consolas, monospace; font-size: 0.875rem; }
summary { cursor: pointer; }
@media print { body { max-width: none; margin: 0; } details[open] summary { display: none; } }
""")

PAGE = Template("""<!DOCTYPE html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="$csp">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="generator" content="$generator">
<title>$title</title>
<style>$style</style>
</head>
<body>
<header>
<h1>$title</h1>
$head
</header>
<main>
$body
</main>
</body>
</html>
""")

UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""What no page and no picture in XML may hold, not even escaped."""

_figures = count(1)


def fit(text: str) -> str:
    """Return a text with a sign in the place of each that XML forbids."""
    return UNFIT.sub("\N{REPLACEMENT CHARACTER}", text)


def escape(text: str) -> str:
    """Return a text as HTML."""
    return html.escape(fit(text))


def page(title: str, generator: str, head: str, sections: Sequence[str], looks: Looks) -> str:
    """Return a whole page of HTML parts; `title` and `generator` are text."""
    light, dark = ("; ".join(f"--{name}: {colour}" for name, colour in look.items()) for look in looks)
    return PAGE.substitute(
        csp=CSP,
        generator=escape(generator),
        title=escape(title),
        style=STYLE.substitute(light=light, dark=dark),
        head=head,
        body="\n".join(sections),
    )


def section(title: str, *parts: str) -> str:
    """Return HTML parts under a heading; nothing when there is nothing under it."""
    body = "\n".join(part for part in parts if part)
    return f"<section>\n<h2>{escape(title)}</h2>\n{body}\n</section>" if body else ""


def paragraph(text: str, muted: bool = False) -> str:
    """Return a paragraph of text."""
    kind = ' class="muted"' if muted else ""
    return f"<p{kind}>{escape(text)}</p>" if text else ""


def bullets(texts: Sequence[str]) -> str:
    """Return sentences as a list."""
    return "<ul>" + "".join(f"<li>{escape(text)}</li>" for text in texts) + "</ul>" if texts else ""


def table(rows: Sequence[Sequence[str]], head: Sequence[str] = (), numbers: Sequence[int] = ()) -> str:
    """Return a table of texts; `numbers` are the columns that stand to the right.

    Without a head the first column says what the rows are.
    """
    if not rows:
        return ""
    lines = [_row(head, ["th"] * len(head), numbers)] if head else []
    tags = ["td" if head else "th", *["td"] * (len(rows[0]) - 1)]
    lines += [_row(row, tags, numbers) for row in rows]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _row(cells: Sequence[str], tags: Sequence[str], numbers: Sequence[int]) -> str:
    right = ' class="number"'
    made = (
        f"<{tag}{right if column in numbers else ''}>{escape(cell)}</{tag}>"
        for column, (cell, tag) in enumerate(zip(cells, tags, strict=True))
    )
    return f"<tr>{''.join(made)}</tr>"


def code_block(text: str) -> str:
    """Return text set as code."""
    return f"<pre><code>{escape(text)}</code></pre>"


def details(summary: str, body: str) -> str:
    """Return HTML that is folded away below a line of text."""
    return f"<details>\n<summary>{escape(summary)}</summary>\n{body}\n</details>"


def svg_figure(svg: bytes, caption: str) -> str:
    """Return an SVG within the page: its names are made its own, or clips of one figure would cut others."""
    number = next(_figures)
    text = svg.decode("utf-8")
    text = text[text.index("<svg") :]
    text = re.sub(r'\bid="([^"]+)"', rf'id="f{number}-\1"', text)
    text = re.sub(r"url\(#([^)]+)\)", rf"url(#f{number}-\1)", text)
    text = re.sub(r'href="#([^"]+)"', rf'href="#f{number}-\1"', text)
    text = text.replace("<svg", f'<svg role="img" aria-label="{escape(caption)}"', 1)
    return _figure(text, caption)


def png_figure(png: bytes, caption: str) -> str:
    """Return a PNG within the page."""
    data = base64.b64encode(png).decode("ascii")
    return _figure(f'<img alt="{escape(caption)}" src="data:image/png;base64,{data}">', caption)


def _figure(picture: str, caption: str) -> str:
    return f"<figure>\n{picture}\n<figcaption>{escape(caption)}</figcaption>\n</figure>"
