"""How English councils' children's services are rated, and how ratings move beside caseload and spend."""

__version__ = "0.1.0"
