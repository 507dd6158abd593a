//! Training by recipes, and what looks at what it left.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use midge_train::checkpoint::{Checkpoint, Safetensors};

use crate::desk::{Desk, digits, json, midge, told};

const LAYERS: &str = r#"
  { conv = { channels = 12, size = 3, padding = "same", bias = false } }, "batch_norm", "relu",
  { depthwise = { size = 3, stride = 2, padding = "same", bias = false } }, "batch_norm", "relu",
  { conv = { channels = 24, size = 1, bias = false } }, "batch_norm", "relu",
  { max_pool = 2 }, "flatten", { linear = 10 },"#;

/// A recipe for the digits' test rows, and the folder they are in.
fn recipe(desk: &Desk, top: &str) -> [String; 2] {
    let text = format!(
        "batch = 24\nseed = 3\n{top}\n[model]\nlayers = [{LAYERS}]\n[data]\nkind = \"npz\"\npath = \"test.npz\"\nshape = [1, 8, 8]\n\
         prepare = \"scale 1/16\"\ntest = \"index % 5 == 0\"\n[optimizer]\nrate = 0.005\n"
    );
    [desk.write("recipe.toml", text), digits("goldens")]
}

fn start(recipe: &[String; 2], save: &str, more: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_midge"));
    command.args(["train", &recipe[0], "--data", &recipe[1], "--save-dir", save, "--threads", "1", "-q"]);
    command.args(more).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    command
}

fn read(folder: &str, name: &str) -> Vec<u8> {
    std::fs::read(Path::new(folder).join(name)).unwrap()
}

#[test]
fn a_recipe_becomes_a_model_with_its_accuracy() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 15\n[schedule]\nkind = \"cosine\"");
    let (save, out) = (desk.path("kept"), desk.path("own.midge"));
    let begun = Instant::now();
    let told = json(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "-o", &out]);
    let [float, int8] = ["float", "int8"].map(|key| told[key]["accuracy"].as_f64().unwrap());
    println!(
        "digits of 288 images: float {float:.4}, int8 {int8:.4}, {:.1} s",
        begun.elapsed().as_secs_f64()
    );
    assert!(float >= 0.8 && (float - int8).abs() <= 0.03, "{told}");
    let by = ["eval", &out, "--recipe", &recipe[0], "--split", "test", "--data", &recipe[1]];
    let scored = json(by);
    assert_eq!((&scored["accuracy"], &scored["rows"]), (&told["int8"]["accuracy"], &72.into()));
    assert!(told["next"].as_str().unwrap().ends_with("--on m4"));
    let again = desk.path("again.midge");
    json(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "-o", &again, "--threads", "2"]);
    assert!(std::fs::read(&out).unwrap() == std::fs::read(&again).unwrap(), "another number of threads");
    json(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "-o", &again, "--seed", "4"]);
    assert!(std::fs::read(&out).unwrap() != std::fs::read(&again).unwrap(), "another seed");
    let plain = midge(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "--max-steps", "13"]);
    assert!(plain.err.contains("2,") || plain.err.contains("parameters"), "{}", plain.err);
    assert!(plain.out.contains("ended by") && plain.out.contains("midge eval"), "{}", plain.out);
    let none = json(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "--max-steps", "0"]);
    assert_eq!((&none["steps"], &none["ended"]), (&0.into(), &"steps".into()));
}

#[test]
fn a_recipe_becomes_an_onnx_file() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 6\n[qat]\nepochs = 1");
    let (save, out) = (desk.path("kept"), desk.path("own.onnx"));
    let told = json(["train", &recipe[0], "--data", &recipe[1], "--save-dir", &save, "-o", &out]);
    assert_eq!(told["bytes"], std::fs::metadata(&out).unwrap().len());
    let scored = json(["eval", &out, "--recipe", &recipe[0], "--data", &recipe[1]]);
    let [here, there] = [&told["int8"]["accuracy"], &scored["accuracy"]].map(|x| x.as_f64().unwrap());
    println!("digits as an ONNX file: {there:.4}, as a plan {here:.4}");
    assert!((here - there).abs() < 0.03, "{here} {there}");
}

#[test]
fn integers_are_trained_too() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 6\n[qat]\nepochs = 2");
    let [one, two] = ["one.midge", "two.midge"].map(|name| {
        let (save, out) = (desk.path("kept"), desk.path(name));
        let told = json([
            "train",
            &recipe[0],
            "--data",
            &recipe[1],
            "--save-dir",
            &save,
            "-o",
            &out,
            "--threads",
            "1",
        ]);
        let [float, int8] = ["float", "int8"].map(|key| told[key]["accuracy"].as_f64().unwrap());
        println!("digits, two epochs in integers: float {float:.4}, int8 {int8:.4}");
        assert!(int8 >= float - 0.03, "{told}");
        std::fs::read(out).unwrap()
    });
    assert!(one == two);
    let (save, out) = (desk.path("plain"), desk.path("plain.midge"));
    let text = std::fs::read_to_string(&recipe[0]).unwrap().replace("[qat]\nepochs = 2", "");
    let plain = desk.write("plain.toml", text);
    json(["train", &plain, "--data", &recipe[1], "--save-dir", &save, "-o", &out, "--threads", "1"]);
    assert!(std::fs::read(&out).unwrap() != one, "training in integers changed nothing");
}

/// Kills a training `times` times, and goes on each time; what comes out in the end is what an undisturbed one gives.
fn kills(times: u64, seed: u64) {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 6\nsave_every = 1");
    let (calm, save) = (desk.path("calm"), desk.path("kept"));
    let begun = Instant::now();
    assert!(start(&recipe, &calm, &[]).status().unwrap().success());
    let whole = begun.elapsed().as_micros() as u64;
    let last = format!("{save}/last.midge");
    let mut state = seed;
    let mut at_work = 0;
    for _ in 0..times {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let on: &[&str] = if Path::new(&last).exists() { &["--load-checkpoint", &last] } else { &[] };
        let mut child: Child = start(&recipe, &save, on).spawn().unwrap();
        std::thread::sleep(Duration::from_micros((state >> 33) % (whole / 2).max(1)));
        at_work += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        // done before its time: from the start again
        if Path::new(&last).exists() && json(["checkpoint", "show", &last])["epoch"] == 6 {
            assert!(read(&save, "last.midge") == read(&calm, "last.midge"));
            std::fs::remove_dir_all(&save).unwrap();
        }
    }
    let on: &[&str] = if Path::new(&last).exists() { &["--load-checkpoint", &last] } else { &[] };
    assert!(start(&recipe, &save, on).status().unwrap().success());
    for file in ["last.midge", "best.midge", "model.midge", "metrics.csv"] {
        assert!(read(&save, file) == read(&calm, file), "{file} differs behind {times} kills");
    }
    println!("{at_work} of {times} kills met a training at work; all files are those of an undisturbed one");
}

#[test]
fn a_killed_training_goes_on_to_the_same_bits() {
    kills(5, 1);
}

#[test]
fn a_training_that_is_killed_in_integers_goes_on_there() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 2\nema = 0.9\nclip = 1.0\naccumulate = 2\n[qat]\nepochs = 7");
    let (calm, save) = (desk.path("calm"), desk.path("kept"));
    assert!(start(&recipe, &calm, &[]).status().unwrap().success());
    let last = format!("{save}/last.midge");
    let done = || {
        let kept = Checkpoint::load(last.as_ref()).ok()?;
        Some(kept.config.pointer("/qat/rows")?.as_array()?.len())
    };
    let mut child = start(&recipe, &save, &[]).spawn().unwrap();
    while done().is_none_or(|epochs| epochs < 2) && child.try_wait().unwrap().is_none() {
        std::thread::sleep(Duration::from_millis(5));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let killed = done().unwrap();
    assert!(killed < 7 && !Path::new(&save).join("model.midge").exists(), "it was done before it was killed");
    let told = midge([
        "train",
        &recipe[0],
        "--data",
        &recipe[1],
        "--save-dir",
        &save,
        "--threads",
        "1",
        "--load-checkpoint",
        &last,
    ]);
    assert_eq!(told.code, 0, "{}", told.err);
    let of = |epoch| format!("epoch {epoch} of 7 in integers");
    assert!(told.err.contains(&of(killed + 1)) && !told.err.contains(&of(killed)), "{}", told.err);
    for file in ["last.midge", "model.midge", "metrics.csv"] {
        assert!(read(&save, file) == read(&calm, file), "{file} differs");
    }
    let curves = String::from_utf8(read(&save, "metrics.csv")).unwrap();
    let epochs: Vec<_> = curves.lines().skip(1).filter_map(|line| line.split(',').next()).collect();
    assert_eq!(epochs, ["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
    assert_eq!(json(["checkpoint", "show", &last])["epoch"], 9);
    println!("killed behind epoch {killed} of 7 in integers; all files are those of an undisturbed training");
}

#[test]
#[ignore = "takes half a minute"]
fn a_hundred_kills() {
    kills(100, 2);
}

#[test]
#[cfg(unix)]
fn a_training_that_is_asked_to_stop_leaves_a_checkpoint() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 100000");
    let save = desk.path("kept");
    let child = start(&recipe, &save, &[]).spawn().unwrap();
    let begun = Instant::now();
    while !Path::new(&save).join("last.midge").exists() && begun.elapsed() < Duration::from_secs(60) {
        std::thread::sleep(Duration::from_millis(20));
    }
    assert!(Command::new("kill").args(["-TERM", &child.id().to_string()]).status().unwrap().success());
    let told = told(child.wait_with_output().unwrap());
    assert!(told.code == 1 && told.err.contains("--load-checkpoint"), "{} {}", told.code, told.err);
    let kept = json(["checkpoint", "show", &format!("{save}/last.midge")]);
    assert!(kept["steps"].as_u64().unwrap() > 0 && kept["config"]["batch"] == 24, "{kept}");
}

#[test]
#[cfg(unix)]
fn a_full_disk_leaves_the_last_good_checkpoint() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 2\nsave_every = 1");
    let (save, calm) = (desk.path("kept"), desk.path("calm"));
    assert!(start(&recipe, &save, &["--max-steps", "3"]).status().unwrap().success());
    let (before, last) = (read(&save, "last.midge"), format!("{save}/last.midge"));
    // files of 4 KiB at most, and an error instead of a signal
    let train = start(&recipe, &save, &["--load-checkpoint", &last]);
    let mut full = Command::new("sh");
    full.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
        .arg(train.get_program())
        .args(train.get_args());
    let told = told(full.output().unwrap());
    assert!(told.code == 3 && told.err.contains("cannot write"), "{} {}", told.code, told.err);
    assert!(before == read(&save, "last.midge"));
    let names =
        std::fs::read_dir(&save).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    assert!(names.into_iter().all(|name| !name.ends_with(".part")));
    assert!(start(&recipe, &save, &["--load-checkpoint", &last]).status().unwrap().success());
    assert!(start(&recipe, &calm, &[]).status().unwrap().success());
    assert!(read(&save, "last.midge") == read(&calm, "last.midge"));
}

#[test]
fn what_is_wrong_with_a_recipe_or_its_data_is_said() {
    let desk = Desk::new();
    let [file, data] = recipe(&desk, "epochs = 1");
    let text = std::fs::read_to_string(&file).unwrap();
    let wrong = desk.write("wrong.toml", text.replace("rate", "speed"));
    let told = midge(["train", &wrong, "--data", &data]);
    assert!(told.code == 3 && told.err.contains("unknown field `speed`, expected one of"), "{}", told.err);
    let nowhere = desk.path("nowhere");
    let told = midge(["train", &file, "--data", &nowhere]);
    assert!(told.code == 3 && told.err.contains("hint: ") && told.err.contains("--data DIR"), "{}", told.err);
    assert!(!desk.files().contains(&"checkpoints".to_owned()));
    let told = midge(["train", &file, "--data", &data, "--lr-schedule", "sine"]);
    assert!(told.code == 2 && told.err.contains("one_cycle"), "{}", told.err);
}

#[test]
fn weights_of_a_checkpoint_are_shown_and_handed_over() {
    let desk = Desk::new();
    let recipe = recipe(&desk, "epochs = 2");
    let save = desk.path("kept");
    assert!(start(&recipe, &save, &[]).status().unwrap().success());
    let best = format!("{save}/best.midge");
    let kept = json(["checkpoint", "show", &best]);
    assert_eq!((&kept["epoch"], &kept["config"]["seed"]), (&2.into(), &3.into()));
    let listed = json(["checkpoint", "list", &save]);
    assert_eq!(listed.as_array().unwrap().len(), 2, "{listed}");
    let weights = desk.path("weights.safetensors");
    let names = json(["checkpoint", "export", &best, "-o", &weights]);
    assert!(names.as_array().unwrap().contains(&"conv1.weight".into()), "{names}");
    let told = midge([
        "train",
        &recipe[0],
        "--data",
        &recipe[1],
        "--save-dir",
        &save,
        "--from",
        &weights,
        "--freeze",
        "conv*",
        "--freeze",
        "depthwise*",
        "--epochs",
        "1",
    ]);
    assert_eq!(told.code, 0, "{}", told.err);
    let again = desk.path("again.safetensors");
    json(["checkpoint", "export", &best, "-o", &again]);
    let [old, new] = [&weights, &again].map(|path| Safetensors::read(path.as_ref()).unwrap());
    for (name, values) in &old.values {
        assert_eq!(
            *values == new.values[name],
            name.starts_with("conv") || name.starts_with("depthwise"),
            "{name}"
        );
    }
    let told = midge(["checkpoint", "show", &desk.plan]);
    assert!(told.code == 3 && told.err.contains("a model and no checkpoint"), "{}", told.err);
}

#[test]
fn curves_become_pictures() {
    let desk = Desk::new();
    let metrics = desk.write("metrics.csv", "epoch,step,loss\n1,9,2.5\n2,18,1.5\n3,27,1.25\n");
    let [svg, png] = ["loss.svg", "loss.png"].map(|name| desk.path(name));
    json(["plot", &metrics, "-o", &svg]);
    assert!(std::fs::read_to_string(&svg).unwrap().contains("<polyline"));
    json(["plot", &metrics, "-o", &png]);
    assert!(std::fs::read(&png).unwrap().starts_with(b"\x89PNG"));
    assert_eq!(midge(["plot", &metrics, "-o", &desk.path("loss.gif")]).code, 2);
    let damaged = desk.write("damaged.csv", "epoch,loss\n1,x\n");
    let told = midge(["plot", &damaged, "-o", &svg]);
    assert!(
        told.code == 3 && told.err.contains("line 2: \"x\" in column \"loss\" is no number"),
        "{}",
        told.err
    );
}

#[test]
fn data_are_counted_and_checked() {
    let desk = Desk::new();
    let table = desk.write("x.csv", "a,b,kind\n1,2,cat\n3,,dog\n5,6,cat\nx,1,dog\n");
    let told = json(["dataset", "stats", &table]);
    assert_eq!((&told["samples"], &told["broken"], &told["missing"]["b"]), (&4.into(), &2.into(), &1.into()));
    assert_eq!(told["classes"], serde_json::json!([["cat", 2], ["dog", 0]]));
    assert_eq!(told["inputs"][0]["mean"], 3.0);
    let told = midge(["dataset", "validate", &table]);
    assert!(told.code == 1 && told.out.contains("line 3") && told.out.contains("line 5"), "{}", told.out);
    let [file, data] = recipe(&desk, "epochs = 1");
    assert_eq!(json(["dataset", "stats", &file, "--data", &data])["samples"], 360);
    assert_eq!(midge(["dataset", "validate", &file, "--data", &data]).code, 0);
    let kinds = json(["dataset", "list"]);
    assert!(kinds.as_array().unwrap().iter().any(|kind| kind["kind"] == "cifar"), "{kinds}");
}

#[test]
fn gradients_of_a_recipe_are_right() {
    let desk = Desk::new();
    let [file, data] = recipe(&desk, "epochs = 1");
    let told = json(["gradcheck", &file, "--data", &data, "--numbers", "6"]);
    let all = told["parameters"].as_array().unwrap();
    let off = |one: &serde_json::Value| one["off"].as_f64().unwrap();
    println!("digits: gradients are off by {:.1e} at most", all.iter().map(off).fold(0.0, f64::max));
    assert!(told["right"] == true && told["noise"] == false && all.len() == 11, "{told}");
    assert!(all.iter().all(|one| off(one) < 0.02 && one["checked"].as_u64() > Some(0)), "{told}");
    // what single precision can't tell apart is too much to ask
    let told = midge(["gradcheck", &file, "--data", &data, "--numbers", "2", "--tolerance", "1e-12"]);
    assert!(told.code == 1 && told.err.contains("conv1.weight"), "{}", told.err);
    assert!(told.out.contains("greatest gradient") && told.out.contains("not right"), "{}", told.out);
    let nowhere = desk.path("nowhere");
    let told = json(["gradcheck", &file, "--data", &nowhere, "--numbers", "2"]);
    assert!(told["noise"] == true && told["right"] == true, "{told}");
}
