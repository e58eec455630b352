//! The entities of the organization area.
