"""Documents, their chunks, and search."""
