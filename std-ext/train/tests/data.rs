//! Data from files of every kind, split, shuffled, changed, and put together.

#![expect(clippy::unwrap_used, reason = "helpers of tests, which may panic")]

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use midge_runtime::array::{Array, Arrays};
use midge_train::Rng;
use midge_train::data::augment::Augment;
use midge_train::data::{
    Classes, DataError, Dataset, Folder, Loader, Memory, Rule, Sample, Table, Target, Text, Values,
    Vocabulary, stats, validate,
};
use tempfile::TempDir;

fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    path
}

fn png(pixels: &[u8], width: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, pixels.len() as u32 / width);
    encoder.set_color(png::ColorType::Grayscale);
    encoder.write_header().unwrap().write_image_data(pixels).unwrap();
    bytes
}

fn wav(path: &Path, samples: &[i16]) {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 8000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut writer = hound::WavWriter::create(path, spec).unwrap();
    samples.iter().for_each(|&sample| writer.write_sample(sample).unwrap());
    writer.finalize().unwrap();
}

fn class(sample: &Sample) -> i64 {
    sample.label.as_ref().unwrap().as_indices().unwrap()[0]
}

fn floats(sample: &Sample) -> &[f32] {
    sample.inputs[0].as_floats().unwrap()
}

/// Numbers 0, 1, 2 and so on, each the label of itself.
fn counted(count: usize) -> Arc<dyn Dataset> {
    let numbers = (0..count).map(|x| x as f32).collect();
    let label = Values::indices(count, (0..count as i64).collect()).unwrap();
    Arc::new(Memory::new("counted", vec![Values::floats([count, 1], numbers).unwrap()], Some(label)).unwrap())
}

#[test]
fn tables_have_titles_words_and_faults() {
    let folder = tempfile::tempdir().unwrap();
    let text = "long,wide,\"kind, or so\"\n1,2.5,setosa\n3,,virginica\n5,x,setosa\n7,8\n9,10,setosa\n";
    let path = file(&folder, "iris.csv", text);
    let table = Table::read(&path, &Target::Class(None)).unwrap();
    assert_eq!((table.len(), table.titles()), (5, &["long".to_string(), "wide".into()][..]));
    assert_eq!(table.classes(), ["setosa", "virginica"]);
    assert_eq!((floats(&table.get(4).unwrap()), class(&table.get(4).unwrap())), (&[9.0, 10.0][..], 0));
    let error = table.get(1).unwrap_err();
    assert!(matches!(&error, DataError::Missing { columns, .. } if columns[..] == ["wide"]), "{error}");
    let broken = validate(&table);
    assert_eq!(broken.iter().map(|broken| broken.index).collect::<Vec<_>>(), [1, 2, 3]);
    assert!(broken[0].why.contains("line 3: no value for wide"), "{}", broken[0].why);
    assert!(broken[1].why.contains("iris.csv, line 4: \"x\" in column \"wide\""), "{}", broken[1].why);
    assert!(broken[2].why.ends_with("line 5: 2 cells, and there are 3 columns"), "{}", broken[2].why);
    let found = stats(&table);
    assert_eq!((found.samples, found.broken, found.missing["wide"]), (5, 3, 1));
    assert_eq!(found.classes, [("setosa".to_string(), 2), ("virginica".into(), 0)]);
    assert_eq!((found.inputs[0].mean, found.inputs[0].std, found.inputs[1].max), (5.0, 4.0, 10.0));

    let path = file(&folder, "house.csv", "3,100\n4,250.5\n");
    let table = Table::read(&path, &Target::Number(None)).unwrap();
    assert_eq!(table.get(1).unwrap().label.unwrap().as_floats().unwrap(), [250.5]);
    assert_eq!(stats(&table).label.unwrap().mean, 175.25);
    let error = Table::read(&path, &Target::Class(Some("price".into()))).unwrap_err().to_string();
    assert!(error.contains("no column \"price\"; there are column 1, column 2"), "{error}");
    // numbers are the classes' own, also where some are missing
    let path = file(&folder, "digits.csv", "0.5,7\n0.25,2\n");
    let table = Table::read(&path, &Target::Class(None)).unwrap();
    assert_eq!((table.classes().len(), class(&table.get(0).unwrap())), (8, 7));
}

#[test]
fn arrays_are_inputs_and_labels() {
    let folder = tempfile::tempdir().unwrap();
    let x = Array::new(&[3, 2], &[1u8, 2, 3, 4, 5, 6]).unwrap();
    let ids = Array::new(&[3, 1], &[7i64, 8, 9]).unwrap();
    let y = Array::new(&[3], &[0u8, 1, 0]).unwrap();
    let path = folder.path().join("all.npz");
    let named = [("x", &x), ("ids", &ids), ("y", &y)].map(|(name, array)| (name.to_string(), array.clone()));
    Arrays::write(&path, &named, 3).unwrap();
    let data = Memory::arrays(&path, None).unwrap().with_pipeline("scale 1/2".parse().unwrap());
    let sample = data.get(1).unwrap();
    assert_eq!((floats(&sample), class(&sample)), (&[1.5, 2.0][..], 1));
    assert_eq!(sample.inputs[1].as_indices().unwrap(), [8]);
    let (xs, ys) = (file(&folder, "x.npy", x.npy()), file(&folder, "y.npy", y.npy()));
    assert_eq!(class(&Memory::arrays(&xs, Some(&ys)).unwrap().get(1).unwrap()), 1);
    let short = file(&folder, "short.npy", Array::new(&[2], &[0u8, 1]).unwrap().npy());
    let error = Memory::arrays(&xs, Some(&short)).unwrap_err().to_string();
    assert!(error.contains("3 samples in the first array, 2 in another"), "{error}");
    let error = data.get(3).unwrap_err();
    assert!(matches!(error, DataError::Index { index: 3, len: 3 }), "{error}");
}

#[test]
fn mnist_and_cifar_are_read_and_damage_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let images =
        [&[0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3][..], &(0..12).collect::<Vec<u8>>()].concat();
    let labels = [0u8, 0, 8, 1, 0, 0, 0, 2, 9, 4];
    let (x, y) = (file(&folder, "images", &images), file(&folder, "labels", labels));
    let data = Memory::idx(&x, &y).unwrap();
    let sample = data.get(1).unwrap();
    assert_eq!((&sample.inputs[0].shape()[..], floats(&sample)[0], class(&sample)), (&[1, 2, 3][..], 6.0, 4));
    for cut in 0..images.len() {
        let path = file(&folder, "cut", &images[..cut]);
        assert!(matches!(Memory::idx(&path, &y), Err(DataError::File { .. })), "{cut}");
    }
    let packed = file(&folder, "images.gz", [0x1f, 0x8b, 8, 0]);
    assert!(Memory::idx(&packed, &y).unwrap_err().to_string().contains("gunzip"));

    let mut record = vec![3u8];
    record.extend((0..3072).map(|at| (at / 1024) as u8));
    let path = file(&folder, "data_batch_1.bin", record.repeat(2));
    let data = Memory::cifar10(&[path.clone(), path]).unwrap();
    let sample = data.get(3).unwrap();
    assert_eq!((data.len(), class(&sample), data.classes()[3].as_str()), (4, 3, "cat"));
    assert_eq!((&sample.inputs[0].shape()[..], floats(&sample)[2047]), (&[3, 32, 32][..], 1.0));
    assert_eq!(stats(&data).inputs[2].mean, 2.0);
    record[0] = 10;
    let error = Memory::cifar10(&[file(&folder, "bad.bin", &record)]).unwrap_err().to_string();
    assert!(error.contains("image 0 has class 10"), "{error}");
    assert!(Memory::cifar10(&[file(&folder, "cut.bin", &record[..99])]).is_err());
}

#[test]
fn folders_are_classes_or_names_have_them() {
    let folder = tempfile::tempdir().unwrap();
    for (name, value) in [("cat/1.png", 10), ("cat/2.png", 20), ("dog/1.png", 30)] {
        file(&folder, name, png(&[value; 6], 3));
    }
    let data = Folder::open(folder.path(), Classes::Folders, "scale 1/10".parse().unwrap()).unwrap();
    let sample = data.get(2).unwrap();
    assert_eq!((data.classes(), class(&sample)), (&["cat".to_string(), "dog".into()][..], 1));
    assert_eq!((&sample.inputs[0].shape()[..], floats(&sample)[5]), (&[1, 2, 3][..], 3.0));
    assert_eq!((validate(&data), data.name(1)), (vec![], "cat/2.png".to_string()));
    file(&folder, "dog/2.png", png(&[1, 2], 2));
    file(&folder, "dog/3.png", &png(&[1; 6], 3)[..40]);
    let data = Folder::open(folder.path(), Classes::Folders, Default::default()).unwrap();
    let broken = validate(&data);
    assert!(broken[0].why.contains("dog/2.png: its shapes are"), "{}", broken[0].why);
    assert!(broken.len() == 2 && broken[1].why.contains("3.png"), "{broken:?}");

    let folder = tempfile::tempdir().unwrap();
    for name in ["10_ann_0", "2_ann_0", "2_bob_7", "10_bob_12"] {
        wav(&folder.path().join(format!("{name}.wav")), &[0, i16::MIN, 16384]);
    }
    let data = Folder::open(folder.path(), Classes::Field(0), "mono, length 4".parse().unwrap()).unwrap();
    assert_eq!(data.classes(), ["2", "10"]);
    assert_eq!(floats(&data.get(0).unwrap()), [0.0, -1.0, 0.5, 0.0]);
    let data: Arc<dyn Dataset> = Arc::new(data);
    let (train, test) = Rule::Field { field: 2, first: 0, last: 4 }.split(&data).unwrap();
    assert_eq!((train.len(), test.len(), test.name(1)), (2, 2, "2_ann_0.wav".to_string()));
    let list = file(&folder, "test.txt", "# kept\n2_bob_7.wav\n");
    let (_, test) = Rule::list(&list).unwrap().split(&data).unwrap();
    assert_eq!((test.len(), class(&test.get(0).unwrap())), (1, 0));
    let list = file(&folder, "bad.txt", "2_bob_7.wav\n3_no.wav\n");
    let error = Rule::list(&list).unwrap().split(&data).err().unwrap().to_string();
    assert!(error.contains("1 of 2 names are not in the data: 3_no.wav"), "{error}");
    assert!(Folder::open(folder.path(), Classes::Folders, Default::default()).is_err());
    assert!(Folder::open(folder.path(), Classes::Field(3), Default::default()).is_err());
}

#[test]
fn text_is_a_chain_of_characters() {
    let folder = tempfile::tempdir().unwrap();
    let text = Text::read(&file(&folder, "a.txt", "hello, wörld"), 4, 3).unwrap();
    assert_eq!((text.len(), text.vocabulary().len()), (3, 10));
    let sample = text.get(1).unwrap();
    let decoded = |values: &Values| text.vocabulary().decode(values.as_indices().unwrap());
    assert_eq!(
        (decoded(&sample.inputs[0]), decoded(sample.label.as_ref().unwrap())),
        ("lo, ".into(), "o, w".into())
    );
    let (front, back) = text.clone().split(0.5).unwrap();
    assert_eq!((front.len(), back.len(), decoded(&back.get(0).unwrap().inputs[0])), (1, 1, " wör".into()));
    assert!(text.clone().split(0.9).is_err());
    let error = Text::new("abc", Vocabulary::of("ab"), 1, 1).unwrap_err().to_string();
    assert!(error.contains("'c' at 2"), "{error}");
    assert!(Text::read(&file(&folder, "b.txt", b"ab\xff"), 1, 1).unwrap_err().to_string().contains("byte 2"));
    let json = serde_json::to_string(text.vocabulary()).unwrap();
    assert_eq!(&serde_json::from_str::<Vocabulary>(&json).unwrap(), text.vocabulary());
}

#[test]
fn every_sample_is_seen_once_and_the_seed_says_when() {
    let order = |loader: &Loader, epoch| -> Vec<usize> {
        loader.epoch(epoch).flat_map(|batch| batch.unwrap().indices).collect()
    };
    let loader = Loader::new(counted(23), 5).unwrap().shuffle(3);
    let first = order(&loader, 0);
    let mut sorted = first.clone();
    sorted.sort_unstable();
    assert_eq!(sorted, (0..23).collect::<Vec<_>>());
    assert_eq!(first, order(&loader, 0));
    assert_ne!(first, order(&loader, 1));
    assert_ne!(first, order(&loader.clone().shuffle(4), 0));
    assert_eq!((loader.batches(), loader.clone().drop_last().batches()), (5, 4));
    let short = loader.clone().drop_last();
    assert_eq!(order(&short, 0), first[..20]);
    let later: Vec<usize> = short.epoch_from(0, 2).flat_map(|batch| batch.unwrap().indices).collect();
    assert_eq!(later, first[10..20]);
    assert!(Loader::new(counted(3), 0).is_err());
}

#[test]
fn splits_share_no_sample() {
    let data = counted(50);
    for rule in [Rule::Share { share: 0.2, seed: 1 }, Rule::Every { divisor: 5, rest: 0 }] {
        let (left, taken) = rule.split(&data).unwrap();
        assert_eq!((left.len(), taken.len()), (40, 10));
        let mut all = [left.indices(), taken.indices()].concat();
        all.sort_unstable();
        assert_eq!(all, (0..50).collect::<Vec<_>>());
    }
    let (_, taken) = Rule::Every { divisor: 5, rest: 0 }.split(&data).unwrap();
    assert!(taken.indices().iter().all(|index| index % 5 == 0));
    assert!(Rule::Share { share: 1.5, seed: 1 }.split(&data).is_err());
    assert!(Rule::Every { divisor: 5, rest: 5 }.split(&data).is_err());
}

#[test]
fn workers_make_the_same_batches() {
    let loader = Loader::new(counted(101), 4).unwrap().shuffle(9).transform(Augment::Noise(0.5));
    let made = |loader: &Loader| -> Vec<(Vec<usize>, Vec<f32>)> {
        let batches = loader.epoch(2).map(Result::unwrap);
        batches.map(|batch| (batch.indices.clone(), batch.inputs[0].to_vec().unwrap())).collect()
    };
    let alone = made(&loader);
    assert_eq!(alone.len(), 26);
    for (workers, ahead) in [(1, 1), (2, 1), (3, 4), (40, 2)] {
        assert_eq!(made(&loader.clone().workers(workers, ahead)), alone, "{workers} workers");
    }
}

/// Counts how many of its samples were asked for, and fails at one.
struct Counting {
    inner: Arc<dyn Dataset>,
    asked: AtomicUsize,
    bad: usize,
    panics: bool,
}

impl Dataset for Counting {
    fn len(&self) -> usize {
        self.inner.len()
    }

    fn get(&self, index: usize) -> midge_train::data::Result<Sample> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        if index == self.bad {
            assert!(!self.panics, "a data set with a fault");
            return Err(DataError::File { path: "lost.png".into(), what: "it is empty".into() });
        }
        self.inner.get(index)
    }
}

fn counting(bad: usize, panics: bool) -> Arc<Counting> {
    Arc::new(Counting { inner: counted(1000), asked: AtomicUsize::new(0), bad, panics })
}

#[test]
fn workers_wait_when_nobody_takes_their_batches() {
    let data = counting(usize::MAX, false);
    let loader = Loader::new(Arc::clone(&data) as Arc<dyn Dataset>, 10).unwrap().workers(2, 3);
    let mut epoch = loader.epoch(0);
    epoch.next().unwrap().unwrap();
    // each worker holds three in its queue and one in its hands, and one was taken
    let most = (2 * 4 + 1) * 10;
    for _ in 0..200 {
        if data.asked.load(Ordering::SeqCst) == most {
            break;
        }
        std::thread::sleep(Duration::from_millis(10));
    }
    std::thread::sleep(Duration::from_millis(30));
    assert_eq!(data.asked.load(Ordering::SeqCst), most);
    // and they end when the epoch is given up
    drop(epoch);
    assert_eq!(Arc::strong_count(&data), 2);
}

#[test]
fn an_error_of_a_worker_arrives_in_its_place() {
    for workers in [0, 2] {
        let loader = Loader::new(counting(57, false), 10).unwrap().workers(workers, 2);
        let found: Vec<_> = loader.epoch(0).collect();
        assert_eq!(found.len(), 6);
        let error = found[5].as_ref().unwrap_err().to_string();
        assert_eq!(error, "lost.png: it is empty");
    }
    let found: Vec<_> = Loader::new(counting(57, true), 10).unwrap().workers(2, 2).epoch(0).collect();
    assert!(found.len() == 6 && matches!(found[5], Err(DataError::Worker(5))), "{:?}", found.last());
}

#[test]
fn samples_of_two_shapes_make_no_batch() {
    let folder = tempfile::tempdir().unwrap();
    for (name, width) in [("a/1.png", 3), ("a/2.png", 2)] {
        file(&folder, name, png(&[1; 6], width));
    }
    let data = Folder::open(folder.path(), Classes::Folders, Default::default()).unwrap();
    let error = Loader::new(Arc::new(data), 2).unwrap().epoch(0).next().unwrap().unwrap_err().to_string();
    assert!(error.starts_with("a/2.png: its shape is") && error.contains("that of a/1.png"), "{error}");
}

#[test]
fn augmentation_does_what_it_says() {
    let image = || Values::floats([2, 2, 3], (0..12).map(|x| x as f32).collect()).unwrap();
    let after = |augment: &Augment, seed| {
        let mut values = image();
        augment.change(&mut values, &mut Rng::new(seed)).unwrap();
        values.as_floats().unwrap().to_vec()
    };
    let before = image().as_floats().unwrap().to_vec();
    assert_eq!(after(&Augment::FlipHorizontal(1.0), 0)[..6], [2.0, 1.0, 0.0, 5.0, 4.0, 3.0]);
    assert_eq!(after(&Augment::FlipVertical(1.0), 0)[..6], [3.0, 4.0, 5.0, 0.0, 1.0, 2.0]);
    assert_eq!(after(&Augment::FlipHorizontal(0.0), 0), before);
    let flipped = (0..400).filter(|&seed| after(&Augment::FlipHorizontal(0.25), seed) != before).count();
    assert!((60..140).contains(&flipped), "{flipped}");
    assert_eq!(after(&Augment::Rotate(0.0), 0), before);
    // a piece of the image with a border of one: nine places for it, all of which come up
    let crops: std::collections::BTreeSet<String> =
        (0..200).map(|seed| format!("{:?}", after(&Augment::Crop(1), seed))).collect();
    assert_eq!(crops.len(), 9);
    let bright = after(&Augment::Brightness(0.5), 3);
    let by = bright[0] - before[0];
    assert!(
        by != 0.0 && by.abs() <= 0.5 && bright.iter().zip(&before).all(|(a, b)| (a - b - by).abs() < 1e-5)
    );
    let contrast = after(&Augment::Contrast(0.5), 3);
    let mean = contrast.iter().sum::<f32>() / 12.0;
    let ratio = (contrast[11] - contrast[0]) / 11.0;
    assert!((mean - 5.5).abs() < 1e-5 && ratio != 1.0 && (ratio - 1.0).abs() <= 0.5, "{mean} {ratio}");
    let normal = after(&Augment::Normalize { mean: vec![0.0, 6.0], std: vec![2.0] }, 0);
    assert_eq!((normal[5], normal[6], normal[11]), (2.5, 0.0, 2.5));
    let loud = after(&Augment::Gain(6.0), 1);
    assert!(loud[1] != 1.0 && (0.501..1.996).contains(&loud[1]) && (loud[11] / loud[1] - 11.0).abs() < 1e-4);
    let shifted = after(&Augment::Shift(1), 2);
    assert_eq!(shifted.len(), 12);
    let noise = after(&Augment::Noise(0.1), 4);
    assert!(noise.iter().zip(&before).all(|(a, b)| a != b && (a - b).abs() < 0.6));
    let mut row = Values::floats(3, vec![0.0; 3]).unwrap();
    let error = Augment::Crop(1).change(&mut row, &mut Rng::new(0)).unwrap_err();
    assert!(error.contains("is no image"), "{error}");
    let bad = Augment::Normalize { mean: vec![0.0; 3], std: vec![1.0] };
    assert!(bad.change(&mut image(), &mut Rng::new(0)).is_err());
    let text = r#"[{"crop": 4}, {"mask": {"frames": 3, "bands": 2, "times": 1}}]"#;
    let read: Vec<Augment> = serde_json::from_str(text).unwrap();
    assert_eq!(read, [Augment::Crop(4), Augment::Mask { frames: 3, bands: 2, times: 1 }]);
    assert!(serde_json::from_str::<Augment>(r#"{"turn": 4}"#).is_err());
}
