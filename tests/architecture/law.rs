//! The arrows and what each crate forbids itself: the table that the design draws as a line of arrows.
//!
//! A crate that is not in the table is a violation, so that a new one begins with a thought about what it may know.

use Group::{Async, Clock, Crypto, Disk, Network, Sql};

/// What one crate may know.
pub(crate) struct Law {
    pub(crate) name: &'static str,
    /// Our crates it may depend on.
    pub(crate) may_use: &'static [&'static str],
    /// Our crates its tests may use besides those and `quanji-testkit`.
    pub(crate) tests_may_use: &'static [&'static str],
    /// Whether others may depend on it outside their tests.
    pub(crate) only_in_tests: bool,
    pub(crate) externals: Externals,
    /// Paths that its sources (tests apart) must not name; a path stands for everything below it.
    pub(crate) forbidden_paths: &'static [&'static str],
    /// Files of it that alone may name `std::fs`; empty where the crate as a whole may or may not.
    pub(crate) disk_adapters: &'static [&'static str],
}

/// Which crates of others a crate may depend on.
pub(crate) enum Externals {
    /// These and no other.
    Only(&'static [&'static str]),
    /// Any but those of these groups.
    Without(&'static [Group]),
}

/// What a crate of others brings with it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Group {
    Clock,
    Disk,
    Network,
    Async,
    Crypto,
    Sql,
}

impl Group {
    pub(crate) fn crates(self) -> &'static [&'static str] {
        match self {
            Clock => &["chrono", "time", "jiff", "humantime", "coarsetime", "quanta"],
            Disk => &["tempfile", "walkdir", "memmap2", "fs-err", "cap-std", "camino-tempfile", "fs2", "fs4"],
            Network => &["reqwest", "hyper", "ureq", "axum", "socket2", "rustls", "tungstenite", "object_store"],
            Async => &["tokio", "async-std", "smol", "futures", "futures-util", "async-trait"],
            Crypto => &[
                "aes-gcm",
                "aws-lc-rs",
                "blake3",
                "ed25519-dalek",
                "getrandom",
                "hkdf",
                "hmac",
                "p256",
                "rand",
                "ring",
                "sha2",
                "signature",
                "sm3",
            ],
            Sql => &["rusqlite", "sqlx", "libsqlite3-sys", "diesel"],
        }
    }
}

const CLOCK: &[&str] = &["std::time::SystemTime", "std::time::Instant"];
const PURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::os",
    "std::time::SystemTime",
    "std::time::Instant",
    "std::time::UNIX_EPOCH",
];
const NO_FILES_NO_CLOCK: &[&str] =
    &["std::fs", "std::net", "std::env", "std::process", "std::time::SystemTime", "std::time::Instant"];
const NO_NETWORK_NO_CLOCK: &[&str] = &["std::net", "std::time::SystemTime", "std::time::Instant"];

/// What a crate gets that is not said otherwise below.
const STRICT: Law = Law {
    name: "",
    may_use: &[],
    tests_may_use: &[],
    only_in_tests: false,
    externals: Externals::Only(&[]),
    forbidden_paths: PURE,
    disk_adapters: &[],
};

pub(crate) const LAWS: &[Law] = &[
    // A program of others with our version of it; its `uniffi.toml` is found by path.
    Law { name: "quanji-bindgen", externals: Externals::Only(&["uniffi"]), ..STRICT },
    // Shapes and words that cross between phone and server: a leaf, so that neither drags the other in.
    Law { name: "quanji-wire", externals: Externals::Only(&["serde", "utoipa"]), ..STRICT },
    Law { name: "quanji-rules", externals: Externals::Only(&["serde", "thiserror"]), ..STRICT },
    Law {
        name: "quanji-evidence",
        may_use: &["quanji-rules"],
        externals: Externals::Without(&[Clock, Disk, Network, Async, Sql]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-media",
        externals: Externals::Without(&[Clock, Disk, Network, Async, Crypto, Sql]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-speech",
        externals: Externals::Without(&[Clock, Disk, Network, Async, Crypto, Sql]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-store",
        may_use: &["quanji-rules", "quanji-evidence"],
        externals: Externals::Without(&[Clock, Network, Async]),
        forbidden_paths: NO_NETWORK_NO_CLOCK,
        disk_adapters: STORE_DISK,
        ..STRICT
    },
    Law {
        // The only part of the phone that knows a network. It reads the vault and writes nothing: the recorder does.
        name: "quanji-upload",
        may_use: &["quanji-rules", "quanji-evidence", "quanji-store", "quanji-wire"],
        externals: Externals::Without(&[Clock, Disk, Sql]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-recorder",
        may_use: &[
            "quanji-rules",
            "quanji-evidence",
            "quanji-media",
            "quanji-speech",
            "quanji-capture",
            "quanji-store",
            "quanji-upload",
        ],
        tests_may_use: &["quanji-wire"],
        externals: Externals::Without(&[Clock, Disk, Network, Async, Sql]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-phone",
        may_use: &[
            "quanji-rules",
            "quanji-evidence",
            "quanji-media",
            "quanji-speech",
            "quanji-store",
            "quanji-recorder",
            "quanji-upload",
            "quanji-wire",
        ],
        tests_may_use: &["quanji-verifier"],
        // It drives the uploader: a runtime, and no network of its own.
        externals: Externals::Without(&[Network, Sql]),
        forbidden_paths: &["std::net"],
        ..STRICT
    },
    Law {
        // What a phone's sources are like, decided from what is passed in: no clock, file, network or thread, so that every trace is a test.
        name: "quanji-capture",
        may_use: &["quanji-evidence", "quanji-media"],
        ..STRICT
    },
    Law {
        // The border to Kotlin. It puts the parts together, and converts; it drives the uploader, and opens no connection itself (ADR 0024).
        name: "quanji-ffi",
        may_use: &[
            "quanji-rules",
            "quanji-evidence",
            "quanji-media",
            "quanji-capture",
            "quanji-store",
            "quanji-recorder",
            "quanji-upload",
            "quanji-wire",
        ],
        externals: Externals::Only(&[
            "futures-util",
            "jni-sys",
            "qrcode",
            "rqrr",
            "rustix",
            "thiserror",
            "tokio",
            "uniffi",
            "zeroize",
        ]),
        forbidden_paths: NO_FILES_NO_CLOCK,
        ..STRICT
    },
    Law {
        // It trusts nobody, so it links nothing that could write, send or decide for the recorder.
        name: "quanji-verifier",
        may_use: &["quanji-rules", "quanji-evidence", "quanji-media"],
        externals: Externals::Without(&[Clock, Network, Async, Sql]),
        forbidden_paths: NO_NETWORK_NO_CLOCK,
        ..STRICT
    },
    Law {
        // It believes no phone: media is checked by the verifier's own code, so that what gets a receipt is what a stranger finds valid.
        // Nothing of the phone: no store, no recorder, no uploader.
        name: "quanji-agency",
        may_use: &["quanji-rules", "quanji-evidence", "quanji-media", "quanji-verifier", "quanji-wire"],
        // A real phone's side stands before it in its tests.
        tests_may_use: &["quanji-upload"],
        externals: Externals::Without(&[Clock]),
        forbidden_paths: &[],
        ..STRICT
    },
    Law {
        // Runs the programs as anybody would: by their commands, over the network, and the core by the surface that the app holds; never by
        // their insides.
        name: "quanji-stories",
        tests_may_use: &[
            "quanji-ffi",
            "quanji-capture",
            "quanji-evidence",
            "quanji-rules",
            "quanji-store",
            "quanji-upload",
        ],
        only_in_tests: true,
        externals: Externals::Without(&[Sql]),
        forbidden_paths: &[],
        ..STRICT
    },
    Law {
        // The torn disk is a `Disk` of the store, so the testkit alone may look up at what it tests.
        name: "quanji-testkit",
        may_use: &["quanji-store"],
        only_in_tests: true,
        externals: Externals::Without(&[Network, Async]),
        forbidden_paths: CLOCK,
        ..STRICT
    },
    Law {
        name: "quanji-architecture",
        only_in_tests: true,
        externals: Externals::Only(&[]),
        forbidden_paths: &[],
        ..STRICT
    },
];

/// The store's one adapter to the real disk; and the index, whose file SQLite writes itself, so that a damaged one is moved aside there.
const STORE_DISK: &[&str] = &["real_disk.rs", "index/open.rs"];
