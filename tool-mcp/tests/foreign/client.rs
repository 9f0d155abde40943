//! Foreign servers, for our client.
