//! computed
