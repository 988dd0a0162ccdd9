//! Placeholder: hashes follow.
