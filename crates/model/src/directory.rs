//! The entities of the directory area.
