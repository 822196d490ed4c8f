/// Makes the enum and its list from one place, so that the list of planted omissions cannot lag behind the code.
macro_rules! sync_points {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Every place where the store waits for the disk, by name.
        ///
        /// A sync that is not here cannot be made: the `Disk` port asks for the name. `tests/crashes.rs` leaves out each in
        /// turn and expects the crash property to fail, so a name that nothing needs is found, and so is one that nothing tries.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum SyncPoint { $($(#[$doc])* $name,)* }

        impl SyncPoint {
            /// All of them, in the order of the enum.
            pub const ALL: &[SyncPoint] = &[$(SyncPoint::$name,)*];
        }
    };
}

sync_points! {
    /// A commit: bytes of segments, photos, private values, before any line that may name them is written.
    NamedBytes,
    /// A commit that has new files: their names, before any line is written.
    NewNames,
    /// A commit: the journals' lines.
    Lines,
    /// Recovery: bytes that were found but that no commit of this run proved; what is reported may be told to others.
    RecoveredBytes,
    /// Recovery: the names of those files.
    RecoveredNames,
    /// Recovery: the copy of a torn tail, before the tail is cut off.
    SideBytes,
    /// Recovery: the name of that copy, before the tail is cut off.
    SideNames,
    /// Purge: the note in the journal of what is about to be removed, before it is removed.
    PurgeNote,
    /// Purge: the removals, before they are called done.
    PurgedNames,
    /// The reserve's blocks, before its mark says that they are there.
    ReserveBlocks,
    /// The release of the reserve: a file system may give blocks back only then.
    ReserveRelease,
}
