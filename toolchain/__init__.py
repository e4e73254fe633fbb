"""Versions and acquisition of every binary the platform needs, and the Python language host of the engine."""
