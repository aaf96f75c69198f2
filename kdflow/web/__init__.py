"""The door to FastAPI: HTML pages that work without JavaScript, and a small JSON API beside them."""
