"""The networks as Keras models: how they are built, loaded, converted and installed."""
