"""The rules of kdflow as pure values and functions: no clock, no database, no web, no files."""
