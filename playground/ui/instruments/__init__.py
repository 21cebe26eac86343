"""The instruments: what can be looked at beside the diagram and the output, each in a dock of its own."""
