"""Tables as files: CSV, and workbooks for spreadsheets."""
