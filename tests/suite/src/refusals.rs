//! Cases that LiteRT runs and Midge refuses on purpose: the lines of `refused.txt`.

use std::fs;
use std::path::Path;

/// The list of refused cases.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals(Vec<Refusal>);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Refusal {
    /// `FOLDER/CASE`; a `*` at the end stands for any rest.
    cases: String,
    /// What the message must contain.
    why: String,
}

impl Refusals {
    /// Reads `refused.txt`.
    ///
    /// # Errors
    /// The file that is missing or the line that has no reason, as a sentence fragment.
    pub fn read() -> Result<Refusals, String> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("refused.txt");
        parse(&fs::read_to_string(&path).map_err(|e| format!("{}: {e}", path.display()))?)
    }

    /// What the refusal of the case of this path may say; nothing if the case must run.
    pub fn reasons(&self, path: &str) -> Vec<&str> {
        self.0.iter().filter(|refusal| refusal.is_about(path)).map(|refusal| refusal.why.as_str()).collect()
    }

    /// The lines that are about none of the cases of these paths.
    pub fn idle(&self, paths: &[String]) -> Vec<&str> {
        let idle = self.0.iter().filter(|refusal| !paths.iter().any(|path| refusal.is_about(path)));
        idle.map(|refusal| refusal.cases.as_str()).collect()
    }
}

impl Refusal {
    fn is_about(&self, path: &str) -> bool {
        self.cases.strip_suffix('*').map_or(path == self.cases, |start| path.starts_with(start))
    }
}

fn parse(text: &str) -> Result<Refusals, String> {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let refusal = |line: &str| match line.split_once(char::is_whitespace) {
        Some((cases, why)) => Ok(Refusal { cases: cases.into(), why: why.trim().into() }),
        None => Err(format!("refused.txt: `{line}` has no reason")),
    };
    lines.map(refusal).collect::<Result<_, _>>().map(Refusals)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_about_a_case_or_about_all_that_start_so() {
        let refusals =
            parse("# why not\nconv/batch  batch of 2\nconv/b*  is a b\n\nadd/*\tno adding\n").unwrap();
        assert_eq!(refusals.reasons("conv/batch"), ["batch of 2", "is a b"]);
        assert_eq!(refusals.reasons("conv/batch_stride"), ["is a b"]);
        assert!(refusals.reasons("conv/stride").is_empty());
        assert_eq!(refusals.idle(&["conv/bias".into()]), ["conv/batch", "add/*"]);
        assert!(parse("conv/batch\n").unwrap_err().contains("`conv/batch` has no reason"));
    }
}
