"""What the house can do: one file a verb, one function, one transaction."""
