"""kdflow: a workflow engine for Danish political cases (sager) and the calendars they travel through."""
