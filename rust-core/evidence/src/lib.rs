//! The evidence format: lines, chain, signatures, receipts, bundles; verification to findings. No files.
