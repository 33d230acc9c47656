//! The `tiebreak` program. Everything is in the library, so that tests reach it.

fn main() -> std::process::ExitCode {
    tiebreak::cli::main()
}
