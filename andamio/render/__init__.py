"""The same tables in other forms."""
