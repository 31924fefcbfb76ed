"""The window in a browser: a page, and a small API for programs.

Needs the packages of ``camdigits[web]``.  Nothing here reads in a way of its own: pictures go to
`camdigits.recognizer.Recognizer.read`, the frames of a client are a source for its ``stream``.
"""
