"""The public API: credentials, limits and the way to the services."""
