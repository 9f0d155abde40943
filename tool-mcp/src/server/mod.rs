//! A toolbox as a server: what a client asks becomes calls, and their results its answers.
