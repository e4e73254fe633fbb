"""Text embeddings, OpenAI-compatible, computed in this process."""
