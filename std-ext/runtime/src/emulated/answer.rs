//! What the runner wrote: answers, dumps and counts. `boards/README.md` has the formats.

use super::machine::Machine;
use super::{Count, Counts, EmulatedError};
use midge_core::{At, Claim, Plan, ops};
use std::collections::{HashMap, VecDeque};

/// The lines of `response.txt`.
#[derive(Debug, Default)]
pub(super) struct Answers {
    /// What the firmware says of its core.
    pub(super) core: Answer,
    /// Finished answers, one a request, in their order.
    pub(super) done: Vec<Answer>,
}

/// The lines about one request: keys and values.
#[derive(Debug, Default)]
pub(super) struct Answer(HashMap<String, String>);

impl Answers {
    /// Reads the lines. Each answer ends with its status; what follows the last one is of a request that was not
    /// finished.
    pub(super) fn parse(text: &str) -> Answers {
        let (mut answers, mut open) = (Answers::default(), Answer::default());
        for (key, value) in text.lines().filter_map(|line| line.split_once('=')) {
            let of = if key == "cpuid" { &mut answers.core } else { &mut open };
            of.0.insert(key.into(), value.into());
            if key == "status" {
                answers.done.push(std::mem::take(&mut open));
            }
        }
        answers
    }
}

impl Answer {
    /// Whether the request was served.
    pub(super) fn is_ok(&self) -> bool {
        self.text("status") == Some("ok")
    }

    fn text(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(String::as_str)
    }

    /// The value of a key, decimal or hexadecimal.
    pub(super) fn number(&self, key: &str) -> Result<u64, EmulatedError> {
        let text = self.text(key).unwrap_or_default();
        match text.strip_prefix("0x") {
            Some(hex) => u64::from_str_radix(hex, 16).ok(),
            None => text.parse().ok(),
        }
        .ok_or_else(|| EmulatedError::Failed(format!("the firmware's answer has no number `{key}`")))
    }

    /// Why the request was not served.
    pub(super) fn failure(&self, machine: &Machine, plan: &[u8]) -> EmulatedError {
        let (machine, what) = (machine.machine.clone(), self.text("what").unwrap_or_default().to_owned());
        match self.text("error").unwrap_or("nothing") {
            "TooSmall" => EmulatedError::TooSmall {
                machine,
                what,
                need: self.number("need").unwrap_or(0),
                have: self.number("have").unwrap_or(0),
            },
            "File" => EmulatedError::Failed(format!("the firmware on {machine} cannot use its file {what}")),
            "Request" => {
                EmulatedError::Failed(format!("the firmware on {machine} did not understand its request"))
            }
            error => EmulatedError::Refused { machine, why: reason(error, self.text("step"), plan) },
        }
    }
}

/// The firmware's refusal with the words that it has no room for. They are this program's own findings, so they
/// stand only where both found the same.
fn reason(error: &str, step: Option<&str>, plan: &[u8]) -> String {
    let place = step.map(|step| format!("step {step}: ")).unwrap_or_default();
    match load(plan) {
        Err(at) if at.error.name() == error => format!("{place}{error}, {}", at.error),
        _ => format!("{place}{error}"),
    }
}

/// What the firmware does with a plan before it runs it.
fn load(plan: &[u8]) -> Result<(), At> {
    let plan = Plan::parse(plan)?;
    for (i, step) in plan.steps().enumerate() {
        ops::check(&Claim::new(plan, step)).map_err(|error| At { step: i as u16, error })?;
    }
    Ok(())
}

/// The records of `dump.bin`: index and length, u32 each, then the bytes.
pub(super) fn records(mut bytes: &[u8]) -> Result<Vec<Vec<u8>>, EmulatedError> {
    let mut records = Vec::new();
    while !bytes.is_empty() {
        let record = bytes.split_first_chunk::<8>().and_then(|([_, _, _, _, len @ ..], rest)| {
            rest.split_at_checked(u32::from_le_bytes(*len) as usize)
        });
        let (record, rest) = record.ok_or_else(|| broken("dump.bin"))?;
        records.push(record.to_vec());
        bytes = rest;
    }
    Ok(records)
}

/// The lines of `counts.txt`: of each request that counts in turn the runs, the steps of another run, and what followed
/// its last step.
#[derive(Debug, Default)]
pub(super) struct Lines(VecDeque<Option<Count>>);

impl Lines {
    /// Reads the lines.
    pub(super) fn parse(text: &[u8]) -> Lines {
        let line = |line: &str| {
            let mut numbers = line.split(' ').map(|number| number.parse().ok());
            let (instructions, loads, stores) = (numbers.next()??, numbers.next()??, numbers.next()??);
            Some(Count { instructions, loads, stores, cycles: numbers.next().flatten() })
        };
        Lines(String::from_utf8_lossy(text).lines().map(line).collect())
    }

    /// Those of the next request.
    pub(super) fn take(&mut self, runs: usize, steps: usize) -> Result<Counts, EmulatedError> {
        let lines = self.0.len().min(runs + steps + 1);
        let taken: Option<Vec<Count>> = self.0.drain(..lines).collect();
        match taken.as_deref().and_then(|all| all.split_at_checked(runs)) {
            Some((runs, [steps_of_one @ .., _])) if steps_of_one.len() == steps => {
                Ok(Counts { runs: runs.to_vec(), steps: steps_of_one.to_vec() })
            }
            _ => Err(broken("counts.txt")),
        }
    }

    /// The next regions together.
    pub(super) fn front(&mut self, regions: usize) -> Result<Count, EmulatedError> {
        if self.0.len() < regions {
            return Err(broken("counts.txt"));
        }
        Lines(self.0.drain(..regions).collect()).sum()
    }

    /// All regions together.
    pub(super) fn sum(&self) -> Result<Count, EmulatedError> {
        let counts: Option<Vec<Count>> = self.0.iter().copied().collect();
        let counts = counts.ok_or_else(|| broken("counts.txt"))?;
        Ok(counts.iter().fold(Count { cycles: Some(0), ..Count::default() }, |all, count| Count {
            instructions: all.instructions + count.instructions,
            loads: all.loads + count.loads,
            stores: all.stores + count.stores,
            cycles: all.cycles.zip(count.cycles).map(|(all, cycles)| all + cycles),
        }))
    }
}

pub(super) fn broken(file: &str) -> EmulatedError {
    EmulatedError::Failed(format!("the firmware ended well but its {file} is not as long as it should be"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dumps_are_records_of_any_length() {
        let bytes = [0, 0, 0, 0, 2, 0, 0, 0, 7, 8, 1, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(records(&bytes).unwrap(), [vec![7, 8], vec![]]);
        assert!(records(&bytes[..9]).is_err(), "ends inside a record");
        assert!(records(&bytes[..12]).is_err(), "ends inside a record's head");
    }

    #[test]
    fn counts_are_runs_then_steps_then_the_rest() {
        let mut lines =
            Lines::parse(b"100 20 3 150\n100 20 3 150\n60 10 1 80\n30 5 1 40\n4 1 0 4\n9 1 0\n5 0 0\n");
        let count = |instructions, loads, stores, cycles| Count { instructions, loads, stores, cycles };
        let counted = lines.take(2, 2).unwrap();
        assert_eq!(counted.runs, [count(100, 20, 3, Some(150)); 2]);
        assert_eq!(counted.steps[1], count(30, 5, 1, Some(40)));
        assert_eq!(lines.take(1, 0).unwrap().runs, [count(9, 1, 0, None)]);
        assert!(lines.take(0, 0).is_err(), "there are no more");
        assert!(Lines::parse(b"1 x 2\n2 0 0\n").take(1, 0).is_err(), "not a number");
    }

    #[test]
    fn a_refusal_has_the_words_where_this_program_agrees() {
        assert_eq!(reason("Magic", None, b"not a plan at all"), "Magic, not a .midge file");
        assert_eq!(reason("Shape", Some("3"), b"not a plan at all"), "step 3: Shape");
    }

    #[test]
    fn answers_end_with_their_status() {
        let text =
            "cpuid=0x410fc241\nsteps=2\nstatus=ok\nerror=File\nwhat=dump.bin\nstatus=failed\nsteps=3\n";
        let answers = Answers::parse(text);
        assert_eq!(answers.core.number("cpuid").unwrap(), 0x410f_c241);
        let [ok, failed] = answers.done.as_slice() else { panic!("{answers:?}") };
        assert!(ok.is_ok() && ok.number("steps").unwrap() == 2);
        assert!(!failed.is_ok() && failed.number("steps").is_err());
        let machine = crate::emulated::machine::tests::microbit();
        let error = failed.failure(&machine, b"").to_string();
        assert_eq!(error, "the firmware on microbit cannot use its file dump.bin");
    }
}
