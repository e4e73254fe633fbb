"""The sizing studio: a local page where a load is moved and three sizes are compared."""
