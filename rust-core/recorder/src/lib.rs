//! Use cases: rules, evidence, media, speech and store behind ports for clock, keys, space and speech.
