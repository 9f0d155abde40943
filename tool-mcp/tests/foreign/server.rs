//! Foreign clients, for our server.
