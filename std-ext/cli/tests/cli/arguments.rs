//! What the command line accepts, and what it says otherwise.
use std::io::Read;
use std::process::{Command, Stdio};

use crate::commands::COMMANDS;
use crate::desk::{Desk, digits, midge};

#[test]
fn every_verb_is_listed_and_has_an_example() {
    let all = midge(["--help"]);
    assert_eq!(all.code, 0);
    for (verb, _) in COMMANDS {
        assert!(all.out.contains(&format!("\n  {verb} ")), "{verb} is not in\n{}", all.out);
        let help = midge([verb, "--help"]);
        assert_eq!(help.code, 0, "{}", help.err);
        assert!(help.out.contains("Example") && help.out.contains(&format!("midge {verb} ")), "{}", help.out);
        assert!(help.out.contains("--format"), "{}", help.out);
    }
}

#[test]
fn wrong_usage_exits_2_with_a_hint() {
    let digits = digits("digits.tflite");
    let cases: [(&[&str], &str); 19] = [
        (&[], "Usage"),
        (&["convrt"], "convert"),
        (&["convert"], "--output"),
        (&["convert", &digits], "--output"),
        (&["convert", &digits, "-o", "x.midge", "--target", "m5"], "m55"),
        (&["convert", &digits, "-o", "x.midge", "--targte", "m4"], "--target"),
        (&["convert", &digits, "-o", "x.midge", "--variant", "0"], "STEP=NAME"),
        (&["convert", &digits, "-o", "x.midge", "--variant", "0=CONV"], "there are CONV_2D"),
        (&["convert", &digits, "-o", "x.midge", "--variant", "99=CONV_2D"], "steps that have: 0, 1, 2"),
        (&["inspect", &digits, "--format", "xml"], "yaml"),
        (&["inspect"], "<FILE>"),
        (&["validate"], "<FILE>"),
        (&["plan", &digits, "--target", "?"], "portable"),
        (&["run", &digits], "--input"),
        (&["diff", &digits, &digits], "--input"),
        (&["diff", &digits, &digits, "--input", "x.npy", "--tolerance=-1"], "--tolerance"),
        (&["embed", &digits], "--output"),
        (&["completions", "tcsh"], "zsh"),
        (&["inspect", &digits, "--quiet", "--verbose"], "cannot be used with"),
    ];
    for (arguments, hint) in cases {
        let told = midge(arguments);
        assert_eq!(told.code, 2, "{arguments:?}: {}", told.err);
        assert!(told.err.contains(hint), "{arguments:?} has no {hint:?}:\n{}", told.err);
        assert_eq!(told.out, "", "{arguments:?}");
    }
}

#[test]
fn what_does_not_go_together_exits_2() {
    let desk = Desk::new();
    let inputs = digits("goldens/inputs.npy");
    let cases: [(&[&str], &str); 4] = [
        (&["plan", &desk.plan, "--target", "m4"], "--target"),
        (&["run", &desk.plan, "--input", &inputs, "--output", "y.txt"], ".npz"),
        (&["run", &desk.plan, "--input", &inputs, "--output", &desk.path("no/y.npy")], "cannot write"),
        (&["embed", &desk.plan, "-o", &desk.path("out.midge")], ".rs"),
    ];
    for (arguments, hint) in cases {
        let told = midge(arguments);
        assert_eq!(told.code, 2, "{arguments:?}: {}", told.err);
        assert!(told.err.contains(hint), "{arguments:?} has no {hint:?}:\n{}", told.err);
    }
    assert_eq!(desk.files(), ["digits.midge"]);
}

#[test]
fn quiet_says_nothing_and_verbose_says_more() {
    let desk = Desk::new();
    let inputs = digits("goldens/inputs.npy");
    let folder = desk.path("dumps");
    let run = ["run", &desk.plan, "--input", &inputs, "--dump-tensors", &folder];
    assert!(midge(run).err.contains("first row"));
    assert_eq!(midge(run.iter().chain(&["--quiet"])).err, "");
    assert!(midge(run.iter().chain(&["-v"])).err.contains("360 rows on host"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let desk = Desk::new();
    let mut child = Command::new(env!("CARGO_BIN_EXE_midge"))
        .args(["run", &desk.plan, "--input", &digits("goldens/inputs.npy"), "--format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut some = [0; 10];
    child.stdout.take().unwrap().read_exact(&mut some).unwrap();
    let told = crate::desk::told(child.wait_with_output().unwrap());
    assert_eq!((told.code, told.err.as_str()), (0, ""));
}

#[test]
fn shells_get_completions() {
    for (shell, what) in
        [("bash", "complete -F _midge"), ("zsh", "#compdef midge"), ("fish", "complete -c midge")]
    {
        let told = midge(["completions", shell]);
        assert_eq!(told.code, 0);
        assert!(told.out.contains(what) && told.out.contains("convert"), "{shell}");
    }
    assert_eq!(midge(["completions", "powershell"]).code, 0);
    let bash = midge(["completions", "bash"]).out;
    let script = format!(
        "{bash}\nCOMP_WORDS=(midge conv) COMP_CWORD=1; _midge midge conv midge; echo \"${{COMPREPLY[@]}}\""
    );
    match Command::new("bash").args(["-c", &script]).output() {
        Ok(output) => assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), "convert"),
        Err(_) => println!("skipped: bash is not here"),
    }
}
