"""What figures and tables of every topic share: style, exhibits, lines, citations, cautions, phrases."""
