"""The places a binary comes from, in the order they are tried: PATH, mirror, vendor release, Go module.

Each takes a row of the table and either delivers or raises `SourceRefusedError` with its reason.
"""
