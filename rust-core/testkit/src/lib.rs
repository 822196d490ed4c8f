//! Simulated clock, torn disk, builders. A dev-dependency only.
