//! `cargo xtask tidy`: the architecture's invariants, as far as a program can read them off the checkout.
//!
//! A check sees a [`Tree`] and returns complaints, so that each is tested on a tree that breaks it.

mod crates;
mod format;
mod text;
mod tree;

use crate::count::Count;
use crate::shell::Shell;
use crate::{Failed, Outcome};
use tree::Tree;

struct Check {
    name: &'static str,
    find: fn(&Tree) -> Vec<String>,
}

const CHECKS: &[Check] = &[
    Check { name: "unsafe code stays in its few places", find: text::unsafe_code },
    Check { name: "only plan and records read plan bytes", find: text::plan_bytes },
    Check { name: "the core knows no JSON, heap, output or clock", find: text::core_knows_nothing },
    Check { name: "no floating point in int8 kernels", find: text::floats },
    Check { name: "offsets in assembly are below 256", find: text::offsets },
    Check { name: "only lowering chooses kernels", find: text::kernel_choice },
    Check { name: "files have at most 600 lines without tests", find: text::long_files },
    Check { name: "files are named after what they hold", find: text::file_names },
    Check { name: "no unfinished code", find: text::unfinished },
    Check { name: "no paths of one machine", find: text::machine_paths },
    Check { name: "the format's page has every kernel", find: format::kernels },
    Check { name: "licences, and a lock file", find: text::needed_files },
    Check { name: "every package has the project's licence", find: crates::licences },
    Check { name: "every package denies missing documentation", find: crates::documented },
    Check { name: "the core depends on next to nothing", find: crates::core_is_alone },
    Check { name: "dependencies point one way", find: crates::direction },
    Check { name: "the default tool has no crate that opens sockets", find: crates::no_network },
    Check { name: "the tool opens no socket of its own", find: text::sockets },
];

pub(crate) fn command(shell: &Shell, _: &[String]) -> Outcome {
    let count = check(shell)?;
    for failure in &count.failures {
        println!("{failure}");
    }
    println!("{}", count.summary());
    if count.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

/// One test a check; a failure lists all its complaints.
pub(crate) fn check(shell: &Shell) -> Outcome<Count> {
    let tree = Tree::read(shell)?;
    let mut count = Count::default();
    for Check { name, find } in CHECKS {
        let found = find(&tree);
        count.add(Count::one(if found.is_empty() {
            Ok(())
        } else {
            Err(format!("{name}:\n    {}", found.join("\n    ")))
        }));
    }
    Ok(count)
}
