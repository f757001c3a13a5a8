"""From an executed notebook to a document: chapter, HTML page, PDF, workbook."""
