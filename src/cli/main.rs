//! The `ringfence` program: arguments in, the library's answers out.
//!
//! In: arguments, files, standard input. Out: a report on standard output, diagnostics on standard error, an exit code
//! (`exit`). Nothing is decided here.

#![expect(clippy::print_stdout, clippy::print_stderr, reason = "the program is what prints; the library never does")]

mod accounts;
mod args;
mod batch;
mod check;
mod compare;
mod completions;
mod deployment;
mod escalate;
mod evaluate;
mod exit;
mod folder;
mod goal;
mod init;
mod layers;
mod lines;
mod lint;
mod reach;
mod recheck;
mod stderr;
mod stop;
mod who_can;
mod written;

use std::process::ExitCode;

use clap::Parser;
use ringfence::report::layout::Layout;

use args::{Arguments, Command};
use exit::Exit;

fn main() -> ExitCode {
    // Before anything else: an old library links, runs and answers.
    if let Err(error) = ringfence::solve::version() {
        eprintln!("error: {error}");
        return Exit::Refused.into();
    }
    let arguments = Arguments::parse();
    written::lay_out(Layout { width: arguments.width.map(usize::from), ascii: arguments.ascii });
    let exit = match arguments.command {
        Command::Reach(reach) => reach::run(&reach, arguments.color),
        Command::Compare(compare) => compare::run(&compare, arguments.color),
        Command::Recheck(recheck) => recheck::run(&recheck, arguments.color),
        Command::WhoCan(who_can) => who_can::run(&who_can, arguments.color),
        Command::Escalate(escalate) => escalate::run(&escalate, arguments.color),
        Command::Evaluate(evaluate) => evaluate::run(&evaluate, arguments.color),
        Command::Check(check) => check::run(&check, arguments.color),
        Command::Init(init) => init::run(&init, arguments.color),
        Command::Completions(wanted) => completions::run(&wanted),
        Command::Man(wanted) => completions::man(&wanted),
        Command::Lint(lint) => lint::run(&lint, arguments.color),
    };
    match exit {
        Ok(exit) => exit.into(),
        Err(error) if exit::is_broken_pipe(&error) => Exit::Answered.into(),
        Err(error) => {
            eprintln!("error: {error:#}");
            Exit::Refused.into()
        }
    }
}
