"""Neural-network playground: drag layers onto a diagram, press Play, and watch the network learn."""

__version__ = "0.1.0"
