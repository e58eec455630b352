//! The entities of the iam area.
