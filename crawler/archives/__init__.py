"""What is archived already: requests to archives and how to read their answers. Opens no sockets."""
