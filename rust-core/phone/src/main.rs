//! `quanji-phone`: the command line over the library. Exit 0: done; 1: not done, or not all of it; 2: misuse.

fn main() -> std::process::ExitCode {
    quanji_phone::run()
}
