"""The network as a diagram: drag layers onto it, see what every neuron answers and every weight."""
