"""The figures of an analysis as JSON, a workbook, a page of its own, a PDF."""
