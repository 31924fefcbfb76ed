"""Documents: files of several pages, each of them a picture of its own."""
