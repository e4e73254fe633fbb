"""From the load a platform has to carry to the size it needs, with the arithmetic in view."""
