//! `quanji-verify`: the command line over the library. Exit 0: `valid` or `valid_withheld`; 1: any other verdict; 2: unreadable or misuse.

mod cli;

fn main() -> std::process::ExitCode {
    cli::run()
}
