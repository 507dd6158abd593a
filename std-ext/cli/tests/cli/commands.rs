//! Every command, with the test that proves what it does.

use crate::desk::midge;

/// The verbs that help lists, in its order; for each a test that calls it.
pub(crate) const COMMANDS: &[(&str, &str)] = &[
    ("convert", "goldens_match_byte_by_byte_for_every_target"),
    ("quantize", "digits_keep_their_accuracy"),
    ("validate", "damaged_plans_are_refused_by_their_section"),
    ("inspect", "inspect_has_the_keys_that_scripts_rely_on"),
    ("optimize", "optimize_tells_what_each_pass_did"),
    ("plan", "plan_accounts_for_every_byte"),
    ("run", "goldens_match_byte_by_byte_for_every_target"),
    ("eval", "answers_are_scored"),
    ("diff", "a_flipped_weight_is_found_at_its_step"),
    ("analyze", "an_overflow_is_found_at_its_step"),
    ("bench", "run_1_and_run_10_count_the_same"),
    ("profile", "a_profile_adds_up"),
    ("size", "a_firmware_of_a_model_is_measured_part_by_part"),
    ("embed", "a_module_compiles_and_computes_the_golden"),
    ("codegen", "a_golden_test_passes_until_a_weight_changes"),
    #[cfg(feature = "probe")]
    ("chips", "chips_are_found_by_a_part_of_their_names"),
    #[cfg(feature = "probe")]
    ("fit", "a_model_is_held_against_a_chip"),
    #[cfg(feature = "probe")]
    ("new", "a_project_is_written_once_and_whole"),
    #[cfg(feature = "probe")]
    ("flash", "what_would_be_flashed_is_shown_without_a_probe"),
    ("train", "a_recipe_becomes_a_model_with_its_accuracy"),
    ("checkpoint", "weights_of_a_checkpoint_are_shown_and_handed_over"),
    ("dataset", "data_are_counted_and_checked"),
    ("plot", "curves_become_pictures"),
    ("gradcheck", "gradients_of_a_recipe_are_right"),
    #[cfg(feature = "system")]
    ("sysinfo", "the_machine_is_what_linux_says_it_is"),
    ("completions", "shells_get_completions"),
];

const SOURCES: [&str; 13] = [
    include_str!("analyze.rs"),
    include_str!("arguments.rs"),
    include_str!("damage.rs"),
    include_str!("diff.rs"),
    include_str!("firmware.rs"),
    include_str!("fit.rs"),
    include_str!("models.rs"),
    include_str!("new.rs"),
    include_str!("quantize.rs"),
    include_str!("runs.rs"),
    include_str!("sysinfo.rs"),
    include_str!("train.rs"),
    include_str!("../emulated.rs"),
];

#[test]
fn every_command_has_a_test_that_calls_it() {
    let help = midge(["--help"]).out;
    let listed = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let listed =
        listed.take_while(|line| !line.is_empty()).filter(|line| !line.contains("Not in this build"));
    let listed: Vec<_> = listed.filter_map(|line| line.split_whitespace().next()).collect();
    let (help, listed) = (listed.last(), &listed[..listed.len() - 1]);
    assert_eq!(help, Some(&"help"));
    assert_eq!(listed, COMMANDS.iter().map(|(command, _)| *command).collect::<Vec<_>>());
    for (command, test) in COMMANDS {
        let start = format!("#[test]\nfn {test}() {{");
        let body = SOURCES.iter().find_map(|source| source.split_once(&start)?.1.split_once("\n}\n"));
        let (body, _) = body.unwrap_or_else(|| panic!("there is no test {test}"));
        assert!(body.contains(&format!("\"{command}\"")), "{test} does not call {command}");
    }
}
