//! Data of every kind, in small.

use std::path::Path;

use midge_recipe::{Error, Recipe, Score, Training};

use crate::run;

/// Trains on data in a folder, and scores on what is kept to test.
fn score(folder: &Path, epochs: u64, layers: &str, data: &str) -> Score {
    let text = format!(
        "epochs = {epochs}\nbatch = 16\n[model]\nlayers = [{layers}]\n[optimizer]\nrate = 0.01\n[data]\n{data}"
    );
    let recipe = Recipe::parse(&text).unwrap();
    let splits = recipe.data.open(&[folder.to_path_buf()], 0).unwrap();
    let mut training = Training::new(&recipe, splits, None, 1).unwrap();
    run(&mut training, None).unwrap();
    training.finish().unwrap();
    let test = training.splits().test.clone().unwrap();
    training.score(&test).unwrap()
}

#[test]
fn tables_of_words_and_numbers() {
    let folder = tempfile::tempdir().unwrap();
    let lines = (0..200).map(|i: usize| {
        let (x, y) = ((i * 37 % 100) as f32 / 100.0, (i * 61 % 100) as f32 / 100.0);
        (x, y)
    });
    let words: String =
        lines.clone().map(|(x, y)| format!("{x},{y},{}\n", if x > y { "right" } else { "left" })).collect();
    std::fs::write(folder.path().join("words.csv"), format!("a,b,side\n{words}")).unwrap();
    let layers = "{ linear = 8 }, \"relu\", { linear = 2 }";
    let rules = "test = \"index % 4 == 1\"";
    let found = score(
        folder.path(),
        30,
        layers,
        &format!("kind = \"csv\"\npath = \"words.csv\"\ntarget = \"side\"\n{rules}"),
    );
    assert!(found.rows == 50 && found.accuracy.unwrap() > 0.9, "{found:?}");
    let sums: String = lines.map(|(x, y)| format!("{x},{y},{}\n", x + 2.0 * y)).collect();
    std::fs::write(folder.path().join("sums.csv"), sums).unwrap();
    let data = format!(
        "kind = \"csv\"\npath = \"sums.csv\"\nlearn = \"number\"\nshape = [1, 1, 2]\nprepare = \"mean 0.5\"\n{rules}"
    );
    let found = score(folder.path(), 30, "\"flatten\", { linear = 1 }", &data);
    assert!(found.r2.unwrap() > 0.9, "{found:?}");
}

#[test]
fn text_is_foretold() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("input.txt"), "abcdefgh ".repeat(120)).unwrap();
    let layers = "{ embedding = { size = 8 } }, { gru = 16 }, { linear = 9 }";
    let data = "kind = \"text\"\npath = \"input.txt\"\ncontext = 12\ntest = \"share 0.1\"";
    let found = score(folder.path(), 12, layers, data);
    assert!(found.accuracy.unwrap() > 0.9, "{found:?}");
}

#[test]
fn faults_of_a_machine_are_heard() {
    let layers = "\"flatten\", { linear = 32 }, \"relu\", { linear = 4 }, \"relu\", { linear = 32 }, \"relu\", { linear = 128 }, { reshape = [1, 4, 32] }";
    let data = "kind = \"vibration\"\nsamples = 300\ntests = 100\nprepare = \"mel 1024/1024/1024 32 10-4000, mean 8, std 8\"";
    let found = score(Path::new("nowhere"), 30, layers, data);
    println!("vibration: AUC {:.3}", found.auc.unwrap());
    assert!(found.rows == 100 && found.auc.unwrap() > 0.8, "{found:?}");
}

#[test]
fn signals_are_pooled() {
    let folder = tempfile::tempdir().unwrap();
    let wave = |i: usize| {
        let turn = if i.is_multiple_of(2) { 0.5 } else { 1.5 };
        let at = |t: usize| format!("{:.3},", (t as f32 * turn + i as f32).sin());
        (0..24).map(at).collect::<String>() + if i.is_multiple_of(2) { "slow\n" } else { "fast\n" }
    };
    std::fs::write(folder.path().join("waves.csv"), (0..120).map(wave).collect::<String>()).unwrap();
    let data = "kind = \"csv\"\npath = \"waves.csv\"\nshape = [1, 24]\ntest = \"index % 3 == 0\"";
    for pools in [
        "{ max_pool1d = 2 }, { adaptive_avg_pool1d = 1 }",
        "{ avg_pool1d = 22 }",
        "{ reshape = [4, 2, 11] }, { adaptive_max_pool = [1, 2] }",
    ] {
        let layers = format!(
            "{{ conv1d = {{ channels = 4, size = 3 }} }}, \"relu\", {pools}, \"flatten\", {{ linear = 2 }}"
        );
        let found = score(folder.path(), 12, &layers, data);
        assert!(found.rows == 40 && found.accuracy.unwrap() > 0.9, "{pools}: {found:?}");
    }
}

#[test]
fn what_is_missing_is_said_with_where_it_comes_from() {
    let text = "epochs = 1\nbatch = 1\n[model]\nlayers = [\"flatten\"]\n[data]\nkind = \"sounds\"\npath = \"recordings\"\n\
                class = 0\nsource = \"https://example.org/sounds\"";
    let recipe = Recipe::parse(text).unwrap();
    match recipe.data.open(&[Path::new("nowhere").to_path_buf()], 0) {
        Err(Error::Missing { path, hint }) => {
            assert!(path.ends_with("nowhere/recordings"));
            assert!(
                hint.starts_with("https://example.org/sounds; ") && hint.contains("--data DIR"),
                "{hint}"
            );
        }
        other => panic!("{:?}", other.err()),
    }
}
