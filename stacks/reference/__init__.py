"""The generated pages of docs/reference: text from the same tables that size the platform."""
