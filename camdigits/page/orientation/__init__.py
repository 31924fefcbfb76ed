"""How a page lies before the camera, and pictures turned and straightened for the reading."""
