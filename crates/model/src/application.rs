//! The entities of the application area.
