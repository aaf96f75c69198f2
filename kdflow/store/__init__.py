"""The only place with SQL: functions take an open transaction and return the domain's values."""
