"""Printed numbers, periods and spans of days as typed values."""
