"""The arithmetic of the labs: small experiments beside the network, as pure functions without a window."""
