"""The pages of the lab "Neuron"."""
