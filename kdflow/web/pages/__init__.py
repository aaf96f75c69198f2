"""Pages for people: each parses a form, calls one action or query, and renders."""
