"""What the house can show: read-only, one function a page, values named for the page."""
