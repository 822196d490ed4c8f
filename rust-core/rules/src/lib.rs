//! The regulation as pure functions: no clock, disk, network, async or cryptography.
