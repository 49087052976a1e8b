"""The download handlers: they record the wire and emit one capture per exchange."""
