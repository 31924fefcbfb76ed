"""Single pictures: JPEG, PNG and others by OpenCV, HEIC and AVIF by PyAV."""
