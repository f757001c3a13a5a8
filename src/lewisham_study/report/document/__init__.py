"""Convert an executed notebook to a chapter, HTML page, PDF or workbook."""
