"""Renders labelled pages of handwritten digits, with the truth to measure and train by.

>>> page = render_page(np.random.default_rng(1), digits, labels, "ruled")    # doctest: +SKIP
>>> page.image.shape, page.digits[0], page.numbers                           # doctest: +SKIP
((720, 1280, 3), (Box(x=103, y=88, w=41, h=60), 7), ('73', '1', '402'))
"""

from camdigits.training.pages.render import KINDS, Page, render_page

__all__ = ["KINDS", "Page", "render_page"]
