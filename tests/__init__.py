"""The tests of kdflow."""
