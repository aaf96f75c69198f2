"""JSON for programs: typed, versioned by If-Match, repeatable by Idempotency-Key."""
