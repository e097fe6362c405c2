//! Fetching files.
