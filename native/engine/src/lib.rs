//! Placeholder made by the scaffold.
