//! Trainings that stop and go on, and files that do not survive.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use midge_train::checkpoint::{Checkpoint, CheckpointError, Safetensors};
use midge_train::data::augment::Augment;
use midge_train::data::{Loader, Memory, Values, Vocabulary};
use midge_train::nn::{BatchNorm, Dropout, Linear, Module};
use midge_train::optim::{AdamW, Optimizer, Sgd};
use midge_train::{Result, Rng, Tensor, loss, parts};

struct Net {
    hidden: Linear,
    norm: BatchNorm,
    drop: Dropout,
    head: Linear,
}

impl Module for Net {
    parts!(hidden, norm, drop, head);

    fn forward(&self, x: &Tensor) -> Result<Tensor> {
        let hidden = self.norm.forward(&self.hidden.forward(x)?)?.relu()?;
        self.head.forward(&self.drop.forward(&hidden)?)
    }
}

/// Everything that a training consists of.
struct Training {
    net: Net,
    optimizer: Optimizer,
    loader: Loader,
    kept: Checkpoint,
}

impl Training {
    fn new(seed: u64) -> Training {
        let rng = &mut Rng::new(seed);
        let net = Net {
            hidden: Linear::new(4, 16, rng).unwrap(),
            norm: BatchNorm::new(16).unwrap(),
            drop: Dropout::new(0.2, rng).unwrap(),
            head: Linear::new(16, 3, rng).unwrap(),
        };
        let optimizer = Optimizer::new(AdamW::default(), 0.01, net.parameters()).unwrap();
        let rng = &mut Rng::new(5);
        let x = Values::floats([60, 4], (0..240).map(|_| rng.normal()).collect()).unwrap();
        let y = Values::indices(60, (0..60).map(|row| row % 3).collect()).unwrap();
        let data = Memory::new("made", vec![x], Some(y)).unwrap();
        let loader = Loader::new(Arc::new(data), 10).unwrap().shuffle(8).transform(Augment::Noise(0.1));
        Training { net, optimizer, loader, kept: Checkpoint::default() }
    }

    /// Steps until `end` of them are made in all.
    fn run(&mut self, end: u64) {
        while self.optimizer.steps() < end {
            for batch in self.loader.epoch_from(self.kept.epoch, self.kept.batch as usize) {
                let batch = batch.unwrap();
                self.optimizer.zero_grad();
                let logits = self.net.forward(&batch.inputs[0]).unwrap();
                let loss = loss::cross_entropy(&logits, &batch.label.unwrap()).unwrap();
                loss.backward().unwrap();
                self.optimizer.step().unwrap();
                self.kept.push("loss", loss.item().unwrap());
                self.kept.batch += 1;
                if self.optimizer.steps() == end {
                    return;
                }
            }
            (self.kept.epoch, self.kept.batch) = (self.kept.epoch + 1, 0);
        }
    }

    fn save(&mut self, path: &Path) {
        self.kept.keep_module(&self.net).unwrap();
        self.kept.keep_optimizer(&self.optimizer).unwrap();
        self.kept.save(path).unwrap();
    }

    fn load(path: &Path) -> Training {
        // other first weights: everything must come from the file
        let mut training = Training::new(99);
        training.kept = Checkpoint::load(path).unwrap();
        training.kept.restore_module(&training.net).unwrap();
        training.kept.restore_optimizer(&mut training.optimizer).unwrap();
        training
    }

    fn bits(&self) -> Vec<(String, Vec<u32>)> {
        let bits = |tensor: &Tensor| tensor.to_vec::<f32>().unwrap().iter().map(|x| x.to_bits()).collect();
        self.net.state_dict().iter().map(|(name, tensor)| (name.clone(), bits(tensor))).collect()
    }
}

#[test]
fn a_training_that_goes_on_ends_at_the_same_bits() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.midge");
    let mut whole = Training::new(1);
    whole.run(20);
    // in the middle of an epoch of six batches
    let mut first = Training::new(1);
    first.run(10);
    first.save(&path);
    drop(first);
    let mut second = Training::load(&path);
    assert_eq!((second.optimizer.steps(), second.kept.epoch, second.kept.batch), (10, 1, 4));
    second.run(20);
    assert_eq!(second.bits(), whole.bits());
    assert_eq!(second.kept.curve("loss"), whole.kept.curve("loss"));
    let mut fresh = Training::new(2);
    fresh.run(20);
    assert_ne!(fresh.bits(), whole.bits());
}

#[test]
fn everything_that_is_kept_comes_back() {
    let mut rng = Rng::new(4);
    rng.normal();
    let mut kept = Checkpoint {
        config: serde_json::json!({"rate": 0.1, "layers": [4, 16], "name": "a \"net\""}),
        epoch: u64::MAX,
        batch: 3,
        vocabulary: Some(Vocabulary::of("hö\n")),
        ..Checkpoint::default()
    };
    kept.random.insert("loader".into(), rng);
    kept.keep("mine", &Tensor::from_vec(vec![1i64, -5], 2).unwrap()).unwrap();
    kept.push("loss", 0.1);
    kept.push("loss", f32::INFINITY);
    let bytes = kept.bytes().unwrap();
    assert_eq!(Checkpoint::from_bytes(&bytes, Path::new("x")).unwrap(), kept);
    assert_eq!(bytes, kept.bytes().unwrap());
    assert!(kept.curve("none").is_empty());
}

#[test]
fn damage_at_any_byte_is_refused() {
    let mut training = Training::new(1);
    training.kept.keep_module(&training.net).unwrap();
    training.kept.keep_optimizer(&training.optimizer).unwrap();
    let sound = training.kept.bytes().unwrap();
    let read = |bytes: &[u8]| Checkpoint::from_bytes(bytes, Path::new("last.midge"));
    for at in (0..sound.len()).step_by(13) {
        let mut bytes = sound.clone();
        bytes[at] ^= 1;
        let error = read(&bytes).unwrap_err();
        assert!(
            matches!(error, CheckpointError::Damaged { .. } | CheckpointError::File { .. }),
            "byte {at}: {error}"
        );
    }
    for len in (0..sound.len()).step_by(101) {
        assert!(read(&sound[..len]).is_err(), "{len}");
    }
    let error = Checkpoint::load(Path::new("nowhere.midge")).unwrap_err().to_string();
    assert!(error.starts_with("cannot read nowhere.midge"), "{error}");
    let model = midge_runtime::assemble::without_plan("model", &[]).unwrap();
    assert!(matches!(read(&model), Err(CheckpointError::Model(_))));
}

#[test]
fn another_network_or_optimizer_is_refused_and_stays_as_it_was() {
    let mut training = Training::new(1);
    training.kept.keep_module(&training.net).unwrap();
    training.kept.keep_optimizer(&training.optimizer).unwrap();
    let other = Linear::new(4, 16, &mut Rng::new(3)).unwrap();
    let weight = || other.state_dict()["weight"].to_vec::<f32>().unwrap();
    let before = weight();
    let error = training.kept.restore_module(&other).unwrap_err().to_string();
    assert!(error.contains("unexpected: head.bias"), "{error}");
    assert_eq!(weight(), before);
    let mut optimizer = Optimizer::new(Sgd::default(), 0.5, training.net.parameters()).unwrap();
    assert!(training.kept.restore_optimizer(&mut optimizer).is_err());
    assert_eq!((optimizer.rate(), optimizer.steps()), (0.5, 0));
    let error = Checkpoint::default().restore_optimizer(&mut optimizer).unwrap_err();
    assert!(matches!(error, CheckpointError::Missing(_)), "{error}");
    let error = Checkpoint::default().restore_module(&training.net).unwrap_err();
    assert!(error.to_string().contains("random numbers for drop.rng"), "{error}");
}

/// Set for the process that is killed: where it writes.
const PLACE: &str = "MIDGE_TEST_CHECKPOINT";

/// Does nothing unless [`a_kill_at_any_moment_leaves_a_sound_file`] starts it: then it writes, and never ends by itself.
#[test]
fn writer() {
    let Some(path) = std::env::var_os(PLACE).map(PathBuf::from) else { return };
    let mut kept = Checkpoint::default();
    kept.values.insert("many".into(), Values::floats(10_000, vec![1.5; 10_000]).unwrap());
    loop {
        kept.epoch += 1;
        kept.save(&path).unwrap();
    }
}

#[test]
fn a_kill_at_any_moment_leaves_a_sound_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("last.midge");
    let rng = &mut Rng::new(17);
    let (mut last, mut kills) = (0, 0);
    // on a busy machine it takes some more until a second file is there to be replaced
    while kills < 12 || last < 2 && kills < 200 {
        kills += 1;
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "writer", "--nocapture"])
            .env(PLACE, &path)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        // until there is a file: then at any moment
        while !path.exists() {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(20 + rng.below(60) as u64));
        child.kill().unwrap();
        child.wait().unwrap();
        let kept = Checkpoint::load(&path).unwrap();
        assert_eq!(kept.values["many"].data().len(), 10_000);
        last = last.max(kept.epoch);
    }
    assert!(last > 1, "no second file was ever written");
}

#[test]
fn safetensors_come_back_byte_for_byte() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/safetensors/small.safetensors");
    let bytes = std::fs::read(&path).unwrap();
    let read = Safetensors::read(&path).unwrap();
    assert_eq!(
        read.values["head.weight"],
        Values::floats([2, 3], vec![0.0, 0.25, 0.5, 0.75, 1.0, 1.25]).unwrap()
    );
    assert_eq!(read.values["head.bias"].as_floats().unwrap(), [-1.5, f32::INFINITY]);
    assert_eq!(
        (read.values["steps"].shape().len(), read.values["steps"].as_indices().unwrap()),
        (0, &[7][..])
    );
    assert_eq!((read.values.len(), read.metadata["format"].as_str()), (5, "pt"));
    assert_eq!(read.bytes(&path).unwrap(), bytes);
    for len in 0..bytes.len() {
        assert!(Safetensors::parse(&bytes[..len], &path).is_err(), "{len}");
    }
    let text = String::from_utf8_lossy(&bytes[..344]).replace("\"U8\"", "\"I8\"");
    let other = [text.as_bytes(), &bytes[344..]].concat();
    let error = Safetensors::parse(&other, &path).unwrap_err().to_string();
    assert!(error.contains("\"pixels\" is I8"), "{error}");
}

#[test]
fn a_network_goes_through_safetensors() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.safetensors");
    let (one, two) = (Training::new(1), Training::new(2));
    Safetensors::of(&one.net.state_dict()).unwrap().write(&path).unwrap();
    two.net.load_state_dict(&Safetensors::read(&path).unwrap().tensors().unwrap()).unwrap();
    assert_eq!(one.bits(), two.bits());
}
