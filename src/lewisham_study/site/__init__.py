"""One static site of all reports, the data and the documentation, for any web host or to open from a folder."""
