//! PCM in, speech or no speech out.
