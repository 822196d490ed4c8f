//! How many files and connections the system lets this process have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::Limits;

/// Besides its connections, a server has its database, its uploads and what it reads back open.
const OTHER_FILES: u64 = 1_024;

/// Asks for as many open files as `limits` may need, where the system allows it; what it allows bounds the connections.
pub fn raise_file_limit(limits: &mut Limits) {
    let wanted = limits.connections as u64 + OTHER_FILES;
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let allowed = maximum.map_or(wanted, |maximum| maximum.min(wanted));
    let is_enough = current.is_none_or(|current| current >= allowed);
    if !is_enough {
        // Refused: then it stays as it is, and is counted below.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(allowed), maximum });
    }
    let files = getrlimit(Resource::Nofile).current.unwrap_or(wanted);
    let room = usize::try_from(files.saturating_sub(OTHER_FILES).max(files / 2)).unwrap_or(usize::MAX);
    if room < limits.connections {
        tracing::warn!(
            files,
            connections = room,
            "fewer connections than planned: the system allows no more open files"
        );
        limits.connections = room;
    }
}
