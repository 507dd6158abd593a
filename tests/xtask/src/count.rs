//! Counting tests in what test programs print.

/// Passed, failed and skipped tests, with what is to be said about them.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Count {
    pub(crate) passed: usize,
    pub(crate) failures: Vec<String>,
    pub(crate) skips: Vec<String>,
}

impl Count {
    /// One check that held, or the reason why it did not.
    pub(crate) fn one(held: Result<(), String>) -> Self {
        match held {
            Ok(()) => Self { passed: 1, ..Self::default() },
            Err(reason) => Self { failures: vec![reason], ..Self::default() },
        }
    }

    /// One check that could not be made, and why.
    pub(crate) fn skip(reason: impl Into<String>) -> Self {
        Self { skips: vec![reason.into()], ..Self::default() }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failures.extend(other.failures);
        self.skips.extend(other.skips);
    }

    /// Reads what `cargo test -- --show-output` printed, doctests included. A test that passed but printed a line
    /// `skipped: REASON` is a skipped one, and so is an ignored one.
    pub(crate) fn of_cargo_test(text: &str) -> Self {
        let mut count = Self::default();
        let mut showing = None; // the passed test whose output follows
        let mut passing = false;
        let mut skipped = 0; // of the test program at hand
        for line in text.lines() {
            if let Some(name) = between(line, "---- ", " ----") {
                showing = passing.then(|| name.strip_suffix(" stdout").unwrap_or(name));
            } else if let Some(name) = between(line, "test ", " ... FAILED") {
                count.failures.push(name.into());
            } else if let Some((name, reason)) = between(line, "test ", "").and_then(ignored) {
                count.skips.push(format!("{name}: {reason}"));
            } else if let Some(result) = line.strip_prefix("test result: ") {
                count.passed += number_before(result, " passed").unwrap_or(0).saturating_sub(skipped);
                (passing, skipped, showing) = (false, 0, None);
            } else if line == "successes:" || line == "failures:" {
                (passing, showing) = (line == "successes:", None);
            } else if let Some(reason) = skip_line(line)
                && let Some(name) = showing.take()
            {
                // further skip lines belong to the same test
                count.skips.push(format!("{name}: {reason}"));
                skipped += 1;
            }
        }
        count
    }

    pub(crate) fn summary(&self) -> String {
        format!("{} passed, {} failed, {} skipped", self.passed, self.failures.len(), self.skips.len())
    }
}

fn skip_line(line: &str) -> Option<&str> {
    ["skipped: ", "SKIP: "].iter().find_map(|prefix| line.trim_start().strip_prefix(prefix))
}

fn ignored(line: &str) -> Option<(&str, &str)> {
    let (name, rest) = line.split_once(" ... ignored")?;
    Some((name, rest.strip_prefix(", ").unwrap_or("ignored")))
}

fn between<'a>(line: &'a str, start: &str, end: &str) -> Option<&'a str> {
    line.strip_prefix(start)?.strip_suffix(end)
}

fn number_before(text: &str, word: &str) -> Option<usize> {
    text.split_once(word)?.0.rsplit(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "
running 4 tests
test a::adds ... ok
test a::needs_qemu ... ok
test a::breaks ... FAILED
test a::long ... ignored, minutes of fuzzing

successes:

---- a::needs_qemu stdout ----
skipped: no qemu-system-arm: apt-get install qemu-system-arm
skipped: nor anything else

successes:
    a::adds
    a::needs_qemu

failures:

---- a::breaks stdout ----
assertion failed

failures:
    a::breaks

test result: FAILED. 2 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 1 test
test src/lib.rs - (line 9) ... ok

test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.41s
";

    #[test]
    fn cargo_test_is_read() {
        let count = Count::of_cargo_test(TEXT);
        assert_eq!(count.passed, 2);
        assert_eq!(count.failures, ["a::breaks"]);
        let skips = [
            "a::long: minutes of fuzzing",
            "a::needs_qemu: no qemu-system-arm: apt-get install qemu-system-arm",
        ];
        assert_eq!(count.skips, skips);
        assert_eq!(count.summary(), "2 passed, 1 failed, 2 skipped");
    }

    #[test]
    fn a_skip_line_outside_a_test_is_nothing() {
        assert_eq!(Count::of_cargo_test("skipped: because\n"), Count::default());
    }
}
