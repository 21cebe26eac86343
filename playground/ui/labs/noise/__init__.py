"""The lab "Noise helps", and the page on which no step changes anything any more."""
