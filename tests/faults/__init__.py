"""Faults that happen to processes, mail servers, databases and clocks, each with what must hold after it."""
