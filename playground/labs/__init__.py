"""What the labs compute: small experiments of their own beside the open one. No Qt."""
