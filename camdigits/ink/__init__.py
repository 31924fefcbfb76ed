"""From the brightness of a picture to masks of its ink."""
