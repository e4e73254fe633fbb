"""The registry of tools, and their invocation."""
