"""The labs: windows beside the network window, in each of which one idea of the lecture can be tried out."""
