"""Typed stack configuration: what to build (a tier, with overrides) and where (a target)."""
