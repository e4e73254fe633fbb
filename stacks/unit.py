"""The unit of a value, from its name: units are part of every name in a stack."""

_SUFFIXES = {
    "_gib": "GiB",
    "_mib": "MiB",
    "_gbps": "Gbit/s",
    "_percent": "%",
    "_days": "days",
    "_per_minute": "a minute",
    "_cores": "cores",
    "_s": "s",
}
_NAMES = {"cpu": "cores", "zones": "zones", "pods": "pods", "max_surge": "pods", "max_unavailable": "pods"}


def unit_of(key: str) -> str:
    """The unit of the value at the dotted `key`; empty for one that has none."""
    name = key.rsplit(".", 1)[-1]
    if name in _NAMES:
        return _NAMES[name]
    if key.startswith("pools."):
        return "connections"
    if name.endswith("replicas"):
        return "replicas"
    return next((unit for suffix, unit in _SUFFIXES.items() if name.endswith(suffix)), "")
