"""The window: shows what is read, obeys keys, and is taught in."""

from camdigits.window.services import Services
from camdigits.window.window import Window

__all__ = ["Services", "Window"]
