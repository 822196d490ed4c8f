//! Encoded frames in, fragmented MP4 out; and back, with the timeline's continuity. No files.
