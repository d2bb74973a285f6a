//! `ringfence completions` and `ringfence man`: what shells and `man` know of the program, made from its arguments.

use std::fs;
use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::CommandFactory;

use crate::args::{Arguments, Completions, Man};
use crate::exit::Exit;

/// The name that shells complete and pages have.
const NAME: &str = "ringfence";

/// Writes a completion script.
pub(crate) fn run(arguments: &Completions) -> Result<Exit> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut Arguments::command(), NAME, &mut script);
    io::stdout().lock().write_all(&script)?;
    Ok(Exit::Answered)
}

/// Writes the page of the program, or the pages of all subcommands into a directory.
pub(crate) fn man(arguments: &Man) -> Result<Exit> {
    // The whole version names the solver that this machine has.
    let command = Arguments::command().name(NAME).version(env!("CARGO_PKG_VERSION"));
    match &arguments.output {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            io::stdout().lock().write_all(&page)?;
        }
        Some(folder) => {
            let told = || format!("cannot write man pages into `{}`", folder.display());
            fs::create_dir_all(folder).with_context(told)?;
            clap_mangen::generate_to(command, folder).with_context(told)?;
        }
    }
    Ok(Exit::Answered)
}
