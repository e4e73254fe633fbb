"""The bundled agent runtime: five services and what they share."""
