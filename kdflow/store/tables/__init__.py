"""Every table, as SQLModel classes. Rows never leave `store/`; lists and maps are canonical JSON text."""

from kdflow.store.tables import bodies, calendars, papers, sager, sign_in, telling, work
from kdflow.store.tables.row import Row

__all__ = ["Row", "bodies", "calendars", "papers", "sager", "sign_in", "telling", "work"]
