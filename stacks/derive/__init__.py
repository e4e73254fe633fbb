"""Settings that follow from a component's size. One rule a file, each a pure function."""
