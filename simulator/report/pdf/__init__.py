"""Reports as PDF, drawn with ReportLab."""
