"""What no part of reading is about: files, paths, resampling, versions of libraries."""
