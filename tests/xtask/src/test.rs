//! `cargo xtask test`: sets up, runs the suites, and ends with one line of totals.

use crate::count::Count;
use crate::setup::setup;
use crate::shell::{Shell, line, run};
use crate::suites::{Job, SUITES, Suite};
use crate::{Failed, Outcome, Usage};
use std::process::Command;
use std::time::{Duration, Instant};

pub(crate) fn command(shell: &Shell, words: &[String]) -> Outcome {
    let all = words.iter().any(|word| word == "--all");
    let names: Vec<_> = words.iter().filter(|word| *word != "--all").collect();
    for name in &names {
        if !SUITES.iter().any(|suite| suite.name == *name) {
            return Err(Usage(format!("no suite `{name}`: `cargo xtask help` lists them")).into());
        }
    }

    setup(shell, all)?;
    let mut total = Count::default();
    let mut times = vec![];
    for suite in
        SUITES.iter().filter(|suite| names.is_empty() || names.iter().any(|name| suite.name == *name))
    {
        let start = Instant::now();
        let count = run_suite(shell, suite, all);
        times.push((suite.name, start.elapsed(), count.summary()));
        total.add(count);
    }
    report(&total, &times);
    if total.failures.is_empty() { Ok(()) } else { Err(Failed.into()) }
}

fn run_suite(shell: &Shell, suite: &Suite, all: bool) -> Count {
    println!("\n== {}: {}", suite.name, suite.about);
    let mut count = Count::default();
    match (suite.jobs)(shell, all) {
        Ok(jobs) => {
            for job in jobs {
                count.add(run_job(shell, job));
            }
        }
        Err(error) => count.failures.push(error.to_string()),
    }
    for failure in &mut count.failures {
        *failure = format!("{}: {failure}", suite.name);
    }
    count
}

fn run_job(shell: &Shell, job: Job) -> Count {
    let start = Instant::now();
    let (what, count) = match job {
        Job::Exit(mut command) => (line(&command), by_exit(shell, &mut command)),
        Job::Tests(mut command) => (line(&command), by_tests(shell, &mut command)),
        Job::Check(name, check) => (name.into(), Ok(check(shell).unwrap_or_else(failed))),
        Job::Skip(reason) => ("not here".into(), Ok(Count::skip(reason))),
    };
    let count = count.unwrap_or_else(failed);
    println!("{:>7}  {what}: {}", seconds(start.elapsed()), count.summary());
    count
}

fn failed(error: Box<dyn std::error::Error>) -> Count {
    Count::one(Err(error.to_string()))
}

fn by_exit(shell: &Shell, command: &mut Command) -> Outcome<Count> {
    let ran = run(command, &shell.scratch("job.log")?)?;
    if !ran.success {
        println!("{}", ran.text);
    }
    Ok(Count::one(if ran.success { Ok(()) } else { Err(line(command)) }))
}

fn by_tests(shell: &Shell, command: &mut Command) -> Outcome<Count> {
    let ran = run(command, &shell.scratch("tests.log")?)?;
    let mut count = Count::of_cargo_test(&ran.text);
    if !ran.success {
        println!("{}", without_passed(&ran.text));
        if count.failures.is_empty() {
            count.failures.push(format!("{} did not come to its tests' end", line(command)));
        }
    }
    Ok(count)
}

/// What `cargo test -- --show-output` printed, without passed tests and what they printed.
fn without_passed(text: &str) -> String {
    let mut shown = String::new();
    let mut passed = false;
    for line in text.lines() {
        match line {
            "successes:" => passed = true,
            "failures:" => passed = false,
            _ if line.starts_with("test result:") => passed = false,
            _ => {}
        }
        if !(passed || line.is_empty() || line.starts_with("test ") && line.ends_with(" ok")) {
            shown.push_str(line);
            shown.push('\n');
        }
    }
    shown
}

fn report(total: &Count, times: &[(&str, Duration, String)]) {
    println!("\n== time per suite");
    for (name, time, summary) in times {
        println!("{:>7}  {name:<12} {summary}", seconds(*time));
    }
    for (title, lines) in [("skipped", &total.skips), ("failed", &total.failures)] {
        if !lines.is_empty() {
            println!("\n== {title}");
        }
        for line in lines {
            println!("  {line}");
        }
    }
    println!("\n{}", total.summary());
}

fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_failures_are_shown() {
        let text = "test a ... ok\ntest b ... FAILED\n\nsuccesses:\n\n---- a stdout ----\nfine\n\nsuccesses:\n    a\n\n\
                    failures:\n\n---- b stdout ----\nwrong\n\ntest result: FAILED. 1 passed; 1 failed\n";
        let shown = "test b ... FAILED\nfailures:\n---- b stdout ----\nwrong\ntest result: FAILED. 1 passed; 1 failed\n";
        assert_eq!(without_passed(text), shown);
    }
}
