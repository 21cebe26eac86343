"""Everything Qt: the window, its panels, the diagram, the plots and the theme. Nothing below imports it."""
