"""Printed tokens to typed values, our decisions applied; the build."""
