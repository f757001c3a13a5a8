"""Parse printed numbers, periods and spans of days into typed values."""
