"""The schema's history, numbered."""
