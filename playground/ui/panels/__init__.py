"""The panels round the diagram: data, top bar, output, inspector and status."""
