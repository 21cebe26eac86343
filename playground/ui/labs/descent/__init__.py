"""The lab "Gradient descent"."""
